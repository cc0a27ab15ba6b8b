package github

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	// maxAnswer caps the bytes of one answer: GitHub lists at most 100,000 entries of
	// a folder.
	maxAnswer = 32 << 20

	// maxPause is the longest that a job waits for a rate limit.
	maxPause = 30 * time.Second
)

// headerReset says when a rate limit ends, in seconds since 1970.
const headerReset = "X-RateLimit-Reset"

// apiTransport carries requests, and the token, to one API and to nothing else,
// wherever an answer redirects to. It belongs to one caller, who sends one request
// at a time, and waits for a rate limit once.
//
// The limits are handled here and not left to go-github, which does not know the
// status 429 and, having met a limit, refuses by itself for up to an hour.
type apiTransport struct {
	next  http.RoundTripper // nil for http.DefaultTransport
	base  *url.URL
	token string
	sleep func(context.Context, time.Duration) error

	waited bool
}

// RoundTrip implements http.RoundTripper.
func (t *apiTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Scheme != t.base.Scheme || !strings.EqualFold(req.URL.Host, t.base.Host) {
		return nil, fmt.Errorf("GitHub's API redirects to %q, which gets no token", req.URL.Scheme+"://"+req.URL.Host)
	}
	req = req.Clone(req.Context())
	req.Header.Set("Authorization", "Bearer "+t.token)
	resp, err := t.send(req)
	if err != nil {
		return nil, err
	}
	if pause, ok := pauseFor(resp, time.Now()); ok && !t.waited {
		t.waited = true
		resp.Body.Close()
		if err := t.sleep(req.Context(), pause); err != nil {
			return nil, err
		}
		if resp, err = t.send(req); err != nil {
			return nil, err
		}
	}
	if resp.StatusCode == http.StatusOK {
		resp.Header.Del(headerReset) // or go-github would refuse what comes after the last request that was allowed
	}
	resp.Body = &cappedBody{ReadCloser: resp.Body, left: maxAnswer}
	return resp, nil
}

func (t *apiTransport) send(req *http.Request) (*http.Response, error) {
	if t.next == nil {
		return http.DefaultTransport.RoundTrip(req)
	}
	return t.next.RoundTrip(req)
}

// rateLimited says whether a request was refused for being one too many.
func rateLimited(resp *http.Response) bool {
	switch resp.StatusCode {
	case http.StatusTooManyRequests:
		return true
	case http.StatusForbidden:
		return resp.Header.Get("Retry-After") != "" || resp.Header.Get("X-RateLimit-Remaining") == "0"
	}
	return false
}

// pauseFor is how long to wait before asking again, if that is worth it.
func pauseFor(resp *http.Response, now time.Time) (time.Duration, bool) {
	if !rateLimited(resp) {
		return 0, false
	}
	var pause time.Duration
	if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && seconds >= 0 && seconds <= int(maxPause/time.Second) {
		pause = time.Duration(seconds) * time.Second
	} else if reset, ok := resetOf(resp.Header); ok && resp.Header.Get("Retry-After") == "" {
		pause = max(0, reset.Sub(now))
	} else {
		return 0, false
	}
	return pause, pause <= maxPause
}

// resetOf is when the rate limit starts anew, if the answer says so.
func resetOf(header http.Header) (time.Time, bool) {
	seconds, err := strconv.ParseInt(header.Get(headerReset), 10, 64)
	if err != nil || seconds <= 0 || seconds > 1<<40 {
		return time.Time{}, false
	}
	return time.Unix(seconds, 0), true
}

func sleepFor(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// cappedBody is a body that fails when it is longer than what is left.
type cappedBody struct {
	io.ReadCloser
	left int64
}

func (b *cappedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, fmt.Errorf("the answer has more than %d bytes", maxAnswer)
	}
	return n, err
}
