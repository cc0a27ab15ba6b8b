package github

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestAnalysisTarget(t *testing.T) {
	t.Parallel()
	const (
		tip   = "f95f852bd8fca8fcc58a9a2d6c842781e32a215e"
		merge = "4ef2b2d9c0b1a0e6f7c8d9e0f1a2b3c4d5e6f7a8"
		head  = "ec26c3e57ca3a959ca5aad62de7213c562f8c821"
		run   = "3484a3fb816e0859fd6e1cea078d76385ff50625"
	)
	for _, tt := range []struct {
		name       string
		event      string
		file       string
		ref, sha   string // of the runner
		checkedOut string
		wantRef    string // empty for a Skip
		wantSHA    string
	}{
		{"schedule", "schedule", "schedule.json", "refs/heads/main", tip, "", "refs/heads/main", tip},
		{"pull request", "pull_request", "pull_request.json", "refs/pull/42/merge", merge, merge, "refs/pull/42/merge", merge},
		{"not checked out", "pull_request", "pull_request.json", "refs/pull/42/merge", merge, "", "refs/pull/42/merge", merge},
		{"its head", "pull_request", "pull_request.json", "refs/pull/42/merge", merge, head + "\n", "refs/pull/42/head", head},
		{"a commit of the job", "pull_request", "pull_request.json", "refs/pull/42/merge", merge, run, "refs/pull/42/merge", merge},
		{"a branch of the job", "pull_request", "pull_request.json", "refs/pull/42/merge", merge, "ref: refs/heads/x", "refs/pull/42/merge", merge},
		{"merged", "pull_request", "pull_request.json", "refs/heads/main", tip, tip, "refs/heads/main", tip},
		{"head of a merged one", "pull_request", "merged_fork.json", "refs/heads/main", tip, head, "refs/pull/43/head", head},
		{"fork", "pull_request", "fork.json", "refs/pull/43/merge", merge, merge, "refs/pull/43/merge", merge},
		{"review", "pull_request_review", "pull_request.json", "refs/pull/42/merge", merge, merge, "refs/pull/42/merge", merge},
		{"target", "pull_request_target", "pull_request.json", "refs/heads/main", tip, tip, "refs/pull/42/head", head},
		{"target of a deleted fork", "pull_request_target", "deleted_fork.json", "refs/heads/main", tip, "", "refs/pull/43/head", head},
		{"comment", "issue_comment", "comment_pull_request.json", "refs/heads/main", tip, tip, "", ""},
		{"run for a pull request", "workflow_run", "workflow_run_pull_request.json", "refs/heads/main", tip, tip, "refs/pull/5/head", run},
		{"run for a branch", "workflow_run", "workflow_run_push.json", "refs/heads/main", tip, tip, "refs/heads/release/1.x", run},
		{"run for a fork", "workflow_run", "workflow_run_fork.json", "refs/heads/main", tip, tip, "", ""},
		{"run in a fork", "workflow_run", "workflow_run_fork_push.json", "refs/heads/main", tip, tip, "", ""},
		{"run for no branch", "workflow_run", "workflow_run_hostile.json", "refs/heads/main", tip, tip, "", ""},
		{"run for a merge group", "workflow_run", "workflow_run_merge_group.json", "refs/heads/main", tip, tip, "", ""},
		{"merge group", "merge_group", "merge_group.json", "refs/heads/gh-readonly-queue/main/pr-1-a", tip, tip, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ref, sha, err := targetRunner(t, tt.event, tt.file, tt.ref, tt.sha, tt.checkedOut).AnalysisTarget()
			if ref != tt.wantRef || sha != tt.wantSHA || (tt.wantRef == "") != isSkip(err) || tt.wantRef != "" && err != nil {
				t.Errorf("%q, %q, %v, want %q, %q", ref, sha, err, tt.wantRef, tt.wantSHA)
			}
		})
	}
}

