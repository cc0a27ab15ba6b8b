package github

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/org/imgscan-action/internal/githubtest"
)

// openClient is a client of the server, and of a job's environment on top of the
// server's.
func openClient(t *testing.T, s *githubtest.Server, environ ...string) *Client {
	t.Helper()
	r := NewRunner(append(s.Environ(), environ...), io.Discard, io.Discard)
	c, err := r.Client(githubtest.Token, s.Client())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// steps are how the client asks for something: reading, changing, and the two ways
// of creating.
var steps = map[string]struct {
	operation string
	do        func(context.Context, *Client) error
}{
	"read": {"issues/list-comments", func(ctx context.Context, c *Client) error {
		_, _, err := c.ListComments(ctx, 7, 1)
		return err
	}},
	"change": {"issues/update-comment", func(ctx context.Context, c *Client) error {
		_, err := c.UpdateComment(ctx, 1, "new")
		return err
	}},
	"create": {"issues/create-comment", func(ctx context.Context, c *Client) error {
		_, err := c.CreateComment(ctx, 7, "hello")
		return err
	}},
	"upload": {"code-scanning/upload-sarif", func(ctx context.Context, c *Client) error {
		_, err := c.UploadSARIF(ctx, cleanUpload())
		return err
	}},
}

// TestPatience plays what GitHub does to a request, and holds how long the client
// waits and what it makes of it.
func TestPatience(t *testing.T) {
	t.Parallel()
	reset := func(in time.Duration) map[string]string {
		// Bubbles start at this second.
		at := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).Add(in)
		return map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Limit": "1000", "X-RateLimit-Reset": unix(at)}
	}
	status := func(codes ...int) (faults []githubtest.Fault) {
		for _, code := range codes {
			faults = append(faults, githubtest.Fault{Status: code})
		}
		return faults
	}
	for name, tt := range map[string]struct {
		step     string
		faults   []githubtest.Fault
		min, max time.Duration
		kind     ErrorKind // of the error; empty for none
		retry    bool
	}{
		"unavailable for a while":      {"read", status(502, 503), 3 * time.Second, 6 * time.Second, "", false},
		"unavailable for long":         {"read", status(502, 503, 500, 504), 7 * time.Second, 14 * time.Second, Unavailable, true},
		"says when":                    {"change", []githubtest.Fault{{Status: 503, Header: map[string]string{"Retry-After": "20"}}}, 20 * time.Second, 20 * time.Second, "", false},
		"a change is repeated":         {"change", status(502), time.Second, 2 * time.Second, "", false},
		"a comment is not":             {"create", []githubtest.Fault{{Status: 502, After: true}}, 0, 0, Unavailable, true},
		"an upload is":                 {"upload", []githubtest.Fault{{Status: 502, After: true}}, 6 * time.Second, 7 * time.Second, "", false},
		"secondary limit with a time":  {"create", []githubtest.Fault{githubtest.SecondaryLimit("7")}, 7 * time.Second, 7 * time.Second, "", false},
		"secondary limit without":      {"create", []githubtest.Fault{githubtest.SecondaryLimit("")}, time.Minute, time.Minute, "", false},
		"secondary limit for an hour":  {"create", []githubtest.Fault{githubtest.SecondaryLimit("3600")}, 0, 0, RateLimited, true},
		"429 with a time":              {"create", []githubtest.Fault{{Status: 429, Header: map[string]string{"Retry-After": "9"}}}, 9 * time.Second, 9 * time.Second, "", false},
		"429 without":                  {"read", status(429), time.Minute, time.Minute, "", false},
		"primary limit, nearly over":   {"read", []githubtest.Fault{{Status: 403, Message: "API rate limit exceeded", Header: reset(30 * time.Second)}}, 31 * time.Second, 31 * time.Second, "", false},
		"primary limit, for long":      {"read", []githubtest.Fault{{Status: 403, Message: "API rate limit exceeded", Header: reset(time.Hour)}}, 0, 0, RateLimited, true},
		"a limit used up is no excuse": {"create", []githubtest.Fault{{Header: reset(time.Hour)}}, 0, 0, "", false},
		"forbidden":                    {"create", status(403), 0, 0, Forbidden, false},
		"not enabled":                  {"upload", []githubtest.Fault{{Status: 403, Message: "Code Security must be enabled for this repository to use code scanning."}}, 0, 0, NotEnabled, false},
		"locked":                       {"create", []githubtest.Fault{{Status: 403, Message: "Unable to create comment because issue is locked."}}, 0, 0, Locked, false},
		"not found":                    {"change", status(404), 0, 0, NotFound, false},
		"conflict":                     {"change", status(409), 0, 0, Conflict, false},
		"gone":                         {"read", status(410), 0, 0, Gone, false},
		"too large":                    {"upload", status(413), 0, 0, TooLarge, false},
		"invalid":                      {"change", []githubtest.Fault{{Status: 422}}, 0, 0, Invalid, false},
		"bad token":                    {"read", status(401), 0, 0, BadToken, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := githubtest.New(t)
				s.AddPull(githubtest.Pull{Number: 7})
				s.AddComment(githubtest.Comment{Pull: 7, Body: "old"})
				step := steps[tt.step]
				s.Fail(step.operation, tt.faults...)
				start := time.Now()
				c := openClient(t, s)
				err := step.do(t.Context(), c)
				if took := time.Since(start); took < tt.min || took > tt.max {
					t.Errorf("it took %s, want between %s and %s", took, tt.min, tt.max)
				}
				var failure *APIError
				if errors.As(err, &failure); tt.kind == "" && err != nil ||
					tt.kind != "" && (failure == nil || failure.Kind != tt.kind || failure.Retryable != tt.retry) {
					t.Errorf("error %v (%+v), want the kind %q", err, failure, tt.kind)
				}
				// go-github would now refuse by itself what comes next, had it seen the limit.
				if name == "a limit used up is no excuse" {
					if err := step.do(t.Context(), c); err != nil {
						t.Error(err)
					}
				}
			})
		})
	}
}

