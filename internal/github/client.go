package github

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"time"

	gh "github.com/google/go-github/v60/github"
)

// Client does what the action does on GitHub besides running: it uploads alerts,
// comments, submits dependencies and reads reports that earlier runs have left, for
// the repository of the workflow.
//
// It sends one request at a time, as GitHub asks of everybody, and leaves a second
// between two that write. What is refused for being too much, or fails for no
// reason of ours, is tried again, see [steady]. It is safe for concurrent use.
type Client struct {
	*api
	runner *Runner

	// store carries requests without the token, each attempt for so long: to where
	// GitHub keeps what it redirects to.
	store   http.RoundTripper
	attempt time.Duration

	// turn holds a token while a call is under way: the transports serve one at a
	// time. A channel, and no mutex, so that who waits for it can give up.
	turn chan struct{}
}

// Client is the way to GitHub's API with a token, which is sent to the host of
// GITHUB_API_URL and to no other. The error is a [*Skip] where there is no runner,
// no token or no repository. A nil client is one with a timeout.
func (r *Runner) Client(token string, client *http.Client) (*Client, error) {
	switch {
	case !r.Active():
		return nil, inactive()
	case token == "":
		return nil, &Skip{Reason: "there is no token: set the input github-token"}
	case r.getenv("GITHUB_REPOSITORY") == "":
		return nil, &Skip{Reason: "GITHUB_REPOSITORY is not set"}
	case r.getenv("GITHUB_API_URL") == "":
		return nil, &Skip{Reason: "GITHUB_API_URL is not set"}
	}
	a, err := r.api(token, client)
	if err != nil {
		return nil, fmt.Errorf("preparing requests to GitHub's API: %w", err)
	}
	next := http.DefaultTransport
	attempt := apiTimeout
	if client != nil {
		next = cmp.Or(client.Transport, next)
		attempt = cmp.Or(client.Timeout, attempt)
	}
	// apiTransport pins the host and keeps the token. Its own waiting is used up from
	// the start: steady waits.
	pinned := &apiTransport{next: next, base: a.client.BaseURL, token: token, waited: true}
	api := gh.NewClient(&http.Client{Transport: &steady{next: pinned, attempt: attempt}})
	api.BaseURL = a.client.BaseURL
	api.UserAgent = a.client.UserAgent
	a.client = api
	return &Client{api: a, runner: r, store: next, attempt: attempt, turn: make(chan struct{}, 1)}, nil
}

// do runs one call of go-github, and puts its error into our words: an [*APIError],
// or that of the context. The permission is what the call needs of the token.
// Everything that asks GitHub goes through it.
func (c *Client) do(ctx context.Context, permission string, call func() (*gh.Response, error)) error {
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	resp, err := call()
	return c.apiError(ctx, permission, resp, err)
}
