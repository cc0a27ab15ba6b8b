package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	gh "github.com/google/go-github/v60/github"
)

// ErrorKind is what is wrong, for those who decide by it.
type ErrorKind string

// The kinds of failures.
const (
	BadToken    ErrorKind = "bad-token"    // 401
	Forbidden   ErrorKind = "forbidden"    // the token may not: a fork, Dependabot, a missing permission
	NotEnabled  ErrorKind = "not-enabled"  // the feature is off in the repository
	Locked      ErrorKind = "locked"       // the conversation is
	NotFound    ErrorKind = "not-found"    // or the token may not know of it
	Conflict    ErrorKind = "conflict"     // 409
	Gone        ErrorKind = "gone"         // 410
	TooLarge    ErrorKind = "too-large"    // 413
	Invalid     ErrorKind = "invalid"      // 400, 422: what we sent is wrong
	RateLimited ErrorKind = "rate-limited" // primary or secondary limit
	Unavailable ErrorKind = "unavailable"  // 5xx, or no answer at all
	Processing  ErrorKind = "processing"   // accepted, and refused later
	Unexpected  ErrorKind = "unexpected"
)

// APIError is a request that GitHub did not fulfil. It holds neither the request
// nor its token.
type APIError struct {
	Status int // of the answer; 0 when there was none
	Kind   ErrorKind

	// Message is what GitHub or the network says; may be empty. It is untrusted.
	Message string

	// Permission is what the job needs for the request: "security-events: write".
	Permission string

	// Retryable says that the same request may succeed later. It has been repeated
	// in vain, unless repeating could have done it twice.
	Retryable bool
}

func (e *APIError) Error() string {
	switch {
	case e.Kind == Processing:
		return fmt.Sprintf("GitHub could not process it: %s", e.Message)
	case e.Status == 0:
		return fmt.Sprintf("asking GitHub's API: %s", e.Message)
	}
	text := fmt.Sprintf("GitHub's API answered %d %s", e.Status, http.StatusText(e.Status))
	if e.Message != "" {
		text += fmt.Sprintf(" (%q)", e.Message)
	}
	return text
}

// apiError is err of go-github as one of ours. The original is not wrapped: it
// holds the request.
func (c *Client) apiError(ctx context.Context, permission string, resp *gh.Response, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case resp == nil || resp.Response == nil:
		var at *url.Error
		if errors.As(err, &at) {
			err = at.Err
		}
		return &APIError{Kind: Unavailable, Message: c.harmless(err.Error()), Permission: permission, Retryable: true}
	case resp.StatusCode/100 == 2:
		return &APIError{Status: resp.StatusCode, Kind: Unexpected, Message: c.harmless(err.Error()), Permission: permission}
	}
	e := &APIError{Status: resp.StatusCode, Message: c.said(err), Permission: permission}
	var (
		refused   *gh.ErrorResponse
		rate      *gh.RateLimitError
		secondary *gh.AbuseRateLimitError
	)
	if errors.As(err, &refused) {
		for _, detail := range refused.Errors {
			if detail.Message != "" {
				e.Message = c.harmless(e.Message + ": " + detail.Message)
			}
		}
	}
	e.Kind = kind(e.Status, e.Message)
	if rateLimited(resp.Response) || errors.As(err, &rate) || errors.As(err, &secondary) {
		e.Kind = RateLimited
	}
	e.Retryable = e.Kind == RateLimited || e.Kind == Unavailable
	return e
}

// kind tells failures apart. GitHub has one status for several of them and differs
// only in the words, which are those that codeql-action looks for.
func kind(status int, message string) ErrorKind {
	message = strings.ToLower(message)
	switch {
	case status == http.StatusUnauthorized:
		return BadToken
	case status == http.StatusForbidden && strings.Contains(message, "locked"):
		return Locked
	case status == http.StatusForbidden &&
		(strings.Contains(message, "must be enabled") || strings.Contains(message, "is not enabled")):
		return NotEnabled
	case status == http.StatusForbidden && strings.Contains(message, "rate limit"):
		return RateLimited
	case status == http.StatusForbidden:
		return Forbidden
	case status == http.StatusNotFound:
		return NotFound
	case status == http.StatusConflict:
		return Conflict
	case status == http.StatusGone:
		return Gone
	case status == http.StatusRequestEntityTooLarge:
		return TooLarge
	case status == http.StatusBadRequest, status == http.StatusUnprocessableEntity:
		return Invalid
	case status == http.StatusTooManyRequests:
		return RateLimited
	case status >= 500:
		return Unavailable
	}
	return Unexpected
}

// harmless is text without the token, on one line, and short.
func (c *Client) harmless(text string) string {
	const enough = 500
	text = plain(strings.ReplaceAll(text, c.token, "***"), "")
	if len(text) > enough {
		text = strings.ToValidUTF8(text[:enough], "") + "…"
	}
	return text
}
