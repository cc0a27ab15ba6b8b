package github

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// TestWebhooks holds what we make of events that GitHub has sent, unedited. The refs
// and commits are what GitHub's "Events that trigger workflows" says a runner gets.
func TestWebhooks(t *testing.T) {
	t.Parallel()
	const (
		tip    = "1111111111111111111111111111111111111111" // of the default branch
		head   = "ec26c3e57ca3a959ca5aad62de7213c562f8c821"
		base   = "f95f852bd8fca8fcc58a9a2d6c842781e32a215e"
		merge  = "c4295bd74fb0f4fda03689c3df3f2803b658fd85"
		pushed = "6113728f27ae82c7b1a177c8d03f9e96e0adf246"
		zero   = "0000000000000000000000000000000000000000"
		ran    = "3484a3fb816e0859fd6e1cea078d76385ff50625"
		group  = "2ffea6db159f6b6c47a24e778fb9ef40cf6b1c7d"
		queue  = "refs/heads/gh-readonly-queue/main/pr-104-929f8209d40f77f4abc622a499c93a83babdbe64"

		pull = "#2 of Codertocat/Hello-World at " + head + " into master at " + base
	)
	tests := []struct {
		event, file string
		ref, sha    string // of the runner

		pull    string // PullRequest; empty for none
		target  string // AnalysisTarget; empty for a Skip
		main    bool   // OnDefaultBranch
		saves   bool   // withoutCache is nil
		strange bool   // RefuseUnsafe of an image in the daemon
	}{
		{"pull_request", "pull_request.opened", "refs/pull/2/merge", merge, pull, "refs/pull/2/merge " + merge, false, true, false},
		{"pull_request", "pull_request.opened.with-organization", "refs/pull/2/merge", merge, pull, "refs/pull/2/merge " + merge, false, true, false},
		{"pull_request", "pull_request.synchronize", "refs/pull/2/merge", merge, pull, "refs/pull/2/merge " + merge, false, true, false},
		{"pull_request", "pull_request.reopened", "refs/pull/2/merge", merge, pull, "refs/pull/2/merge " + merge, false, true, false},
		{"pull_request", "pull_request.ready_for_review", "refs/pull/2/merge", merge, pull, "refs/pull/2/merge " + merge, false, true, false},
		{"pull_request", "pull_request.labeled", "refs/pull/2/merge", merge, pull, "refs/pull/2/merge " + merge, false, true, false},
		{"pull_request", "pull_request.closed", "refs/pull/2/merge", merge, pull, "refs/pull/2/merge " + merge, false, true, false},
		{"pull_request_review", "pull_request_review.submitted", "refs/pull/2/merge", merge, pull, "refs/pull/2/merge " + merge, false, true, false},
		{"pull_request_review_comment", "pull_request_review_comment.created", "refs/pull/2/merge", merge, pull, "refs/pull/2/merge " + merge, false, true, false},

		// With the rights of the default branch: the change's own ref, and no cache.
		{"pull_request_target", "pull_request.opened", "refs/heads/master", tip, pull, "refs/pull/2/head " + head, false, false, false},
		{"pull_request_target", "pull_request.synchronize", "refs/heads/master", tip, pull, "refs/pull/2/head " + head, false, false, false},
		{"pull_request_target", "pull_request.closed", "refs/heads/master", tip, pull, "refs/pull/2/head " + head, false, false, false},
		{"issue_comment", "issue_comment.created", "refs/heads/master", tip, "", "refs/heads/master " + tip, false, false, false},

		{"push", "push.branch", "refs/heads/master", pushed, "", "refs/heads/master " + pushed, true, true, false},
		{"push", "push.tag", "refs/tags/simple-tag", pushed, "", "refs/tags/simple-tag " + pushed, false, true, false},
		{"push", "push.deleted-tag", "refs/tags/simple-tag", zero, "", "", false, true, false},
		{"create", "create.tag", "refs/tags/simple-tag", pushed, "", "refs/tags/simple-tag " + pushed, false, true, false},
		{"delete", "delete.tag", "refs/heads/master", tip, "", "refs/heads/master " + tip, false, true, false},
		{"release", "release.published", "refs/tags/0.0.1", pushed, "", "refs/tags/0.0.1 " + pushed, false, true, false},

		{
			"merge_group", "merge_group.checks_requested", queue, group,
			"#104 of octo-org/octo-repo at " + group + " into main at 380387fbc80638b734a49e1be1c4dfec1c01b33c", "", false, true, false,
		},

		{"workflow_dispatch", "workflow_dispatch.main", "refs/heads/main", tip, "", "refs/heads/main " + tip, true, true, false},
		{"workflow_dispatch", "workflow_dispatch.master", "refs/heads/master", tip, "", "refs/heads/master " + tip, true, true, false},
		{"workflow_dispatch", "workflow_dispatch.master", "refs/heads/other", tip, "", "refs/heads/other " + tip, false, true, false},
		{"repository_dispatch", "repository_dispatch.on-demand-test", "refs/heads/master", tip, "", "refs/heads/master " + tip, true, true, false},

		// Of the run before, all three are about its commit; the pull request in the
		// second is not what it ran for.
		{"workflow_run", "workflow_run.completed", "refs/heads/master", tip, "", "refs/heads/master " + ran, false, true, false},
		{"workflow_run", "workflow_run.completed.with-pull-request", "refs/heads/master", tip, "", "refs/heads/master " + ran, false, true, false},
		{"workflow_run", "workflow_run.requested", "refs/heads/master", tip, "", "refs/heads/master " + ran, false, true, false},
		{"workflow_run", "workflow_run.completed.of-another-repository", "refs/heads/main", tip, "", "", false, false, true},
	}
	used := make(map[string]bool)
	for _, tt := range tests {
		path := filepath.Join("testdata", "webhooks", tt.file+".json")
		used[path] = true
		t.Run(tt.event+" "+tt.file+" "+tt.ref, func(t *testing.T) {
			t.Parallel()
			r := webhookRunner(t, tt.event, path, tt.ref, tt.sha)
			pr, err := r.PullRequest()
			got := ""
			if pr != nil {
				got = fmt.Sprintf("#%d of %s at %s into %s at %s", pr.Number, pr.HeadRepo, pr.HeadSHA, pr.BaseRef, pr.BaseSHA)
			}
			if err != nil || got != tt.pull || pr != nil && pr.Fork {
				t.Errorf("PullRequest() = %q, %v, want %q of no fork", got, err, tt.pull)
			}
			ref, sha, err := r.AnalysisTarget()
			if tt.target == "" && !isSkip(err) || tt.target != "" && (err != nil || ref+" "+sha != tt.target) {
				t.Errorf("AnalysisTarget() = %q, %q, %v, want %q", ref, sha, err, tt.target)
			}
			if on, err := r.OnDefaultBranch(); on != tt.main || err != nil {
				t.Errorf("OnDefaultBranch() = %t, %v", on, err)
			}
			if err := r.withoutCache(); (err == nil) != tt.saves || err != nil && !isSkip(err) {
				t.Errorf("withoutCache() = %v, want one: %t", err, !tt.saves)
			}
			if err := r.RefuseUnsafe("docker:app"); isUnsafe(err) != tt.strange || (err != nil) != tt.strange {
				t.Errorf("RefuseUnsafe() = %v, want one: %t", err, tt.strange)
			}
		})
	}
	all, err := filepath.Glob(filepath.Join("testdata", "webhooks", "*.json"))
	if err != nil || len(all) == 0 {
		t.Fatal(all, err)
	}
	for _, path := range all {
		if !used[path] {
			t.Errorf("nothing is said of %s", path)
		}
	}
}

// webhookRunner is a runner of the repository that an event is of.
func webhookRunner(t *testing.T, event, path, ref, sha string) *Runner {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var of struct {
		Repository repository `json:"repository"`
	}
	if err := json.Unmarshal(content, &of); err != nil || of.Repository.FullName == "" {
		t.Fatalf("%s is of %q, %v", path, of.Repository.FullName, err)
	}
	return NewRunner([]string{
		"GITHUB_ACTIONS=true", "GITHUB_REPOSITORY=" + of.Repository.FullName, "GITHUB_EVENT_NAME=" + event,
		"GITHUB_EVENT_PATH=" + path, "GITHUB_REF=" + ref, "GITHUB_SHA=" + sha,
	}, io.Discard, io.Discard)
}
