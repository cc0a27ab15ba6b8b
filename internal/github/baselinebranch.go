package github

import (
	"fmt"
	"strings"
)

// BaselineBranch is the branch whose last report an image is compared with, without
// "refs/heads/": the one that the pull request or the merge group goes into, and
// else the repository's default branch. The error is a [*Skip] where nobody says.
func (r *Runner) BaselineBranch() (string, error) {
	if !r.Active() {
		return "", inactive()
	}
	branch, err := r.baselineBranch()
	if err != nil {
		return "", fmt.Errorf("finding the branch to compare with: %w", err)
	}
	if branch == "" {
		return "", &Skip{Reason: "the event does not say which branch to compare with"}
	}
	return branch, nil
}

func (r *Runner) baselineBranch() (string, error) {
	pr, err := r.PullRequest()
	if err != nil {
		return "", err
	}
	if pr != nil {
		return pr.BaseRef, nil
	}
	// A schedule's event has no repository in it, but it runs on the default branch.
	if branch, ok := strings.CutPrefix(r.getenv("GITHUB_REF"), "refs/heads/"); ok && r.getenv("GITHUB_EVENT_NAME") == "schedule" {
		return branch, nil
	}
	e, err := r.event()
	if err != nil {
		return "", err
	}
	return e.Repository.DefaultBranch, nil
}
