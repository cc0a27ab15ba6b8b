package github

import (
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"
)

func isUnsafe(err error) bool {
	var unsafe *UnsafeError
	return errors.As(err, &unsafe)
}

// unsafeRunner is a runner of org/app with a workspace.
func unsafeRunner(event, file, workspace string) *Runner {
	r := eventRunner(event, filepath.Join("testdata", "event", file))
	r.env["GITHUB_WORKSPACE"] = workspace
	r.env["GITHUB_SHA"] = "1111111111111111111111111111111111111111"
	r.env["GITHUB_REF"] = "refs/heads/main"
	return r
}

func TestRefuseUnsafeImages(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		event, file string
		image       string
		refused     bool
	}{
		{"pull_request_target", "fork.json", "docker:app", true},
		{"pull_request_target", "fork.json", "app:1", true},
		{"pull_request_target", "fork.json", "ghcr.io/org/app:pr-43", true},
		{"pull_request_target", "fork.json", "ghcr.io/org/app@sha256:" + strings.Repeat("a", 64), true},
		{"pull_request_target", "fork.json", "image.tar", true}, // what is there decides
		{"pull_request_target", "fork.json", "", true},
		{"pull_request_target", "fork.json", "registry:ghcr.io/org/app:pr-43", false},
		{"pull_request_target", "fork.json", "docker-archive:image.tar", false},
		{"pull_request_target", "fork.json", "oci-archive:image.tar", false},
		{"pull_request_target", "fork.json", "oci-dir:image", false},
		{"pull_request_target", "deleted_fork.json", "docker:app", true},
		{"pull_request_target", "merged_fork.json", "docker:app", false},
		{"pull_request_target", "pull_request.json", "docker:app", false},
		{"workflow_run", "workflow_run_fork.json", "docker:app", true},
		{"workflow_run", "workflow_run_fork.json", "docker-archive:from-the-fork/image.tar", false},
		{"workflow_run", "workflow_run_fork_push.json", "app", true},
		{"workflow_run", "workflow_run_pull_request.json", "docker:app", false},
		{"workflow_run", "workflow_run_merge_group.json", "docker:app", false},
		{"pull_request", "fork.json", "docker:app", false}, // its token may only read
		{"merge_group", "merge_group.json", "docker:app", false},
		{"schedule", "schedule.json", "app", false},
	} {
		err := unsafeRunner(tt.event, tt.file, t.TempDir()).RefuseUnsafe(tt.image)
		if isUnsafe(err) != tt.refused || (err != nil) != tt.refused {
			t.Errorf("%s %s %q: %v, want an error: %t", tt.event, tt.file, tt.image, err, tt.refused)
		}
	}
}

