package github

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

func TestBaselineBranch(t *testing.T) {
	t.Parallel()
	file := func(name string) string { return filepath.Join("testdata", "event", name) }
	made := func(content string) string {
		path := filepath.Join(t.TempDir(), "event.json")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	missing := filepath.Join(t.TempDir(), "none.json")
	for _, tt := range []struct {
		name, event, path, ref string
		want                   string // empty for none
		skip                   bool   // and that is no error
	}{
		{name: "pull request", event: "pull_request", path: file("pull_request.json"), want: "main"},
		{name: "fork", event: "pull_request_target", path: file("fork.json"), want: "release/1.x"},
		{name: "merge group", event: "merge_group", path: file("merge_group.json"), want: "release/1.x"},
		{name: "push to another branch", event: "push", path: made(`{"repository": {"default_branch": "trunk"}}`), ref: "refs/heads/feature", want: "trunk"},
		{name: "push of a tag", event: "push", path: made(`{"repository": {"default_branch": "trunk"}}`), ref: "refs/tags/v1", want: "trunk"},
		{name: "schedule", event: "schedule", path: file("schedule.json"), ref: "refs/heads/trunk", want: "trunk"},
		{name: "after a fork's run", event: "workflow_run", path: made(`{"repository": {"default_branch": "trunk"}, "workflow_run": {"head_branch": "main"}}`), want: "trunk"},
		{name: "base without a name", event: "pull_request", path: made(`{"pull_request": {"base": {"sha": "` + baseSHA + `"}}, "repository": {"default_branch": "trunk"}}`), skip: true},
		{name: "says nothing", event: "repository_dispatch", path: made(`{}`), ref: "refs/heads/trunk", skip: true},
		{name: "no event", event: "push", path: missing},
		{name: "pull request without an event", event: "pull_request", path: missing},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := NewRunner([]string{
				"GITHUB_ACTIONS=true", "GITHUB_EVENT_NAME=" + tt.event, "GITHUB_EVENT_PATH=" + tt.path, "GITHUB_REF=" + tt.ref,
			}, io.Discard, io.Discard)
			got, err := r.BaselineBranch()
			if got != tt.want || (err == nil) != (tt.want != "") || isSkip(err) != tt.skip {
				t.Errorf("%q, %v, want %q", got, err, tt.want)
			}
		})
	}
	if _, err := NewRunner(nil, io.Discard, io.Discard).BaselineBranch(); !isSkip(err) {
		t.Errorf("outside a runner: %v", err)
	}
}