// What cannot be told is an error, and never the default branch.
func TestAnalysisTargetIsUnknown(t *testing.T) {
	t.Parallel()
	const tip = "f95f852bd8fca8fcc58a9a2d6c842781e32a215e"
	for _, tt := range []struct{ event, file, ref, sha string }{
		{"pull_request_target", "schedule.json", "refs/heads/main", tip},
		{"pull_request_target", "missing.json", "refs/heads/main", tip},
		{"workflow_run", "schedule.json", "refs/heads/main", tip},
		{"schedule", "schedule.json", "main", tip},
		{"schedule", "schedule.json", "refs/heads/main", "main"},
		{"schedule", "schedule.json", "", ""},
		{"issue_comment", "missing.json", "refs/heads/main", tip},
	} {
		if ref, sha, err := targetRunner(t, tt.event, tt.file, tt.ref, tt.sha, "").AnalysisTarget(); err == nil || isSkip(err) || ref != "" || sha != "" {
			t.Errorf("%+v: %q, %q, %v", tt, ref, sha, err)
		}
	}
	if _, _, err := NewRunner(nil, io.Discard, io.Discard).AnalysisTarget(); !isSkip(err) {
		t.Errorf("without a runner: %v", err)
	}
}

func TestUploadTarget(t *testing.T) {
	t.Parallel()
	const (
		tip  = "f95f852bd8fca8fcc58a9a2d6c842781e32a215e"
		own  = "95790bf891e76fee5e1747ab589903a6a1f80f22"
		main = "refs/heads/main"
		pull = "refs/pull/7/head"
	)
	for _, tt := range []struct {
		name        string
		event, file string
		given       Target
		want        string // the ref; empty for a Skip
	}{
		{"nothing given", "schedule", "schedule.json", Target{}, main},
		{"nothing given for a pull request", "pull_request_target", "fork.json", Target{}, "refs/pull/43/head"},
		{"schedule", "schedule", "schedule.json", Target{"refs/heads/release/1.x", own}, "refs/heads/release/1.x"},
		{"tag", "schedule", "schedule.json", Target{"refs/tags/v1", own}, "refs/tags/v1"},
		{"pull request", "pull_request", "pull_request.json", Target{pull, own}, pull},
		{"target", "pull_request_target", "pull_request.json", Target{main, own}, main},
		{"comment", "issue_comment", "comment_pull_request.json", Target{pull, own}, pull},
		{"fork", "pull_request", "fork.json", Target{pull, own}, ""},
		{"fork's review", "pull_request_review", "fork.json", Target{pull, own}, ""},
		{"fork's target", "pull_request_target", "fork.json", Target{main, own}, ""},
		{"deleted fork", "pull_request_target", "deleted_fork.json", Target{main, own}, ""},
		{"merged fork", "pull_request", "merged_fork.json", Target{main, own}, ""},
		{"after a run", "workflow_run", "workflow_run_push.json", Target{main, own}, main},
		{"after a fork's run", "workflow_run", "workflow_run_fork.json", Target{pull, own}, pull},
		{"after a fork's run, the branch", "workflow_run", "workflow_run_fork.json", Target{main, own}, ""},
		{"merge group", "merge_group", "merge_group.json", Target{main, own}, main},
		{"merge group's branch", "merge_group", "merge_group.json", Target{"refs/heads/gh-readonly-queue/main/pr-1-a", own}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ref, sha, err := targetRunner(t, tt.event, tt.file, main, tip, "").UploadTarget(tt.given)
			if tt.want == "" {
				if ref != "" || sha != "" || !isSkip(err) {
					t.Errorf("%q, %q, %v, want a Skip", ref, sha, err)
				}
				return
			}
			if ref != tt.want || err != nil || tt.given.SHA != "" && sha != tt.given.SHA {
				t.Errorf("%q, %q, %v, want %q", ref, sha, err, tt.want)
			}
		})
	}
	for _, event := range []string{"pull_request", "workflow_run"} {
		r := targetRunner(t, event, "missing.json", main, tip, "")
		if ref, _, err := r.UploadTarget(Target{main, own}); ref != "" || err == nil || isSkip(err) {
			t.Errorf("%s without an event: %q, %v", event, ref, err)
		}
	}
	if _, _, err := NewRunner(nil, io.Discard, io.Discard).UploadTarget(Target{main, own}); !isSkip(err) {
		t.Errorf("without a runner: %v", err)
	}
}