func TestRefuseUnsafeWorkspaces(t *testing.T) {
	t.Parallel()
	const (
		target = "pull_request_target"
		run    = "workflow_run"
		tip    = "1111111111111111111111111111111111111111"
		head   = "ec26c3e57ca3a959ca5aad62de7213c562f8c821" // of fork.json
		ran    = "3484a3fb816e0859fd6e1cea078d76385ff50625" // of workflow_run_fork.json
		merge  = "4ef2b2d9c0b1a0e6f7c8d9e0f1a2b3c4d5e6f7a8" // of merged_fork.json and pull_request.json
		other  = "95790bf891e76fee5e1747ab589903a6a1f80f22"

		mergeObject = ".git/objects/95/790bf891e76fee5e1747ab589903a6a1f80f22"
		origin      = "[remote \"origin\"]\n\turl = https://github.com/"
	)
	for _, tt := range []struct {
		name        string
		event, file string
		workspace   map[string]string
		want        string // in the error; empty for none
	}{
		{"nothing", target, "fork.json", nil, ""},
		{"default branch", target, "fork.json", map[string]string{".git/HEAD": tip}, ""},
		{"base, which has the head in it", target, "fork.json", map[string]string{
			".git/HEAD": baseSHA, ".git/objects/" + baseSHA[:2] + "/" + baseSHA[2:]: object(other, head),
		}, ""},
		{"another commit", target, "fork.json", map[string]string{".git/HEAD": other, ".git/config": origin + "org/app"}, ""},
		{"no commit yet", target, "fork.json", map[string]string{".git/HEAD": "ref: refs/heads/main"}, ""},
		{"head", target, "fork.json", map[string]string{".git/HEAD": head + "\n"}, `the workspace has the code of "stranger/app" checked out, commit ec26c3e`},
		{"head in a folder", target, "fork.json", map[string]string{".git/HEAD": tip, "pr/.git/HEAD": head}, `the folder "pr" has the code of "stranger/app" checked out`},
		{"head on a branch", target, "fork.json", map[string]string{".git/HEAD": "ref: refs/heads/main", ".git/refs/heads/main": head}, "the workspace has the code"},
		{"head on a packed branch", target, "fork.json", map[string]string{".git/HEAD": "ref: refs/heads/x", ".git/packed-refs": head + " refs/heads/x\n"}, "the workspace has the code"},
		{"head in a worktree", target, "fork.json", map[string]string{
			".git/HEAD": tip, ".git/worktrees/pr/HEAD": head, ".git/worktrees/pr/commondir": "../..", "pr/.git": "gitdir: ../.git/worktrees/pr",
		}, `the folder "pr" has the code`},
		{"test merge of now", target, "fork.json", map[string]string{".git/HEAD": other, ".git/refs/remotes/pull/43/merge": other}, "the workspace has the code"},
		{"merged by the job", target, "fork.json", map[string]string{".git/HEAD": other, mergeObject: object(baseSHA, head)}, "the workspace has the code"},
		{"what else was merged", target, "fork.json", map[string]string{".git/HEAD": other, mergeObject: object(baseSHA, merge)}, ""},
		{"clone of the fork", target, "fork.json", map[string]string{".git/HEAD": other, ".git/config": origin + "Stranger/app.git"}, `the workspace is a checkout of "stranger/app"`},
		{"nobody can tell", target, "fork.json", map[string]string{".git/HEAD": "ref: refs/heads/.invalid", ".git/reftable/tables.list": ""}, "nobody can tell that it is not"},
		{"deleted fork", target, "deleted_fork.json", map[string]string{".git/HEAD": head}, "the code of a fork that was deleted"},
		{"own head", target, "pull_request.json", map[string]string{".git/HEAD": head}, ""},
		{"own test merge", target, "pull_request.json", map[string]string{".git/HEAD": merge, ".git/refs/remotes/pull/42/merge": merge}, ""},
		{"merged", target, "merged_fork.json", map[string]string{".git/HEAD": merge}, ""},

		{"default branch after a run", run, "workflow_run_fork.json", map[string]string{".git/HEAD": tip, ".git/config": origin + "org/app"}, ""},
		{"merged meanwhile", run, "workflow_run_fork.json", map[string]string{
			".git/HEAD": tip, ".git/objects/11/11111111111111111111111111111111111111": object(other, ran),
		}, ""},
		{"head of the run", run, "workflow_run_fork.json", map[string]string{".git/HEAD": ran}, `refusing to scan on "workflow_run": the workspace has the code of "stranger/app"`},
		{"head of the run in a folder", run, "workflow_run_fork.json", map[string]string{"src/.git/HEAD": ran}, `the folder "src" has the code`},
		{"test merge after a run", run, "workflow_run_fork.json", map[string]string{".git/HEAD": other, ".git/refs/remotes/pull/9/merge": other}, "the workspace has the code"},
		{"own run", run, "workflow_run_pull_request.json", map[string]string{".git/HEAD": ran}, ""},

		{"pull request", "pull_request", "fork.json", map[string]string{".git/HEAD": head}, ""},
		{"merge group", "merge_group", "merge_group.json", map[string]string{".git/HEAD": "2a9f7e0c8d1b4a6c5e3f70819a2b4c6d8e0f1a2b"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := unsafeRunner(tt.event, tt.file, folder(t, tt.workspace)).RefuseUnsafe("registry:ghcr.io/org/app:1")
			if tt.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if !isUnsafe(err) || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "docs/github.md") {
				t.Errorf("%v, want an UnsafeError with %q that says what to do", err, tt.want)
			}
		})
	}
}

// The test merge is known by its commit alone where the event names it.
func TestRefuseUnsafeTestMerge(t *testing.T) {
	t.Parallel()
	const merge = "4ef2b2d9c0b1a0e6f7c8d9e0f1a2b3c4d5e6f7a8"
	event := filepath.Join(folder(t, map[string]string{"event.json": `{"pull_request": {
		"number": 1, "merge_commit_sha": "` + merge + `", "head": {"repo": {"full_name": "stranger/app"}}}}`}), "event.json")
	r := eventRunner("pull_request_target", event)
	r.env["GITHUB_WORKSPACE"] = folder(t, map[string]string{".git/HEAD": merge})
	if err := r.RefuseUnsafe("registry:app"); !isUnsafe(err) {
		t.Error(err)
	}
}

// Where nobody can tell whose change it is, the error says so, and is no advice.
func TestRefuseUnsafeIsUnknown(t *testing.T) {
	t.Parallel()
	for _, event := range []string{"pull_request_target", "workflow_run"} {
		for _, file := range []string{"missing.json", "schedule.json"} {
			if err := unsafeRunner(event, file, t.TempDir()).RefuseUnsafe("registry:app"); err == nil || isUnsafe(err) {
				t.Errorf("%s %s: %v", event, file, err)
			}
		}
	}
	r := NewRunner([]string{"GITHUB_EVENT_NAME=pull_request_target"}, io.Discard, io.Discard)
	if err := r.RefuseUnsafe("docker:app"); err != nil {
		t.Errorf("outside a runner: %v", err)
	}
}

// Who has started a job says nothing of whose change it is: anybody can have
// Dependabot start one on a pull request. Its own are of branches of the repository.
func TestDependabot(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		file  string
		wants bool
	}{{"pull_request.json", false}, {"fork.json", true}} {
		r := unsafeRunner("pull_request_target", tt.file, folder(t, map[string]string{".git/HEAD": commitB}))
		r.env["GITHUB_ACTOR"] = "dependabot[bot]"
		if pr, err := r.PullRequest(); err != nil || pr.Fork != tt.wants {
			t.Errorf("%s: %+v, %v", tt.file, pr, err)
		}
		if err := r.RefuseUnsafe("registry:app"); isUnsafe(err) != tt.wants {
			t.Errorf("%s: %v", tt.file, err)
		}
		if err := r.withoutCache(); err == nil {
			t.Errorf("%s: something is kept", tt.file)
		}
	}
}
