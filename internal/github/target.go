package github

import (
	"errors"
	"fmt"
	"strings"
)

// noTarget says why alerts have no place to go.
func noTarget(reason string) error { return &Skip{Reason: reason} }

// Target is a ref and a commit that alerts belong to.
type Target struct {
	Ref string // refs/heads/…, refs/tags/… or refs/pull/…
	SHA string // the full name of the commit
}

// Validate says what is wrong with a target that a workflow gives. One that is empty
// as a whole is right: then nothing was given.
func (t Target) Validate() error {
	switch {
	case t == Target{}:
		return nil
	case t.Ref == "" || t.SHA == "":
		return errors.New(`the inputs "sarif-ref" and "sarif-sha" go together: give both or neither`)
	case !analysisRef.MatchString(t.Ref) || !branchName(t.Ref):
		return fmt.Errorf(`the input "sarif-ref" is %.80q: expected a full ref such as refs/heads/main or refs/pull/1/head`, t.Ref)
	case !objectName.MatchString(t.SHA):
		return fmt.Errorf(`the input "sarif-sha" is %.80q: expected the full name of a commit, 40 or 64 of 0-9 and a-f`, t.SHA)
	}
	return nil
}

// UploadTarget is where an upload to code scanning belongs: what the workflow gives,
// and without that, the [Runner.AnalysisTarget].
//
// For a change from another repository, what is given does not count on pull_request
// and pull_request_target, where GitHub names the place itself. On workflow_run,
// where it does not, the place has to be a pull request: the alerts of a
// stranger's image are none of a branch's. The error is a [*Skip] then, so that
// nothing goes to a place that nobody has asked for.
func (r *Runner) UploadTarget(given Target) (ref, sha string, err error) {
	if (given == Target{}) {
		return r.AnalysisTarget()
	}
	if !r.Active() {
		return "", "", inactive()
	}
	if err := given.Validate(); err != nil {
		return "", "", err
	}
	if strings.HasPrefix(given.Ref, queueRefs) {
		return "", "", noTarget(noMergeGroup)
	}
	switch name := r.getenv("GITHUB_EVENT_NAME"); {
	case strings.HasPrefix(name, "pull_request"):
		pr, err := r.PullRequest()
		if err != nil {
			return "", "", err
		}
		if pr != nil && pr.Fork {
			return "", "", noTarget("sarif-ref and sarif-sha are not taken in a pull request from a fork: leave them out there")
		}
	case name == "workflow_run":
		s, err := r.stranger()
		if err != nil {
			return "", "", err
		}
		if s != nil && !strings.HasPrefix(given.Ref, "refs/pull/") {
			return "", "", noTarget("after a fork's run, sarif-ref has to be a pull request's, refs/pull/NUMBER/head")
		}
	}
	return given.Ref, given.SHA, nil
}

// queueRefs is how the branches of merge groups begin.
const queueRefs = "refs/heads/gh-readonly-queue/"

const noMergeGroup = "a merge group has no alerts of its own: its branch is gone when they are shown"

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
//   - issue_comment on a pull request: none. The event does not say which commit the
//     job has taken, and where the workflow runs is the default branch.
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
		return "", "", noTarget(noMergeGroup)
	case "pull_request", "pull_request_review", "pull_request_review_comment":
		ref, sha = r.pullTarget()
	case "pull_request_target":
		ref, sha, err = r.headTarget()
	case "workflow_run":
		ref, sha, err = r.runTarget()
	case "push":
		ref, sha, err = r.pushTarget()
	case "issue_comment":
		ref, sha, err = r.commentTarget()
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
// its head, when a workflow checks that out instead. The ref of a merged one is the
// branch that it was merged into, where a head that is not in it has no place.
func (r *Runner) pullTarget() (ref, sha string) {
	ref, sha = r.getenv("GITHUB_REF"), r.getenv("GITHUB_SHA")
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

func (r *Runner) commentTarget() (ref, sha string, err error) {
	e, err := r.event()
	if err != nil {
		return "", "", err
	}
	if e.onPullRequest() {
		return "", "", noTarget("a comment does not say which commit of the pull request is meant: give sarif-ref and sarif-sha")
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
		return "", "", noTarget(noMergeGroup)
	}
	if onBranchForOthers(run.Event) {
		return "", "", noTarget("the run before was itself for somebody else's change")
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

// onBranchForOthers says whether what an event starts runs on the default branch for
// somebody else's change, without saying whose.
func onBranchForOthers(event string) bool { return event == "workflow_run" || event == "issue_comment" }

// branchName says whether a name is one that Git allows, nearly: what it refuses
// besides is not dangerous to anybody.
func branchName(name string) bool {
	const most = 255
	return name != "" && len(name) <= most && !strings.Contains(name, "..") &&
		strings.IndexFunc(name, func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune(`~^:?*[\`, r) }) < 0
}
