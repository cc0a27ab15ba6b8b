package github

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// noTarget says why alerts have no place to go.
func noTarget(reason string) error { return &Skip{Reason: reason} }

// AnalysisTarget is the ref and the commit that code scanning shows alerts for. It
// is not always the one the workflow runs on: where that is the default branch and
// the image is somebody's proposal, uploading would write the proposal's alerts
// into the branch's.
//
//   - pull_request and its reviews: refs/pull/N/merge, or refs/pull/N/head when
//     that is what the workspace has checked out.
//   - pull_request_target: refs/pull/N/head.
//   - workflow_run: what the run before it judged: the head of its pull request, or
//     its branch. GitHub does not say which pull request a fork's is.
//   - merge_group: none. The queue's branch is gone when GitHub looks for it, and
//     the failure would throw the pull request out of the queue.
//   - all others, such as push, schedule and workflow_dispatch: where they run.
//
// The error is a [*Skip] when there is no such place.
func (r *Runner) AnalysisTarget() (ref, sha string, err error) {
	if !r.Active() {
		return "", "", inactive()
	}
	name := r.getenv("GITHUB_EVENT_NAME")
	switch name {
	case "merge_group":
		return "", "", noTarget("a merge group has no alerts of its own: its branch is gone when they are shown")
	case "pull_request", "pull_request_review", "pull_request_review_comment":
		ref, sha = r.pullTarget()
	case "pull_request_target":
		ref, sha, err = r.headTarget()
	case "workflow_run":
		ref, sha, err = r.runTarget()
	case "push":
		ref, sha, err = r.pushTarget()
	default:
		ref, sha = r.getenv("GITHUB_REF"), r.getenv("GITHUB_SHA")
	}
	if err == nil && (!analysisRef.MatchString(ref) || !objectName.MatchString(sha)) {
		err = fmt.Errorf("the ref %.80q or the commit %.80q is none", ref, sha)
	}
	var skip *Skip
	switch {
	case errors.As(err, &skip):
		return "", "", err
	case err != nil:
		return "", "", fmt.Errorf("finding the ref of the event %q: %w", name, err)
	}
	return ref, sha, nil
}

// pullTarget is the test merge of a pull request, which the runner checks out; or
// its head, when a workflow checks that out instead. The ref of a closed pull
// request is its base, and stays.
func (r *Runner) pullTarget() (ref, sha string) {
	ref, sha = r.getenv("GITHUB_REF"), r.getenv("GITHUB_SHA")
	if !strings.HasPrefix(ref, "refs/pull/") || !strings.HasSuffix(ref, "/merge") {
		return ref, sha
	}
	head := checkedOut(r.getenv("GITHUB_WORKSPACE"))
	if head == "" || head == sha {
		return ref, sha
	}
	if headRef, headSHA, err := r.headTarget(); err == nil && head == headSHA {
		return headRef, headSHA
	}
	// A commit made by the workflow itself is on no ref that GitHub knows.
	return ref, sha
}

func (r *Runner) headTarget() (ref, sha string, err error) {
	e, err := r.event()
	if err != nil {
		return "", "", err
	}
	p := e.PullRequest
	if p == nil || p.Number < 1 {
		return "", "", errors.New(`it has no "pull_request" with a number`)
	}
	return fmt.Sprintf("refs/pull/%d/head", p.Number), p.Head.SHA, nil
}

func (r *Runner) pushTarget() (ref, sha string, err error) {
	if e, err := r.event(); err == nil && e.Deleted {
		return "", "", noTarget("what was pushed is gone")
	}
	return r.getenv("GITHUB_REF"), r.getenv("GITHUB_SHA"), nil
}

// runTarget is what the run before this one judged. Alerts of a pull request go to
// the lowest of those with the same head, so that they are in one place.
func (r *Runner) runTarget() (ref, sha string, err error) {
	e, err := r.event()
	if err != nil {
		return "", "", err
	}
	run := e.WorkflowRun
	if run == nil {
		return "", "", errors.New(`it has no "workflow_run"`)
	}
	if run.Event == "merge_group" {
		return "", "", noTarget("a merge group has no alerts of its own: its branch is gone when they are shown")
	}
	if strings.HasPrefix(run.Event, "pull_request") {
		number := 0
		for _, p := range run.PullRequests {
			ours := p.Base.Repo.ID == e.Repository.ID && p.Head.SHA == run.HeadSHA
			if ours && (number == 0 || p.Number < number) {
				number = p.Number
			}
		}
		if number < 1 {
			return "", "", noTarget("GitHub does not say which pull request the run was for, as is so with forks")
		}
		return fmt.Sprintf("refs/pull/%d/head", number), run.HeadSHA, nil
	}
	if !strings.EqualFold(run.HeadRepository.FullName, r.getenv("GITHUB_REPOSITORY")) {
		return "", "", noTarget("the run was for a commit of another repository")
	}
	if !branchName(run.HeadBranch) {
		return "", "", noTarget("the run was for no branch")
	}
	return "refs/heads/" + run.HeadBranch, run.HeadSHA, nil
}

// branchName says whether a name is one that Git allows, nearly: what it refuses
// besides is not dangerous to anybody.
func branchName(name string) bool {
	const most = 255
	return name != "" && len(name) <= most && !strings.Contains(name, "..") &&
		strings.IndexFunc(name, func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune(`~^:?*[\`, r) }) < 0
}

// checkedOut is the commit that a workspace has checked out, without asking Git,
// which refuses a folder of another user; empty when there is none or it is on a
// branch, as only a workflow's own commits are.
func checkedOut(workspace string) string {
	if workspace == "" {
		return ""
	}
	const enough = 256
	f, err := os.Open(filepath.Join(workspace, ".git", "HEAD"))
	if err != nil {
		return ""
	}
	defer f.Close()
	start := make([]byte, enough)
	n, _ := f.Read(start) // an empty file is no commit
	sha := strings.TrimSpace(string(start[:n]))
	if !objectName.MatchString(sha) {
		return ""
	}
	return sha
}
