package github

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	gh "github.com/google/go-github/v60/github"
)

// Viewer implements [Comments]. It asks the GraphQL API, which answers any token:
// that of a person, of a workflow ("github-actions[bot]") and of a GitHub App
// ("its-slug[bot]"). Where that API cannot be asked, the REST API is, which knows
// persons only.
func (c *Client) Viewer(ctx context.Context) (string, error) {
	login, err := c.graphViewer(ctx)
	if err == nil && login != "" || ctx.Err() != nil {
		return login, err
	}
	var user *gh.User
	err = c.do(ctx, "", func() (resp *gh.Response, err error) {
		user, resp, err = c.client.Users.Get(ctx, "")
		return resp, err
	})
	return user.GetLogin(), err
}

// graphViewer is the login of the token's user; empty where the API has none to
// say, which it answers as a success.
func (c *Client) graphViewer(ctx context.Context) (string, error) {
	question := struct {
		Query string `json:"query"`
	}{"{viewer{login}}"}
	var answer struct {
		Data struct {
			Viewer struct {
				Login string `json:"login"`
			} `json:"viewer"`
		} `json:"data"`
	}
	err := c.do(ctx, "", func() (*gh.Response, error) {
		req, err := c.client.NewRequest(http.MethodPost, c.graphAddress(), question)
		if err != nil {
			return nil, err
		}
		return c.client.Do(ctx, req, &answer)
	})
	return answer.Data.Viewer.Login, err
}

// graphAddress is the GraphQL API's: the one that the runner names, if the token may
// go there, and else where it is beside the REST API, which on GitHub Enterprise
// Server is at /api/v3.
func (c *Client) graphAddress() string {
	base := c.client.BaseURL
	told, err := url.Parse(c.runner.getenv("GITHUB_GRAPHQL_URL"))
	if err == nil && told.Scheme == base.Scheme && strings.EqualFold(told.Host, base.Host) && told.User == nil {
		return told.String()
	}
	beside := *base
	beside.Path = strings.TrimSuffix(base.Path, "v3/") + "graphql"
	return beside.String()
}
