package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	gh "github.com/google/go-github/v60/github"
)

// apiTimeout bounds one request to the API, for a caller without a client.
const apiTimeout = time.Minute

// orCheckout is the way out when the API cannot be used.
const orCheckout = "run the job again, or check out the base branch and name its folder in policy-dir"

// repositoryName is OWNER/NAME in the letters that GitHub allows.
var repositoryName = regexp.MustCompile(`^([A-Za-z0-9_.-]+)/([A-Za-z0-9_.-]+)$`)

// api is GitHub's REST API for the repository of the workflow.
type api struct {
	client      *gh.Client
	owner, name string
	token       string // to keep it out of errors
}

// api reaches the API at GITHUB_API_URL, which is another one on GitHub
// Enterprise Server.
func (r *Runner) api(token string, client *http.Client) (*api, error) {
	if token == "" {
		return nil, errors.New("there is no token: set the input github-token, or check out the base branch and name its folder in policy-dir")
	}
	repo := repositoryName.FindStringSubmatch(r.getenv("GITHUB_REPOSITORY"))
	if repo == nil || strings.Trim(repo[1], ".") == "" || strings.Trim(repo[2], ".") == "" {
		return nil, fmt.Errorf("GITHUB_REPOSITORY is %.200q and not OWNER/NAME", r.getenv("GITHUB_REPOSITORY"))
	}
	base, err := url.Parse(strings.TrimSuffix(r.getenv("GITHUB_API_URL"), "/") + "/")
	if err != nil || base.Scheme != "https" && base.Scheme != "http" || base.Host == "" || base.User != nil || base.RawQuery != "" {
		return nil, errors.New("GITHUB_API_URL is not the URL of an API")
	}
	if client == nil {
		client = &http.Client{Timeout: apiTimeout}
	}
	bound := *client
	bound.Transport = &apiTransport{next: client.Transport, base: base, token: token, sleep: sleepFor}
	a := &api{client: gh.NewClient(&bound), owner: repo[1], name: repo[2], token: token}
	a.client.BaseURL = base
	a.client.UserAgent = "imgscan"
	return a, nil
}

// failure is a go-github error in our words, with what to do about it. The original
// is not wrapped: it holds the request with its token.
func (a *api) failure(ctx context.Context, resp *gh.Response, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if resp == nil || resp.Response == nil {
		var at *url.Error
		if errors.As(err, &at) {
			err = at.Err
		}
		return fmt.Errorf("asking GitHub's API: %w; %s", err, orCheckout)
	}
	if resp.StatusCode == http.StatusOK {
		return fmt.Errorf("reading the answer of GitHub's API: %w", err)
	}
	status := fmt.Sprintf("%d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
	if said := a.said(err); said != "" {
		status += fmt.Sprintf(" (%q)", said)
	}
	return fmt.Errorf("GitHub's API answered %s: %s", status, advice(resp.Response))
}

// said is what GitHub says is wrong; empty when it does not. A server that echoes
// the request must not make us print the token.
func (a *api) said(err error) string {
	const enough = 200
	var (
		plain     *gh.ErrorResponse
		rate      *gh.RateLimitError
		secondary *gh.AbuseRateLimitError
		said      string
	)
	switch {
	case errors.As(err, &plain):
		said = plain.Message
	case errors.As(err, &rate):
		said = rate.Message
	case errors.As(err, &secondary):
		said = secondary.Message
	}
	said = strings.ReplaceAll(said, a.token, "***")
	if len(said) > enough {
		said = strings.ToValidUTF8(said[:enough], "") + "…"
	}
	return said
}

// advice is what to do about an answer.
func advice(resp *http.Response) string {
	switch status := resp.StatusCode; {
	case rateLimited(resp):
		when := ""
		if reset, ok := resetOf(resp.Header); ok {
			when = " after " + reset.UTC().Format(time.RFC3339)
		}
		return "the rate limit is used up: run the job again" + when + ", or check out the base branch and name its folder in policy-dir"
	case status == http.StatusUnauthorized:
		return "the token is not valid: check the input github-token"
	case status == http.StatusForbidden:
		return `the token may not read the repository: give the job the permission "contents: read"`
	case status == http.StatusNotFound:
		return `there is no such commit, or the token may not see it: give the job the permission "contents: read"`
	default:
		return orCheckout
	}
}
