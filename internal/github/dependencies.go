package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	gh "github.com/google/go-github/v60/github"
)

// maySubmit is what submitting dependencies needs.
const maySubmit = "contents: write"

// Snapshot is what an image consists of, for the dependency graph. The latest of a
// correlator counts.
type Snapshot struct {
	// Ref and SHA are the commit that the image was built from.
	Ref, SHA string

	// Correlator tells apart what is submitted, and stays the same from run to run:
	// the workflow, the job and the key of the image.
	Correlator string

	Tool        string // the name of the tool
	ToolVersion string
	ToolURL     string

	Scanned time.Time

	// Manifest names the image, and Source is the file of the repository that it is
	// built from, such as its Dockerfile; may be empty.
	Manifest string
	Source   string

	Dependencies []Dependency
}

// Dependency is a package of an image.
type Dependency struct {
	PURL string

	// Direct is set when somebody chose the package, and not another package.
	Direct bool
}

// Submitted is what became of a snapshot.
type Submitted struct {
	Count   int // of the dependencies that were sent
	LeftOut int // for a package URL that GitHub does not take
	Message string
}

// SubmitDependencies replaces what the dependency graph knows of an image. It is
// only for the default branch, and skipped elsewhere: see [Runner.OnDefaultBranch].
// GitHub refuses a snapshot as a whole for one bad package URL, so those without one
// are left out and counted.
func (c *Client) SubmitDependencies(ctx context.Context, s Snapshot) (Submitted, error) {
	done, err := c.submit(ctx, s)
	if err != nil {
		return done, fmt.Errorf("submitting dependencies: %w", err)
	}
	return done, nil
}

func (c *Client) submit(ctx context.Context, s Snapshot) (Submitted, error) {
	switch on, err := c.runner.OnDefaultBranch(); {
	case err != nil:
		return Submitted{}, err
	case !on:
		return Submitted{}, &Skip{Reason: "dependencies are submitted for the default branch only"}
	case !objectName.MatchString(s.SHA) || !strings.HasPrefix(s.Ref, "refs/"):
		return Submitted{}, fmt.Errorf("the ref %.80q or the commit %.80q is none", s.Ref, s.SHA)
	case s.Correlator == "" || s.Tool == "" || s.Manifest == "":
		return Submitted{}, errors.New("a snapshot needs a correlator, a tool and a manifest")
	}
	body, done := c.snapshot(s)
	var answer struct {
		Result  string `json:"result"`
		Message string `json:"message"`
	}
	err := c.do(ctx, maySubmit, func() (*gh.Response, error) {
		// go-github has no call for it.
		req, err := c.client.NewRequest(http.MethodPost, fmt.Sprintf("repos/%s/%s/dependency-graph/snapshots", c.owner, c.name), body)
		if err != nil {
			return nil, err
		}
		return c.client.Do(ctx, req, &answer)
	})
	if err != nil {
		return Submitted{}, err
	}
	done.Message = c.harmless(answer.Message)
	if answer.Result == "INVALID" {
		return done, &APIError{Kind: Processing, Message: done.Message, Permission: maySubmit}
	}
	return done, nil
}

// snapshot is the body of the request.
func (c *Client) snapshot(s Snapshot) (body map[string]any, done Submitted) {
	resolved := make(map[string]any)
	for _, d := range s.Dependencies {
		if rest, ok := strings.CutPrefix(d.PURL, "pkg:"); !ok || !strings.Contains(rest, "/") {
			done.LeftOut++
			continue
		}
		relationship := "indirect"
		if d.Direct {
			relationship = "direct"
		}
		resolved[d.PURL] = map[string]any{"package_url": d.PURL, "relationship": relationship, "scope": "runtime"}
	}
	done.Count = len(resolved)
	manifest := map[string]any{"name": s.Manifest, "resolved": resolved}
	if s.Source != "" {
		manifest["file"] = map[string]any{"source_location": s.Source}
	}
	return map[string]any{
		"version": 0,
		"ref":     s.Ref,
		"sha":     s.SHA,
		"job": map[string]any{
			// The same run and attempt, repeated, are the same job.
			"id":         c.runner.getenv("GITHUB_RUN_ID") + "-" + c.runner.getenv("GITHUB_RUN_ATTEMPT"),
			"correlator": s.Correlator,
		},
		"detector":  map[string]any{"name": s.Tool, "version": s.ToolVersion, "url": s.ToolURL},
		"scanned":   s.Scanned.UTC().Format(time.RFC3339),
		"manifests": map[string]any{s.Manifest: manifest},
	}, done
}

// runsForItself says whether a workflow that an event starts runs for the branch
// that it runs on. Others run there for somebody else's change.
func runsForItself(event string) bool {
	return slices.Contains([]string{"push", "schedule", "workflow_dispatch", "repository_dispatch"}, event)
}

// OnDefaultBranch says whether the workflow judges what is on the default branch:
// it was pushed there, or the workflow ran there by itself. The events that run
// there for something else, such as a pull request's, do not count.
func (r *Runner) OnDefaultBranch() (bool, error) {
	if !r.Active() {
		return false, inactive()
	}
	if !runsForItself(r.getenv("GITHUB_EVENT_NAME")) {
		return false, nil
	}
	e, err := r.event()
	if err != nil {
		return false, err
	}
	branch := e.Repository.DefaultBranch
	if branch == "" && r.getenv("GITHUB_EVENT_NAME") == "schedule" {
		return true, nil // a schedule runs nowhere else, and its event says nothing
	}
	return branch != "" && r.getenv("GITHUB_REF") == "refs/heads/"+branch, nil
}
