package github

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// maxCacheContent is the size in bytes above which nothing is saved or restored:
// moving more takes longer than it saves.
const maxCacheContent = 64 << 20

// maxCacheAnswer caps what the service says about an entry.
const maxCacheAnswer = 64 << 10

// ActionsCache is the service behind actions/cache, as far as this job may use
// it. Only its second version is spoken, which github.com has had since 2025: three
// calls of JSON over HTTP (actions/toolkit, packages/cache), and a blob that is
// read and written under a signed URL.
//
// GitHub decides who sees what: a job reads what its own branch and the default
// branch have saved, and what a pull request saves is seen by itself alone.
type ActionsCache struct {
	client *http.Client
	base   string
	token  string
}

// ActionsCache is the cache service of the job; the error is a *Skip where there
// is none.
func (r *Runner) ActionsCache(client *http.Client) (*ActionsCache, error) {
	c := &ActionsCache{
		client: client,
		base:   strings.TrimSuffix(r.getenv("ACTIONS_RESULTS_URL"), "/"),
		token:  r.getenv("ACTIONS_RUNTIME_TOKEN"),
	}
	switch {
	case !r.Active():
		return nil, inactive()
	case c.base == "" || c.token == "" || r.getenv("ACTIONS_CACHE_SERVICE_V2") == "":
		return nil, &Skip{Reason: "the runner offers no cache service"}
	}
	if err := r.withoutCache(); err != nil {
		return nil, err
	}
	return c, nil
}

// afterProposal says whether the run before this one was on the default branch for
// somebody else's change.
func (r *Runner) afterProposal() bool {
	e, err := r.event()
	return err == nil && e.WorkflowRun != nil && onBranchForOthers(e.WorkflowRun.Event)
}

// withoutCache says, as a *Skip, why the job neither keeps what it finds nor reads
// what others kept. A pull request reads first what its own workflows have saved, and
// nothing tells that from what the default branch's have: a stranger could write down
// what is in a layer. And a job that judges somebody's proposal with the rights of the
// default branch would leave it where all jobs of the repository look. An event that
// cannot be read counts as a stranger's.
func (r *Runner) withoutCache() error {
	switch name := r.getenv("GITHUB_EVENT_NAME"); name {
	case "pull_request_target", "issue_comment":
		return &Skip{Reason: fmt.Sprintf("a run of %s is about a proposal, and keeps out of the cache of the default branch", name)}
	case "workflow_run":
		s, err := r.stranger()
		if err != nil || s != nil || r.afterProposal() {
			return &Skip{Reason: "a run after a fork's run keeps out of the cache"}
		}
	case "pull_request", "pull_request_review", "pull_request_review_comment":
		e, err := r.event()
		if err != nil || e.PullRequest == nil || r.fromFork(e.PullRequest.Head) {
			return &Skip{Reason: "a pull request from a fork has no cache: its own workflows could have written what it reads"}
		}
	}
	return nil
}

// Restore is the newest content whose key starts with one of prefixes, which are
// tried in order; nil when there is none.
func (c *ActionsCache) Restore(ctx context.Context, prefixes ...string) ([]byte, error) {
	var answer struct {
		OK  bool   `json:"ok"`
		URL string `json:"signed_download_url"`
	}
	err := c.call(ctx, "GetCacheEntryDownloadURL", map[string]any{
		"key": prefixes[0], "restore_keys": prefixes, "version": cacheVersion(),
	}, &answer)
	if err != nil || !answer.OK {
		return nil, err
	}
	req, err := c.blob(ctx, http.MethodGet, answer.URL, nil)
	if err != nil {
		return nil, err
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return nil, withoutURL("downloading", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("downloading from GitHub's cache: %s", resp.Status)
	}
	content, err := io.ReadAll(io.LimitReader(resp.Body, maxCacheContent+1))
	if err != nil {
		return nil, withoutURL("downloading", err)
	}
	if len(content) > maxCacheContent {
		return nil, fmt.Errorf("downloading from GitHub's cache: over the limit of %d bytes", maxCacheContent)
	}
	return content, nil
}

// Save stores content under key, which is never written twice. The error is a
// *Skip when it need not be stored.
func (c *ActionsCache) Save(ctx context.Context, key string, content []byte) error {
	if len(content) > maxCacheContent {
		return &Skip{Reason: fmt.Sprintf("%d bytes are over the limit of the cache", len(content))}
	}
	var place struct {
		OK  bool   `json:"ok"`
		URL string `json:"signed_upload_url"`
	}
	err := c.call(ctx, "CreateCacheEntry", map[string]any{"key": key, "version": cacheVersion()}, &place)
	var refused *cacheError
	if errors.As(err, &refused) && refused.status == http.StatusConflict || err == nil && !place.OK {
		return &Skip{Reason: "another job has saved the same"}
	}
	if err != nil {
		return err
	}
	req, err := c.blob(ctx, http.MethodPut, place.URL, content)
	if err != nil {
		return err
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return withoutURL("uploading", err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		return fmt.Errorf("uploading to GitHub's cache: %s", resp.Status)
	}
	var done struct {
		OK bool `json:"ok"`
	}
	err = c.call(ctx, "FinalizeCacheEntryUpload", map[string]any{
		"key": key, "size_bytes": len(content), "version": cacheVersion(),
	}, &done)
	if err == nil && !done.OK {
		err = errors.New("GitHub's cache did not take what was uploaded")
	}
	return err
}

// cacheError is an answer other than 200.
type cacheError struct {
	method string
	status int
}

func (e *cacheError) Error() string {
	return fmt.Sprintf("asking GitHub's cache service (%s): %d %s", e.method, e.status, http.StatusText(e.status))
}

// call is one remote procedure call in Twirp's JSON.
func (c *ActionsCache) call(ctx context.Context, method string, question map[string]any, answer any) error {
	body, err := json.Marshal(question)
	if err != nil {
		return err
	}
	target := c.base + "/twirp/github.actions.results.api.v1.CacheService/" + method
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("asking GitHub's cache service: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.client.Do(req)
	if err != nil {
		return withoutURL("asking", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return &cacheError{method: method, status: resp.StatusCode}
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxCacheAnswer)).Decode(answer); err != nil {
		return fmt.Errorf("parsing the answer of GitHub's cache service: %w", err)
	}
	return nil
}

// blob is a request for content under a signed URL. Azure's storage wants to know
// what kind of blob is written, and takes one of this size in a single request.
func (c *ActionsCache) blob(ctx context.Context, method, signed string, content []byte) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, signed, bytes.NewReader(content))
	if err != nil {
		return nil, errors.New("GitHub's cache service answered with something other than a URL")
	}
	if method == http.MethodPut {
		req.Header.Set("X-Ms-Blob-Type", "BlockBlob")
		req.Header.Set("Content-Type", "application/octet-stream")
	}
	return req, nil
}

// withoutURL is err without the signature that a URL carries.
func withoutURL(doing string, err error) error {
	var at *url.Error
	if errors.As(err, &at) {
		err = at.Err
	}
	return fmt.Errorf("%s with GitHub's cache: %w", doing, err)
}

// cacheVersion keeps our entries apart from those of other actions that happen
// to use the same keys.
func cacheVersion() string {
	sum := sha256.Sum256([]byte("imgscan"))
	return hex.EncodeToString(sum[:])
}
