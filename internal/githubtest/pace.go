package githubtest

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"
)

const (
	// betweenWrites is what GitHub asks everybody to leave between two requests that
	// change something.
	betweenWrites = time.Second

	// betweenArrivals is what must be left of it over a network. There, the server
	// sees when a request arrives, and the first of a connection is on its way for
	// longer than the second. Who does not wait at all is far below.
	betweenArrivals = betweenWrites / 2
)

// pace finds two writes of a job that are too close. Over a network, a job is what
// comes by one connection: programs send one request after the other, and so keep
// using the same. Two jobs never share one, so none is blamed for another; a job
// that opens a new connection for each request is not found out.
type pace struct {
	apart time.Duration

	mu        sync.Mutex
	lastWrite time.Time
}

// paceKey is a context's key for the pace of its requests.
type paceKey struct{}

// in hands the pace to those who look at requests.
func (p *pace) in(ctx context.Context) context.Context { return context.WithValue(ctx, paceKey{}, p) }

// space fails on a write that comes too soon after another one.
func (s *Server) space(req *http.Request) {
	p, ok := req.Context().Value(paceKey{}).(*pace)
	// A query in GraphQL is sent by POST and changes nothing.
	if !ok || req.Method == http.MethodGet || strings.HasSuffix(req.URL.Path, graphqlPath) {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if since := now.Sub(p.lastWrite); since < p.apart {
		s.failf("%s %s comes %s after another write", req.Method, req.URL.Path, since)
	}
	p.lastWrite = now
}