// One client does not wait for ever, however often it is told to.
func TestPatienceEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := githubtest.New(t)
		s.AddPull(githubtest.Pull{Number: 7})
		c := openClient(t, s)
		start := time.Now()
		for range 5 {
			s.Fail("issues/list-comments", githubtest.SecondaryLimit("50"))
			if _, _, err := c.ListComments(t.Context(), 7, 1); time.Since(start) > 3*time.Minute {
				t.Fatalf("after %s: %v", time.Since(start), err)
			}
		}
	})
}

// Two jobs' worth of writes at once are still a second apart, which the server
// checks.
func TestWritesAreSpaced(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := githubtest.New(t)
		s.AddPull(githubtest.Pull{Number: 7})
		c := openClient(t, s)
		start := time.Now()
		for range 3 {
			go func() {
				if _, err := c.CreateComment(t.Context(), 7, "b"); err != nil {
					t.Error(err)
				}
			}()
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if n := len(s.Comments(7)); n != 3 {
			t.Errorf("%d comments after %s, want 3", n, time.Since(start))
		}
	})
}

// A canceled job stops waiting at once.
func TestPatienceIsCanceled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := githubtest.New(t)
		s.AddPull(githubtest.Pull{Number: 7})
		s.Fail("issues/list-comments", githubtest.SecondaryLimit("60"))
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		start := time.Now()
		_, _, err := openClient(t, s).ListComments(ctx, 7, 1)
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 5*time.Second {
			t.Errorf("%v after %s", err, time.Since(start))
		}
	})
}

// The token goes to the API and to no other host, and is in no error.
func TestTokenStays(t *testing.T) {
	t.Parallel()
	s := githubtest.New(t)
	s.AddPull(githubtest.Pull{Number: 7})
	s.Fail("issues/list-comments",
		githubtest.Fault{Status: 307, Message: "Moved", Header: map[string]string{"Location": "http://elsewhere.test/steal"}},
		githubtest.Fault{Status: 422, Message: "you sent " + githubtest.Token + "\n::error::x"})
	c := openClient(t, s)
	for _, want := range []string{`redirects to "http://elsewhere.test"`, "***"} {
		_, _, err := c.ListComments(t.Context(), 7, 1)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), githubtest.Token) || strings.Contains(err.Error(), "\n") {
			t.Errorf("error %v, want %q in it and no token", err, want)
		}
	}
}

func TestNoClient(t *testing.T) {
	t.Parallel()
	s := githubtest.New(t)
	for _, tt := range []struct{ token, environ string }{
		{"", ""},
		{githubtest.Token, "GITHUB_ACTIONS="},
		{githubtest.Token, "GITHUB_REPOSITORY="},
		{githubtest.Token, "GITHUB_API_URL="},
	} {
		r := NewRunner(append(s.Environ(), tt.environ), io.Discard, io.Discard)
		if _, err := r.Client(tt.token, http.DefaultClient); !isSkip(err) {
			t.Errorf("with %+v: %v", tt, err)
		}
	}
	r := NewRunner(append(s.Environ(), "GITHUB_API_URL=ftp://x"), io.Discard, io.Discard)
	if _, err := r.Client(githubtest.Token, nil); err == nil || isSkip(err) {
		t.Errorf("with a URL that is none: %v", err)
	}
}

func unix(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }
