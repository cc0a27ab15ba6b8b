package github

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// PullRequest is the change that the workflow judges before it is merged. Its
// author chooses the names of the head's branch and repository: they are untrusted
// text.
type PullRequest struct {
	// Number is the pull request's; for a merge group, that of the last pull request
	// in it, and 0 when its branch does not say.
	Number int

	// BaseRef is the branch to merge into, without "refs/heads/"; may be empty.
	BaseRef string

	// BaseSHA is the commit of that branch which GitHub compares with. It is never
	// empty, and always a full object name.
	BaseSHA string

	// HeadSHA is the commit to merge; may be empty.
	HeadSHA string

	// HeadRepo is where that commit comes from, as OWNER/NAME; empty for a fork that
	// was deleted.
	HeadRepo string

	// Fork is set when HeadRepo is not the repository of the workflow, or gone.
	Fork bool
}

// objectName is the full name of a Git commit, tree or blob, by SHA-1 or SHA-256.
var objectName = regexp.MustCompile(`^(?:[0-9a-f]{40}|[0-9a-f]{64})$`)

// queuedPull finds the number in the branch of a merge group:
// "refs/heads/gh-readonly-queue/main/pr-104-0123…".
var queuedPull = regexp.MustCompile(`/pr-([0-9]{1,9})-[0-9a-f]+$`)

// PullRequest is the pull request or the merge group that the workflow runs for,
// and nil when it runs for neither. The workspace of such a run holds the author's
// own edits, so whoever reads a policy from it lets the author decide.
//
// The error says that the event cannot be read or names no base: then nothing is
// known of whose edits these are.
func (r *Runner) PullRequest() (*PullRequest, error) {
	if !r.Active() {
		return nil, nil
	}
	name := r.getenv("GITHUB_EVENT_NAME")
	switch name {
	case "pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment", "merge_group":
	default:
		return nil, nil
	}
	e, err := r.event()
	if err != nil {
		return nil, err
	}
	var pr *PullRequest
	if name == "merge_group" {
		pr, err = r.mergeGroup(e)
	} else {
		pr, err = r.pullRequest(e)
	}
	if err == nil && !objectName.MatchString(pr.BaseSHA) {
		err = fmt.Errorf("the commit of the base, %.80q, is none", pr.BaseSHA)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the event %q: %w", name, err)
	}
	return pr, nil
}

func (r *Runner) pullRequest(e *event) (*PullRequest, error) {
	p := e.PullRequest
	if p == nil {
		return nil, errors.New(`it has no "pull_request"`)
	}
	return &PullRequest{
		Number:   p.Number,
		BaseRef:  p.Base.Ref,
		BaseSHA:  p.Base.SHA,
		HeadSHA:  p.Head.SHA,
		HeadRepo: p.Head.Repo.FullName,
		Fork:     r.fromFork(p.Head),
	}, nil
}

// mergeGroup is what a merge queue is about to merge. Whatever forks it came from,
// GitHub has put it into a branch of the repository.
func (r *Runner) mergeGroup(e *event) (*PullRequest, error) {
	g := e.MergeGroup
	if g == nil {
		return nil, errors.New(`it has no "merge_group"`)
	}
	pr := &PullRequest{
		BaseRef:  strings.TrimPrefix(g.BaseRef, "refs/heads/"),
		BaseSHA:  g.BaseSHA,
		HeadSHA:  g.HeadSHA,
		HeadRepo: e.Repository.FullName,
	}
	if found := queuedPull.FindStringSubmatch(g.HeadRef); found != nil {
		pr.Number, _ = strconv.Atoi(found[1]) // digits, and few
	}
	return pr, nil
}

// PolicyBase is the commit that decides about the change that the workflow runs
// for, as the base of a pull request: that of [Runner.PullRequest], if there is one.
// After a run for another repository's head, and on a comment on a pull request, it
// is the commit of the default branch that the workflow itself is of; the number is
// then 0, because nobody says whether that is the base. It is nil where the workspace
// decides.
//
// Such a workflow starts with the default branch in its workspace, and then puts
// somebody else's files there: actions/download-artifact unpacks over it unless it is
// told where to.
func (r *Runner) PolicyBase() (*PullRequest, error) {
	pr, err := r.PullRequest()
	if !r.Active() || err != nil || pr != nil {
		return pr, err
	}
	base := &PullRequest{
		BaseRef: strings.TrimPrefix(r.getenv("GITHUB_REF"), "refs/heads/"),
		BaseSHA: r.getenv("GITHUB_SHA"),
	}
	switch r.getenv("GITHUB_EVENT_NAME") {
	case "workflow_run":
		s, err := r.stranger()
		if err != nil || s == nil {
			return nil, err
		}
		base.HeadSHA, base.HeadRepo, base.Fork = s.commits[0], s.repo, true
	case "issue_comment":
		if e, err := r.event(); err != nil || !e.onPullRequest() {
			return nil, err
		}
	default:
		return nil, nil
	}
	if !objectName.MatchString(base.BaseSHA) {
		return nil, fmt.Errorf("finding the commit of the default branch: GITHUB_SHA is %.80q", base.BaseSHA)
	}
	return base, nil
}
