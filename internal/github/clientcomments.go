package github

import (
	"context"

	gh "github.com/google/go-github/v60/github"
)

// mayComment is what writing comments on pull requests needs. Reading them in a
// private repository needs the same with "read".
const mayComment = "pull-requests: write"

var _ Comments = (*Client)(nil)

// ListComments implements [Comments].
func (c *Client) ListComments(ctx context.Context, pr, page int) (list []Comment, next int, err error) {
	var found []*gh.IssueComment
	opts := &gh.IssueListCommentsOptions{ListOptions: gh.ListOptions{Page: page, PerPage: 100}}
	err = c.do(ctx, mayComment, func() (resp *gh.Response, err error) {
		found, resp, err = c.client.Issues.ListComments(ctx, c.owner, c.name, pr, opts)
		if resp != nil {
			next = resp.NextPage
		}
		return resp, err
	})
	for _, f := range found {
		list = append(list, comment(f))
	}
	return list, next, err
}

// CreateComment implements [Comments].
func (c *Client) CreateComment(ctx context.Context, pr int, body string) (Comment, error) {
	var made *gh.IssueComment
	err := c.do(ctx, mayComment, func() (resp *gh.Response, err error) {
		made, resp, err = c.client.Issues.CreateComment(ctx, c.owner, c.name, pr, &gh.IssueComment{Body: &body})
		return resp, err
	})
	return comment(made), err
}

// UpdateComment implements [Comments].
func (c *Client) UpdateComment(ctx context.Context, id int64, body string) (Comment, error) {
	var changed *gh.IssueComment
	err := c.do(ctx, mayComment, func() (resp *gh.Response, err error) {
		changed, resp, err = c.client.Issues.EditComment(ctx, c.owner, c.name, id, &gh.IssueComment{Body: &body})
		return resp, err
	})
	return comment(changed), err
}

// DeleteComment implements [Comments].
func (c *Client) DeleteComment(ctx context.Context, id int64) error {
	return c.do(ctx, mayComment, func() (*gh.Response, error) {
		return c.client.Issues.DeleteComment(ctx, c.owner, c.name, id)
	})
}

// comment is one of go-github's, which may be nil.
func comment(c *gh.IssueComment) Comment {
	return Comment{ID: c.GetID(), Author: c.GetUser().GetLogin(), Body: c.GetBody(), URL: c.GetHTMLURL()}
}
