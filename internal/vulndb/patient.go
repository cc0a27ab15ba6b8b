package vulndb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/remote"
)

const (
	maxAttempts = 4
	firstDelay  = time.Second

	// longestWait is the longest pause before another attempt. A registry that
	// asks for more is given up for the next mirror.
	longestWait = 30 * time.Second

	// idleLimit is how long a registry may send nothing.
	idleLimit = time.Minute
)

// patient is an HTTP transport that tries again when a registry is busy, waits
// as long as it is asked to, and gives up on one that falls silent.
type patient struct {
	base  http.RoundTripper
	sleep func(context.Context, time.Duration) error
	idle  time.Duration
}

func newPatient(base http.RoundTripper) *patient {
	if p, ok := base.(*patient); ok {
		return p
	}
	if base == nil {
		base = remote.DefaultTransport
	}
	return &patient{base: base, sleep: sleep, idle: idleLimit}
}

// busyError is a registry's wish to be left alone for longer than we wait.
type busyError struct {
	status int
	after  time.Duration
}

func (e *busyError) Error() string {
	text := fmt.Sprintf("%d %s", e.status, http.StatusText(e.status))
	if e.after > 0 {
		text += fmt.Sprintf(", to be tried again after %s", e.after)
	}
	return text
}

// RoundTrip sends the request, several times if need be.
func (p *patient) RoundTrip(req *http.Request) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		resp, err := p.once(req)
		if req.Body != nil || !worthRetrying(resp, err) {
			return resp, err
		}
		delay := backoff(attempt)
		if resp != nil {
			asked := retryAfter(resp.Header.Get("Retry-After"), time.Now())
			_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10))
			resp.Body.Close()
			delay = max(delay, asked)
			if attempt == maxAttempts || asked > longestWait {
				return nil, &busyError{status: resp.StatusCode, after: asked}
			}
		}
		if attempt == maxAttempts {
			return nil, err
		}
		if err := p.sleep(req.Context(), delay); err != nil {
			return nil, err
		}
	}
}

// once sends the request and guards it, from the first byte of the answer to the
// last, against silence.
func (p *patient) once(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	silent := time.AfterFunc(p.idle, func() { cancel(fmt.Errorf("the registry sent nothing for %s", p.idle)) })
	resp, err := p.base.RoundTrip(req.WithContext(ctx))
	if err != nil {
		silent.Stop()
		if req.Context().Err() == nil && ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		cancel(nil)
		return nil, err
	}
	resp.Body = &guarded{ReadCloser: resp.Body, ctx: ctx, cancel: cancel, silent: silent, idle: p.idle}
	return resp, nil
}

// guarded is a response body whose every read puts the alarm off.
type guarded struct {
	io.ReadCloser
	ctx    context.Context
	cancel context.CancelCauseFunc
	silent *time.Timer
	idle   time.Duration
	once   sync.Once
}

func (g *guarded) Read(b []byte) (int, error) {
	n, err := g.ReadCloser.Read(b)
	g.silent.Reset(g.idle)
	if err != nil && !errors.Is(err, io.EOF) && g.ctx.Err() != nil {
		err = context.Cause(g.ctx)
	}
	return n, err
}

func (g *guarded) Close() error {
	g.once.Do(func() {
		g.silent.Stop()
		g.cancel(nil)
	})
	return g.ReadCloser.Close()
}

func worthRetrying(resp *http.Response, err error) bool {
	if err != nil {
		var dns *net.DNSError
		switch {
		case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.Is(err, syscall.ECONNREFUSED):
			return false
		case errors.As(err, &dns):
			return !dns.IsNotFound
		}
		var network net.Error
		return errors.As(err, &network) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)
	}
	switch resp.StatusCode {
	case http.StatusTooManyRequests, http.StatusRequestTimeout, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// backoff doubles from firstDelay, give or take a half, so that many builds that
// start together do not come back together.
func backoff(attempt int) time.Duration {
	delay := firstDelay << (attempt - 1)
	return delay/2 + rand.N(delay)
}

// retryAfter reads the header, which is seconds or a date (RFC 9110, 10.2.3); 0
// when it is absent or says nothing sensible.
func retryAfter(header string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(header); err == nil {
		return time.Duration(min(max(seconds, 0), 24*60*60)) * time.Second
	}
	if date, err := http.ParseTime(header); err == nil {
		return max(date.Sub(now), 0).Round(time.Second)
	}
	return 0
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
