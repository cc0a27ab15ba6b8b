package github

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	// betweenWrites is what GitHub asks to leave between two requests that change
	// something.
	betweenWrites = time.Second

	// maxAttempts bounds how often one request is sent.
	maxAttempts = 4

	// maxWaiting bounds how long one Client waits for GitHub in all. A job costs
	// money while it waits, and what it waits for does not change its verdict.
	maxWaiting = 3 * time.Minute

	// secondaryPause is the first pause after a secondary limit that does not say
	// how long; GitHub's documentation names a minute.
	secondaryPause = time.Minute

	// firstPause is the first pause after a failure of the server. It doubles.
	firstPause = 2 * time.Second
)

// steady sends requests at the pace that GitHub asks for, and again when they were
// refused for the pace or failed for reasons of the server. It gives the last
// answer when its patience, [maxWaiting], is used up. It serves one request at a
// time.
type steady struct {
	next    http.RoundTripper
	attempt time.Duration // bounds one attempt

	lastWrite time.Time
	waited    time.Duration
}

// RoundTrip implements http.RoundTripper.
func (s *steady) RoundTrip(req *http.Request) (*http.Response, error) {
	for n := 1; ; n++ {
		if err := s.space(req); err != nil {
			return nil, err
		}
		resp, err := s.send(req)
		pause, again := s.pause(req, resp, err, n)
		if !again {
			return forGoGitHub(resp), err
		}
		if resp != nil {
			resp.Body.Close()
		}
		s.waited += pause
		if err := sleepFor(req.Context(), pause); err != nil {
			return nil, err
		}
		if req.GetBody != nil {
			if req.Body, err = req.GetBody(); err != nil {
				return nil, err
			}
		}
	}
}

// space leaves time between two writes. Only what is left of the second counts.
func (s *steady) space(req *http.Request) error {
	if req.Method == http.MethodGet || asksGraph(req) {
		return nil
	}
	defer func() { s.lastWrite = time.Now() }()
	if s.lastWrite.IsZero() {
		return nil
	}
	return sleepFor(req.Context(), max(0, betweenWrites-time.Since(s.lastWrite)))
}

// send is one attempt. The time of its answer's body counts, too.
func (s *steady) send(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(req.Context(), s.attempt)
	resp, err := s.next.RoundTrip(req.Clone(ctx))
	if err != nil {
		cancel()
		return nil, err
	}
	resp.Body = &cancelingBody{resp.Body, cancel}
	return resp, nil
}

// cancelingBody ends its request's time limit when it is closed.
type cancelingBody struct {
	io.ReadCloser
	cancel context.CancelFunc
}

func (b *cancelingBody) Close() error {
	defer b.cancel()
	return b.ReadCloser.Close()
}

// pause is how long to wait after attempt n before the next, if there is to be one.
func (s *steady) pause(req *http.Request, resp *http.Response, err error, n int) (time.Duration, bool) {
	if n == maxAttempts || req.Context().Err() != nil || req.Body != nil && req.GetBody == nil {
		return 0, false
	}
	var pause time.Duration
	switch {
	case err != nil:
		// A redirect to another host is refused however often it is tried.
		if !repeatable(req) || req.Response != nil {
			return 0, false
		}
		pause = backoff(n)
	case refusedForPace(resp):
		pause = s.paceOf(resp, n)
	case resp.StatusCode == http.StatusBadGateway, resp.StatusCode == http.StatusServiceUnavailable,
		resp.StatusCode == http.StatusGatewayTimeout, resp.StatusCode == http.StatusInternalServerError:
		if !repeatable(req) {
			return 0, false
		}
		pause = backoff(n)
		if told, ok := retryAfter(resp); ok {
			pause = told
		}
	default:
		return 0, false
	}
	return pause, s.waited+pause <= maxWaiting
}

// refusedForPace says whether GitHub did not even look at the request. A secondary
// limit may come without any header, so its words count, too.
func refusedForPace(resp *http.Response) bool {
	if rateLimited(resp) {
		return true
	}
	if resp.StatusCode != http.StatusForbidden {
		return false
	}
	const enough = 64 << 10
	start, err := io.ReadAll(io.LimitReader(resp.Body, enough))
	if err != nil {
		return false
	}
	resp.Body = &resumedBody{io.MultiReader(bytes.NewReader(start), resp.Body), resp.Body}
	return bytes.Contains(start, []byte("secondary rate limit")) || bytes.Contains(start, []byte("secondary-rate-limits"))
}

// resumedBody is a body of which the start has been looked at.
type resumedBody struct {
	io.Reader
	io.Closer
}

// paceOf is the pause that a rate limit asks for: what it says; the time to the
// reset of the primary limit; or a minute, doubled each time.
func (s *steady) paceOf(resp *http.Response, n int) time.Duration {
	if told, ok := retryAfter(resp); ok {
		return told
	}
	if reset, ok := resetOf(resp.Header); ok && resp.Header.Get("X-RateLimit-Remaining") == "0" {
		// The reset is in whole seconds, and clocks differ.
		return max(0, time.Until(reset)) + time.Second
	}
	return secondaryPause << (n - 1)
}

// retryAfter is the pause that the server names, in seconds.
func retryAfter(resp *http.Response) (time.Duration, bool) {
	seconds, err := strconv.Atoi(resp.Header.Get("Retry-After"))
	if err != nil || seconds < 0 || seconds > 24*60*60 {
		return 0, false
	}
	return time.Duration(seconds) * time.Second, true
}

// backoff is the pause after n failures of the server. A random half keeps the jobs
// of a matrix, which failed together, from coming back together.
func backoff(n int) time.Duration {
	pause := firstPause << (n - 1)
	return pause/2 + rand.N(pause/2)
}

// repeatable says whether doing a request twice is the same as doing it once, also
// if the first did arrive. Of what is created, that holds for SARIF, where the
// same commit and category replace what was there, and for snapshots, of which the
// latest counts. A comment would be there twice.
func repeatable(req *http.Request) bool {
	return req.Method != http.MethodPost ||
		asksGraph(req) ||
		strings.HasSuffix(req.URL.Path, "/code-scanning/sarifs") ||
		strings.HasSuffix(req.URL.Path, "/dependency-graph/snapshots")
}

// asksGraph says whether a request goes to the GraphQL API, which we only ask, and
// where one asks by POST.
func asksGraph(req *http.Request) bool { return strings.HasSuffix(req.URL.Path, "/graphql") }

// forGoGitHub takes the rate limits out of an answer, except out of one that was
// refused for them. go-github refuses by itself whatever comes after an answer that
// used up the limit, and would do so for an hour although it may be a matter of
// seconds that steady is willing to wait.
func forGoGitHub(resp *http.Response) *http.Response {
	if resp == nil || rateLimited(resp) && resp.Header.Get("X-RateLimit-Remaining") == "0" {
		return resp
	}
	for _, name := range []string{"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"} {
		resp.Header.Del(name)
	}
	return resp
}