func TestTargetValidate(t *testing.T) {
	t.Parallel()
	const sha = "f95f852bd8fca8fcc58a9a2d6c842781e32a215e"
	for _, tt := range []struct {
		given Target
		want  string // in the error; empty for none
	}{
		{Target{}, ""},
		{Target{"refs/heads/main", sha}, ""},
		{Target{"refs/tags/v1.0", sha + "0123456789abcdef01234567"}, ""},
		{Target{"refs/pull/1/merge", sha}, ""},
		{Target{"refs/heads/main", ""}, "give both or neither"},
		{Target{"", sha}, "give both or neither"},
		{Target{"main", sha}, "sarif-ref"},
		{Target{"refs/heads/", sha}, "sarif-ref"},
		{Target{"refs/notes/x", sha}, "sarif-ref"},
		{Target{"refs/heads/a b", sha}, "sarif-ref"},
		{Target{"refs/heads/../tags/v1", sha}, "sarif-ref"},
		{Target{"refs/heads/a\n::error::", sha}, "sarif-ref"},
		{Target{"refs/heads/main", sha[:7]}, "sarif-sha"},
		{Target{"refs/heads/main", sha + "0"}, "sarif-sha"},
		{Target{"refs/heads/main", "refs/heads/main"}, "sarif-sha"},
	} {
		err := tt.given.Validate()
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v: %v, want %q", tt.given, err, tt.want)
		}
		if tt.want == "" {
			continue
		}
		if ref, _, err := targetRunner(t, "schedule", "schedule.json", "refs/heads/main", sha, "").UploadTarget(tt.given); ref != "" || err == nil || isSkip(err) {
			t.Errorf("%+v is uploaded to %q, %v", tt.given, ref, err)
		}
	}
}

// targetRunner is a runner with something checked out; empty for nothing.
func targetRunner(t *testing.T, event, file, ref, sha, checkedOut string) *Runner {
	t.Helper()
	workspace := t.TempDir()
	if checkedOut != "" {
		if err := os.Mkdir(filepath.Join(workspace, ".git"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(workspace, ".git", "HEAD"), []byte(checkedOut), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return NewRunner([]string{
		"GITHUB_ACTIONS=true", "GITHUB_REPOSITORY=org/app", "GITHUB_EVENT_NAME=" + event,
		"GITHUB_EVENT_PATH=" + filepath.Join("testdata", "event", file),
		"GITHUB_REF=" + ref, "GITHUB_SHA=" + sha, "GITHUB_WORKSPACE=" + workspace,
	}, io.Discard, io.Discard)
}

// FuzzAnalysisTarget holds that no event makes a ref that is not one, and that
// nothing but its own pull request or branch is named for a run.
func FuzzAnalysisTarget(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "event", "*.json"))
	if err != nil || len(files) == 0 {
		f.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
	ref := regexp.MustCompile(`^refs/(heads/[^\x00-\x20\x7f~^:?*\[\\]+|pull/[1-9][0-9]*/head)$`)
	f.Fuzz(func(t *testing.T, content []byte) {
		file := filepath.Join(t.TempDir(), "event.json")
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, event := range []string{"workflow_run", "pull_request_target"} {
			r := NewRunner([]string{
				"GITHUB_ACTIONS=true", "GITHUB_REPOSITORY=org/app", "GITHUB_EVENT_NAME=" + event, "GITHUB_EVENT_PATH=" + file,
			}, io.Discard, io.Discard)
			got, sha, err := r.AnalysisTarget()
			if err == nil && (!ref.MatchString(got) || !objectName.MatchString(sha)) {
				t.Errorf("%s: %q at %q", event, got, sha)
			}
			if err := r.RefuseUnsafe("docker:app"); err == nil && r.withoutCache() != nil && event == "workflow_run" {
				t.Errorf("%s: nothing of it is kept, and it may scan anything", event)
			}
		}
	})
}
