package github

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// maxEvent is the size in bytes of the largest event that is read. GitHub itself
// stops at 25 MB.
const maxEvent = 32 << 20

// event is what we know of the file that says what started the workflow. All of it
// may be missing: GitHub adds fields and leaves out others.
type event struct {
	Repository  repository `json:"repository"`
	PullRequest *struct {
		Number int  `json:"number"`
		Head   tip  `json:"head"`
		Base   tip  `json:"base"`
		Merged bool `json:"merged"`

		// MergeCommitSHA is the test merge of an open pull request, and the commit in
		// the base of a merged one; empty (null) until GitHub has made it.
		MergeCommitSHA string `json:"merge_commit_sha"`
	} `json:"pull_request"`
	MergeGroup *struct {
		HeadSHA string `json:"head_sha"`
		HeadRef string `json:"head_ref"`
		BaseSHA string `json:"base_sha"`
		BaseRef string `json:"base_ref"`
	} `json:"merge_group"`

	// Issue is what somebody has commented on: a pull request is one, too.
	Issue *struct {
		Number      int       `json:"number"`
		PullRequest *struct{} `json:"pull_request"`
	} `json:"issue"`

	// WorkflowRun is the run that ended, for a workflow that starts after another.
	WorkflowRun *workflowRun `json:"workflow_run"`

	// Deleted is set when the branch or tag that was pushed is gone.
	Deleted bool `json:"deleted"`
}

type workflowRun struct {
	Event          string     `json:"event"` // what started that run
	HeadBranch     string     `json:"head_branch"`
	HeadSHA        string     `json:"head_sha"`
	HeadRepository repository `json:"head_repository"`

	// PullRequests are those of the head, in this and in other repositories. GitHub
	// leaves out those from forks.
	PullRequests []struct {
		Number int `json:"number"`
		Head   struct {
			SHA string `json:"sha"`
		} `json:"head"`
		Base struct {
			Repo struct {
				ID int64 `json:"id"`
			} `json:"repo"`
		} `json:"base"`
	} `json:"pull_requests"`
}

// tip is where a branch stands.
type tip struct {
	Ref  string     `json:"ref"`
	SHA  string     `json:"sha"`
	Repo repository `json:"repo"` // null for a fork that was deleted
}

type repository struct {
	ID       int64  `json:"id"`
	FullName string `json:"full_name"`

	DefaultBranch string `json:"default_branch"`
}

// event reads the event file.
func (r *Runner) event() (*event, error) {
	path := r.getenv("GITHUB_EVENT_PATH")
	if path == "" {
		return nil, errors.New("GITHUB_EVENT_PATH is not set")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("opening the event of GITHUB_EVENT_PATH: %w", err)
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxEvent+1))
	if err != nil {
		return nil, fmt.Errorf("reading the event %q: %w", path, err)
	}
	if len(content) > maxEvent {
		return nil, fmt.Errorf("reading the event %q: it has more than %d bytes", path, maxEvent)
	}
	e := new(event)
	if err := json.Unmarshal(content, e); err != nil {
		return nil, fmt.Errorf("parsing the event %q: %w", path, err)
	}
	return e, nil
}

// fromFork says whether the head of a pull request is in another repository than
// the workflow; a repository that nobody can name any more is another one.
func (r *Runner) fromFork(head tip) bool { return !r.own(head.Repo) }

// own says whether a repository is the one of the workflow; one without a name is
// not.
func (r *Runner) own(repo repository) bool {
	return repo.FullName != "" && strings.EqualFold(repo.FullName, r.getenv("GITHUB_REPOSITORY"))
}

// onPullRequest says whether a comment is one on a pull request. Its event does not say
// of which commit or from which repository that is.
func (e *event) onPullRequest() bool { return e.Issue != nil && e.Issue.PullRequest != nil }
