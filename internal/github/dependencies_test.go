package github

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/org/imgscan-action/internal/githubtest"
)

// onMain are a job that judges the default branch.
var onMain = []string{
	"GITHUB_EVENT_NAME=push", "GITHUB_EVENT_PATH=testdata/webhooks/push.branch.json", "GITHUB_REF=refs/heads/master",
	"GITHUB_RUN_ID=1", "GITHUB_RUN_ATTEMPT=2",
}

func appSnapshot(purls ...string) Snapshot {
	s := Snapshot{
		Ref: "refs/heads/master", SHA: githubtest.SHA(1), Correlator: "ci/scan/app", Manifest: "app", Source: "Dockerfile",
		Tool: "imgscan", ToolVersion: "1.0.0", ToolURL: "https://example.com", Scanned: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}
	for _, purl := range purls {
		s.Dependencies = append(s.Dependencies, Dependency{PURL: purl})
	}
	return s
}

// The latest submission replaces the one before, and what is no package URL does
// not spoil it.
func TestSubmitDependencies(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := githubtest.New(t)
		c := openClient(t, s, onMain...)
		if _, err := c.SubmitDependencies(t.Context(), appSnapshot("pkg:deb/debian/old@1")); err != nil {
			t.Fatal(err)
		}
		done, err := c.SubmitDependencies(t.Context(), appSnapshot("pkg:deb/debian/zlib@1.2", "", "pkg:", "http://x/y", "pkg:npm/a@1"))
		if err != nil || done.Count != 2 || done.LeftOut != 3 || done.Message == "" {
			t.Errorf("%+v, %v", done, err)
		}
		all := s.Snapshots()
		if len(all) != 1 || len(all[0].Manifests["app"].Resolved) != 2 || all[0].SHA != githubtest.SHA(1) {
			t.Errorf("the graph has %+v", all)
		}
	})
}

func TestSubmitDependenciesIsRefused(t *testing.T) {
	t.Parallel()
	s := githubtest.New(t)
	s.Deny("contents")
	_, err := openClient(t, s, onMain...).SubmitDependencies(t.Context(), appSnapshot("pkg:npm/a@1"))
	notice, ok := Downgrade(err)
	if !ok || !strings.Contains(notice, "contents: write") {
		t.Errorf("%v, %q", err, notice)
	}
	var failure *APIError
	bad := appSnapshot()
	bad.SHA = "main"
	if _, err := openClient(t, s, onMain...).SubmitDependencies(t.Context(), bad); err == nil || errors.As(err, &failure) {
		t.Errorf("without a commit: %v", err)
	}
}

func TestOnDefaultBranch(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		event, file, ref string
		want             bool
	}{
		{"push", "../webhooks/push.branch.json", "refs/heads/master", true},
		{"push", "../webhooks/push.branch.json", "refs/heads/other", false},
		{"push", "../webhooks/push.branch.json", "refs/tags/master", false},
		{"schedule", "schedule.json", "refs/heads/main", true},
		{"pull_request", "pull_request.json", "refs/pull/42/merge", false},
		{"pull_request", "merged_fork.json", "refs/heads/main", false},
		{"pull_request_target", "pull_request.json", "refs/heads/main", false},
		{"issue_comment", "comment_pull_request.json", "refs/heads/main", false},
		{"workflow_run", "workflow_run_push.json", "refs/heads/main", false},
	} {
		r := targetRunner(t, tt.event, tt.file, tt.ref, githubtest.SHA(1), "")
		if got, err := r.OnDefaultBranch(); err != nil || got != tt.want {
			t.Errorf("%+v: %t, %v", tt, got, err)
		}
		if !tt.want {
			s := githubtest.New(t)
			c := openClient(t, s, "GITHUB_EVENT_NAME="+tt.event, "GITHUB_EVENT_PATH=testdata/event/"+tt.file, "GITHUB_REF="+tt.ref)
			if _, err := c.SubmitDependencies(t.Context(), appSnapshot("pkg:npm/a@1")); !isSkip(err) {
				t.Errorf("%+v submits: %v", tt, err)
			}
		}
	}
}
