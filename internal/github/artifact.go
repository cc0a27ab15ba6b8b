package github

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	gh "github.com/google/go-github/v60/github"
)

// mayReadArtifacts is what listing and fetching artifacts needs.
const mayReadArtifacts = "actions: read"

const (
	// maxArtifactPages bounds how many artifacts of one name are looked through, at
	// 100 a page: pull requests may leave many between two runs of a branch.
	maxArtifactPages = 10

	// maxTried bounds how many artifacts are tried that turn out to be of a run for
	// somebody else's change, or deleted or expired since they were listed.
	maxTried = 50
)

// Artifact is what a run of a workflow left behind under a name.
type Artifact struct {
	Name    string
	ID      int64
	RunID   int64     // the run that left it
	SHA     string    // the commit that the run was for; empty where GitHub does not say
	Created time.Time // zero where GitHub does not say
}

// ReportArtifact is the JSON of the newest artifact that a run on a branch of the
// repository has left under a name, and which artifact that is. It is what
// upload-artifact makes of a report: a zip with one .json file among its files or,
// with "archive: false", that file itself, whose own name is then the artifact's.
//
// Neither runs of forks count, although their branch may have the same name, nor
// the run that asks, nor runs that are on the branch for somebody else's change, such
// as those after another workflow's.
//
// The error is a [*Skip] where there is no such artifact, or none that has not
// expired. It needs the permission "actions: read".
func (c *Client) ReportArtifact(ctx context.Context, name, branch string) ([]byte, Artifact, error) {
	content, a, err := c.reportArtifact(ctx, name, branch)
	if skip := new(Skip); err != nil && !errors.As(err, &skip) {
		err = fmt.Errorf("reading the newest artifact %.80q of the branch %.80q: %w", name, branch, err)
	}
	return content, a, err
}

func (c *Client) reportArtifact(ctx context.Context, name, branch string) ([]byte, Artifact, error) {
	if name == "" || branch == "" {
		return nil, Artifact{}, errors.New("both names are needed")
	}
	tried := 0
	for page, n := 1, 0; page > 0 && n < maxArtifactPages; n++ {
		found, next, err := c.artifactsOf(ctx, name, branch, page)
		if err != nil {
			return nil, Artifact{}, err
		}
		for _, a := range found[:min(len(found), maxTried-tried)] {
			tried++
			content, err := c.artifactForItself(ctx, a)
			if isGone(err) {
				continue // upload-artifact deletes what it overwrites
			}
			if err != nil {
				return nil, Artifact{}, fmt.Errorf("%d, of the run %d: %w", a.ID, a.RunID, err)
			}
			if content != nil {
				return content, a, nil
			}
		}
		page = next
	}
	return nil, Artifact{}, &Skip{Reason: fmt.Sprintf("no run on the branch %.80q for itself has left an artifact %.80q that is still there", branch, name)}
}

// artifactForItself fetches the report in an artifact; nil when the run was on the
// branch for somebody else's change.
func (c *Client) artifactForItself(ctx context.Context, a Artifact) ([]byte, error) {
	event, err := c.startedBy(ctx, a.RunID)
	if err != nil || !runsForItself(event) {
		return nil, err
	}
	return c.artifactReport(ctx, a)
}

// artifactsOf are those of a page that are of a name and a branch and worth fetching,
// the newest first; next is 0 after the last page.
//
// GitHub lists the newest first. It does not promise to, so the newest is looked
// for on its page; but if it did not, nobody could find it without reading
// everything that the repository's runs have left in 90 days.
func (c *Client) artifactsOf(ctx context.Context, name, branch string, page int) (found []Artifact, next int, err error) {
	list, next, err := c.listArtifacts(ctx, name, page)
	if err != nil {
		return nil, 0, err
	}
	for _, a := range list {
		if a.GetName() == name && c.leftOn(branch, a) {
			found = append(found, artifact(a))
		}
	}
	slices.SortFunc(found, func(a, b Artifact) int {
		return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(b.ID, a.ID))
	})
	return found, next, nil
}

// listArtifacts is one page of the repository's artifacts of a name; next is 0
// after the last. go-github cannot ask for a name.
func (c *Client) listArtifacts(ctx context.Context, name string, page int) (list []*gh.Artifact, next int, err error) {
	query := url.Values{"name": {name}, "per_page": {"100"}, "page": {strconv.Itoa(page)}}
	err = c.do(ctx, mayReadArtifacts, func() (*gh.Response, error) {
		req, err := c.client.NewRequest(http.MethodGet, fmt.Sprintf("repos/%s/%s/actions/artifacts?%s", c.owner, c.name, query.Encode()), nil)
		if err != nil {
			return nil, err
		}
		var answer gh.ArtifactList
		resp, err := c.client.Do(ctx, req, &answer)
		if resp != nil {
			next = resp.NextPage
		}
		list = answer.Artifacts
		return resp, err
	})
	return list, next, err
}

// leftOn says whether an artifact is still there and of an earlier run on a branch
// of this repository. The branch of a run is null where there was none, and its
// repository where that was deleted.
func (c *Client) leftOn(branch string, a *gh.Artifact) bool {
	run := a.WorkflowRun
	if run == nil || a.GetExpired() {
		return false
	}
	ours := run.GetRepositoryID() != 0 && run.GetHeadRepositoryID() == run.GetRepositoryID()
	return ours && run.GetHeadBranch() == branch && strconv.FormatInt(run.GetID(), 10) != c.runner.getenv("GITHUB_RUN_ID")
}

// startedBy is the event that started a run.
func (c *Client) startedBy(ctx context.Context, run int64) (event string, err error) {
	err = c.do(ctx, mayReadArtifacts, func() (*gh.Response, error) {
		found, resp, err := c.client.Actions.GetWorkflowRunByID(ctx, c.owner, c.name, run)
		event = found.GetEvent()
		return resp, err
	})
	return event, err
}

// artifactReport fetches the report in an artifact.
func (c *Client) artifactReport(ctx context.Context, a Artifact) ([]byte, error) {
	at, err := c.artifactAddress(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	content, err := c.fetchStored(ctx, at)
	if err != nil {
		return nil, err
	}
	return reportIn(content)
}

// artifactAddress is where the content of an artifact is, for a minute and for
// whoever has the address.
func (c *Client) artifactAddress(ctx context.Context, id int64) (*url.URL, error) {
	var location string
	err := c.do(ctx, mayReadArtifacts, func() (*gh.Response, error) {
		req, err := c.client.NewRequest(http.MethodGet, fmt.Sprintf("repos/%s/%s/actions/artifacts/%d/zip", c.owner, c.name, id), nil)
		if err != nil {
			return nil, err
		}
		// The transport, because a client would follow the redirect, with the token.
		resp, err := c.client.Client().Transport.RoundTrip(req.WithContext(ctx))
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusFound {
			return &gh.Response{Response: resp}, cmp.Or(gh.CheckResponse(resp), errors.New("there is no redirect to the artifact"))
		}
		location = resp.Header.Get("Location")
		return &gh.Response{Response: resp}, nil
	})
	if err != nil {
		return nil, err
	}
	return c.storeAddress(location)
}

// artifact is one of go-github's.
func artifact(a *gh.Artifact) Artifact {
	return Artifact{
		Name: a.GetName(), ID: a.GetID(), RunID: a.WorkflowRun.GetID(), SHA: a.WorkflowRun.GetHeadSHA(),
		Created: a.GetCreatedAt().UTC(),
	}
}
