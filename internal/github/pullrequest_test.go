package github

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const baseSHA = "f95f852bd8fca8fcc58a9a2d6c842781e32a215e"

// eventRunner is a runner of a workflow that an event has started.
func eventRunner(name, path string) *Runner {
	return NewRunner([]string{
		"GITHUB_ACTIONS=true", "GITHUB_REPOSITORY=org/app", "GITHUB_EVENT_NAME=" + name, "GITHUB_EVENT_PATH=" + path,
	}, io.Discard, io.Discard)
}

func TestPullRequest(t *testing.T) {
	t.Parallel()
	own := PullRequest{Number: 42, BaseRef: "main", BaseSHA: baseSHA, HeadSHA: "ec26c3e57ca3a959ca5aad62de7213c562f8c821", HeadRepo: "Org/App"}
	fork := PullRequest{Number: 43, BaseRef: "release/1.x", BaseSHA: baseSHA, HeadSHA: own.HeadSHA, HeadRepo: "stranger/app", Fork: true}
	deleted := fork
	deleted.HeadRepo = ""
	group := PullRequest{Number: 104, BaseRef: "release/1.x", BaseSHA: baseSHA, HeadSHA: "2a9f7e0c8d1b4a6c5e3f70819a2b4c6d8e0f1a2b", HeadRepo: "org/app"}
	for _, tt := range []struct {
		event, file string
		want        *PullRequest
	}{
		{"pull_request", "pull_request.json", &own},
		{"pull_request_target", "pull_request.json", &own},
		{"pull_request_review", "pull_request.json", &own},
		{"pull_request_review_comment", "pull_request.json", &own},
		{"pull_request", "fork.json", &fork},
		{"pull_request_target", "fork.json", &fork},
		{"pull_request", "deleted_fork.json", &deleted},
		{"merge_group", "merge_group.json", &group},
		{"schedule", "does-not-exist.json", nil},
		{"", "", nil},
	} {
		t.Run(tt.event+" "+tt.file, func(t *testing.T) {
			t.Parallel()
			got, err := eventRunner(tt.event, filepath.Join("testdata", "event", tt.file)).PullRequest()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if pr, err := NewRunner([]string{"GITHUB_EVENT_NAME=pull_request"}, io.Discard, io.Discard).PullRequest(); pr != nil || err != nil {
		t.Errorf("outside a runner: %v, %v", pr, err)
	}
}

// TestPullRequestErrors is that nothing about a pull request is guessed: without
// its base, the policy would come from its author.
func TestPullRequestErrors(t *testing.T) {
	t.Parallel()
	base := func(sha string) string { return `{"pull_request": {"base": {"sha": "` + sha + `"}}}` }
	for _, tt := range []struct{ name, event, content, want string }{
		{"not JSON", "pull_request", "{", "parsing the event"},
		{"another shape", "pull_request", `{"pull_request": []}`, "parsing the event"},
		{"another event's", "pull_request", `{"merge_group": {}}`, `no "pull_request"`},
		{"null", "pull_request", `{"pull_request": null}`, `no "pull_request"`},
		{"no base", "pull_request", `{"pull_request": {}}`, `the commit of the base, ""`},
		{"a branch", "pull_request_target", base("main"), `"main", is none`},
		{"a short name", "pull_request", base(baseSHA[:12]), "is none"},
		{"a way out", "pull_request", base("../" + baseSHA[3:]), "is none"},
		{"two lines", "pull_request", base(baseSHA + `\n`), "is none"},
		{"another group's", "merge_group", base(baseSHA), `no "merge_group"`},
		{"no base of a group", "merge_group", `{"merge_group": {"head_sha": "` + baseSHA + `"}}`, "is none"},
		{"too large", "pull_request", base(baseSHA) + strings.Repeat(" ", maxEvent), "more than 33554432 bytes"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "event.json")
			if err := os.WriteFile(path, []byte(tt.content), 0o600); err != nil {
				t.Fatal(err)
			}
			if pr, err := eventRunner(tt.event, path).PullRequest(); pr != nil || err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, %v, want an error with %q", pr, err, tt.want)
			}
		})
	}
	for _, path := range []string{"", "does-not-exist.json"} {
		if pr, err := eventRunner("pull_request", path).PullRequest(); pr != nil || err == nil {
			t.Errorf("with the event %q: %v, %v", path, pr, err)
		}
	}
}

// TestPolicyBase is that nobody's files decide about themselves, in a job whose
// workspace began as the default branch.
func TestPolicyBase(t *testing.T) {
	t.Parallel()
	const tip = "95790bf891e76fee5e1747ab589903a6a1f80f22"
	stranger := PullRequest{
		BaseRef: "main", BaseSHA: tip, HeadSHA: "3484a3fb816e0859fd6e1cea078d76385ff50625", HeadRepo: "stranger/app", Fork: true,
	}
	for _, tt := range []struct {
		event, file string
		want        *PullRequest
	}{
		{"workflow_run", "event/workflow_run_fork.json", &stranger},
		{"workflow_run", "event/workflow_run_fork_push.json", &stranger},
		{"workflow_run", "event/workflow_run_pull_request.json", nil},
		{"workflow_run", "event/workflow_run_push.json", nil},
		{"issue_comment", "event/comment_pull_request.json", &PullRequest{BaseRef: "main", BaseSHA: tip}},
		{"issue_comment", "webhooks/issue_comment.created.json", nil},
		{"push", "webhooks/push.branch.json", nil},
		{"schedule", "event/schedule.json", nil},
	} {
		r := eventRunner(tt.event, filepath.Join("testdata", filepath.FromSlash(tt.file)))
		r.env["GITHUB_REF"], r.env["GITHUB_SHA"] = "refs/heads/main", tip
		got, err := r.PolicyBase()
		if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
			t.Errorf("%s %s: %v (-want +got):\n%s", tt.event, tt.file, err, diff)
		}
		r.env["GITHUB_SHA"] = "main"
		if got, err := r.PolicyBase(); (err != nil) != (tt.want != nil) || got != nil {
			t.Errorf("%s %s without a commit: %+v, %v", tt.event, tt.file, got, err)
		}
	}
	for _, event := range []string{"pull_request", "pull_request_target", "merge_group"} {
		file := "pull_request.json"
		if event == "merge_group" {
			file = "merge_group.json"
		}
		r := eventRunner(event, filepath.Join("testdata", "event", file))
		want, wantErr := r.PullRequest()
		if got, err := r.PolicyBase(); want == nil || wantErr != nil || err != nil || !cmp.Equal(got, want) {
			t.Errorf("%s: %+v, %v, want %+v", event, got, err, want)
		}
	}
	for _, event := range []string{"workflow_run", "issue_comment", "pull_request"} {
		if got, err := eventRunner(event, "does-not-exist.json").PolicyBase(); got != nil || err == nil {
			t.Errorf("%s without an event: %+v, %v", event, got, err)
		}
	}
	if got, err := NewRunner([]string{"GITHUB_EVENT_NAME=workflow_run"}, io.Discard, io.Discard).PolicyBase(); got != nil || err != nil {
		t.Errorf("outside a runner: %+v, %v", got, err)
	}
}
