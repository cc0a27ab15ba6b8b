package github

import (
	"fmt"
	"slices"
	"strings"
)

// UnsafeError is why a job must not scan: it runs for a stranger's change with a
// token that may write, and does what hands that token over.
type UnsafeError struct {
	Event  string // the event's name, which gives the job its token
	Reason string // what the job does: a clause for a person
	Remedy string // what to do here; a sentence, may be empty
}

// Error is one line that says what is wrong and what to do instead.
func (e *UnsafeError) Error() string {
	text := fmt.Sprintf("refusing to scan on %q: %s, next to a token that may write. ", e.Event, e.Reason)
	if e.Remedy != "" {
		text += e.Remedy + " "
	}
	return text + "Build and scan on \"pull_request\", whose token may only read, and comment from a second workflow on" +
		" \"workflow_run\": see \"Pull requests from forks and of Dependabot\" in docs/github.md"
}

// stranger is a change from another repository that a job with the rights of the
// default branch runs for.
type stranger struct {
	event string
	repo  string // OWNER/NAME that it comes from; empty for a fork that was deleted

	commits []string // its own, and GitHub's test merge of it
	trusted []string // of the repository itself, whatever they were merged from
}

// from is where the change comes from, for a person.
func (s *stranger) from() string {
	if s.repo == "" {
		return "a fork that was deleted"
	}
	return fmt.Sprintf("%.80q", s.repo)
}

// stranger is whose change the job judges with more rights than they have; nil
// when it is nobody's, or may only read. An author with a branch in the repository
// itself is none, nor is one whose change has been merged.
func (r *Runner) stranger() (*stranger, error) {
	name := r.getenv("GITHUB_EVENT_NAME")
	if !r.Active() || name != "pull_request_target" && name != "workflow_run" {
		return nil, nil
	}
	e, err := r.event()
	if err != nil {
		return nil, fmt.Errorf("finding out whose change the event %q is about: %w", name, err)
	}
	s := &stranger{event: name, trusted: []string{r.getenv("GITHUB_SHA")}}
	if name == "workflow_run" {
		run := e.WorkflowRun
		if run == nil {
			return nil, fmt.Errorf("finding out whose change the event %q is about: it has no %q", name, name)
		}
		if r.own(run.HeadRepository) {
			return nil, nil
		}
		s.repo, s.commits = run.HeadRepository.FullName, []string{run.HeadSHA}
		return s, nil
	}
	p := e.PullRequest
	if p == nil {
		return nil, fmt.Errorf("finding out whose change the event %q is about: it has no %q", name, "pull_request")
	}
	if p.Merged || !r.fromFork(p.Head) {
		return nil, nil
	}
	s.repo, s.commits = p.Head.Repo.FullName, []string{p.Head.SHA, p.MergeCommitSHA}
	s.trusted = append(s.trusted, p.Base.SHA)
	return s, nil
}

// RefuseUnsafe is an [*UnsafeError] when the job, for a change from another
// repository, has a token that may write - pull_request_target, or workflow_run
// after a fork's run - and
//
//   - the workspace, or a folder directly in it, has that change checked out, so
//     that whatever runs there next may be the stranger's; or
//   - image may be one of the local Docker daemon, where nothing says that it was
//     not built in this job from the stranger's code. An image in a registry and an
//     archive that another run left are data.
//
// It finds what people do by mistake; what a job fetched without Git or built into
// an archive is not seen. Another error says that nobody can tell whose change it
// is.
func (r *Runner) RefuseUnsafe(image string) error {
	s, err := r.stranger()
	if err != nil || s == nil {
		return err
	}
	if !isData(image) {
		return &UnsafeError{
			Event: s.event,
			Reason: fmt.Sprintf("the image %.200q is looked for in the local Docker daemon, and may have been built in this job from the code of %s",
				image, s.from()),
			Remedy: "An image in a registry is taken when it begins with \"registry:\", and an archive that another run left" +
				" when it begins with \"docker-archive:\", \"oci-archive:\" or \"oci-dir:\".",
		}
	}
	for _, c := range checkouts(r.getenv("GITHUB_WORKSPACE")) {
		if reason := s.in(c); reason != "" {
			return &UnsafeError{Event: s.event, Reason: fmt.Sprintf("%s %s", c.place, reason)}
		}
	}
	return nil
}

// isData says whether an image is certainly not looked for in the Docker daemon.
// A path without a prefix is not certain: what is there decides.
func isData(image string) bool {
	return slices.ContainsFunc([]string{"registry:", "docker-archive:", "oci-archive:", "oci-dir:"}, func(prefix string) bool {
		return strings.HasPrefix(image, prefix)
	})
}

// in says what of the stranger's is in a checkout; empty when nothing is.
func (s *stranger) in(c checkout) string {
	theirs := func(commit string) bool { return commit != "" && slices.Contains(s.commits, commit) }
	switch {
	case s.repo != "" && strings.EqualFold(c.origin, s.repo):
		return "is a checkout of " + s.from()
	case c.err != nil:
		return fmt.Sprintf("is a Git repository of which nobody can tell that it is not the code of %s (%v)", s.from(), c.err)
	case c.commit == "" || slices.Contains(s.trusted, c.commit):
		return ""
	case theirs(c.commit), c.pull, slices.ContainsFunc(c.parents, theirs):
		return fmt.Sprintf("has the code of %s checked out, commit %.7s", s.from(), c.commit)
	}
	return ""
}
