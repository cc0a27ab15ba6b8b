package publish

import (
	"io"
	"testing"

	"github.com/org/imgscan-action/internal/github"
	"github.com/org/imgscan-action/internal/githubtest"
)

// onMain is the client of a job that judges the default branch, and its runner.
func onMain(t *testing.T, s *githubtest.Server) (*github.Client, *github.Runner) {
	t.Helper()
	runner := github.NewRunner(append(s.Environ(), "GITHUB_EVENT_NAME=schedule", "GITHUB_EVENT_PATH=testdata/schedule.json",
		"GITHUB_REF=refs/heads/main", "GITHUB_RUN_ID=1", "GITHUB_RUN_ATTEMPT=1"), io.Discard, io.Discard)
	client, err := runner.Client(githubtest.Token, s.Client())
	if err != nil {
		t.Fatal(err)
	}
	return client, runner
}
