package imagetest

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// Registry is a registry in memory, on a loopback port over plain http. It knows
// the referrers API of OCI 1.1, remembers who asked for what and fails on demand.
type Registry struct {
	// Host is "127.0.0.1:PORT".
	Host string

	server  *httptest.Server
	backend http.Handler

	mu                 sync.Mutex
	username, password string // asked for when not empty
	bearer             bool   // by a token service instead of directly
	failures           []*failing
	requests           []Request
}

// Request is one request that a registry got.
type Request struct {
	Method, Path string
	UserAgent    string
	Username     string // of basic authentication; empty without
	Status       int    // that was answered
}

// Failure is how a registry fails.
type Failure struct {
	// Contains selects requests by a part of their path: "/manifests/",
	// "/blobs/sha256:…". Empty selects all.
	Contains string

	// Times is how often; 0 means for ever.
	Times int

	// Status is the answer, with Header. When it is 0 the request is served and
	// its body changed: cut in half, or with one byte flipped if Corrupt is set.
	Status  int
	Header  http.Header
	Corrupt bool
}

// StartRegistry starts a registry. Close it.
func StartRegistry() *Registry {
	r := &Registry{backend: registry.New(registry.Logger(log.New(io.Discard, "", 0)), registry.WithReferrersSupport(true))}
	r.server = httptest.NewServer(http.HandlerFunc(r.serve))
	r.Host = strings.TrimPrefix(r.server.URL, "http://")
	return r
}

// NewRegistry is StartRegistry for a test, which ends with the test.
func NewRegistry(t testing.TB) *Registry {
	t.Helper()
	r := StartRegistry()
	t.Cleanup(r.Close)
	return r
}

// Close stops the registry.
func (r *Registry) Close() { r.server.Close() }

// Push stores an image or an index as repository:tag, and gives its full
// reference by digest, "127.0.0.1:PORT/repository@sha256:…".
func (r *Registry) Push(ctx context.Context, repositoryAndTag string, image mutate.Appendable) (string, error) {
	ref, err := name.NewTag(r.Host+"/"+repositoryAndTag, name.Insecure)
	if err != nil {
		return "", err
	}
	// Straight to the backend: what a test sets up is no request of the program's.
	opts := []remote.Option{remote.WithContext(ctx), remote.WithTransport(handlerTransport{r.backend})}
	var digest v1.Hash
	switch add := image.(type) {
	case v1.Image:
		if err = remote.Write(ref, add, opts...); err == nil {
			digest, err = add.Digest()
		}
	case v1.ImageIndex:
		if err = remote.WriteIndex(ref, add, opts...); err == nil {
			digest, err = add.Digest()
		}
	default:
		err = fmt.Errorf("%T is neither an image nor an index", image)
	}
	if err != nil {
		return "", fmt.Errorf("pushing %q: %w", repositoryAndTag, err)
	}
	return ref.Context().Digest(digest.String()).Name(), nil
}

// RequireLogin makes the registry ask for a user and a password, over HTTP basic
// authentication.
func (r *Registry) RequireLogin(username, password string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.username, r.password, r.bearer = username, password, false
}

// RequireToken makes the registry ask for a token, which its token service at
// /token gives for a user and a password: the way of Docker Hub and GitHub.
func (r *Registry) RequireToken(username, password string) {
	r.RequireLogin(username, password)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bearer = true
}

// Fail makes requests fail from now on.
func (r *Registry) Fail(f Failure) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failures = append(r.failures, &failing{Failure: f, left: f.Times})
}

// Requests are all requests so far, in order.
func (r *Registry) Requests() []Request {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Request(nil), r.requests...)
}

// token is what the token service gives; it is no secret.
const token = "imagetest-token"

func (r *Registry) serve(w http.ResponseWriter, req *http.Request) {
	username, _, _ := req.BasicAuth()
	status := &statusWriter{ResponseWriter: w, status: http.StatusOK}
	r.answer(status, req)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requests = append(r.requests, Request{Method: req.Method, Path: req.URL.Path, UserAgent: req.UserAgent(), Username: username, Status: status.status})
}

func (r *Registry) answer(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	allowed, challenge := r.allowed(req), r.challenge()
	failure := r.failure(req.URL.Path)
	r.mu.Unlock()
	switch {
	case failure != nil && failure.Status != 0:
		for key, values := range failure.Header {
			w.Header()[key] = values
		}
		http.Error(w, http.StatusText(failure.Status), failure.Status)
	case !allowed:
		if req.URL.Path != "/token" {
			w.Header().Set("WWW-Authenticate", challenge)
		}
		w.WriteHeader(http.StatusUnauthorized)
		io.WriteString(w, `{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}`)
	case req.URL.Path == "/token":
		fmt.Fprintf(w, `{"token":%q}`, token)
	case failure != nil:
		failure.change(w, req, r.backend)
	default:
		r.backend.ServeHTTP(w, req)
	}
}

func (r *Registry) allowed(req *http.Request) bool {
	if r.username == "" {
		return true
	}
	if r.bearer && req.URL.Path != "/token" {
		return req.Header.Get("Authorization") == "Bearer "+token
	}
	username, password, _ := req.BasicAuth()
	return username == r.username && password == r.password
}

func (r *Registry) challenge() string {
	if r.bearer {
		return fmt.Sprintf(`Bearer realm="http://%s/token",service="imagetest"`, r.Host)
	}
	return `Basic realm="imagetest"`
}

// failing is a failure and how often it is still to happen.
type failing struct {
	Failure
	left int // counts only when Times is not 0
}

// failure is the one to apply to a request; nil when there is none.
func (r *Registry) failure(path string) *Failure {
	for _, f := range r.failures {
		if !strings.Contains(path, f.Contains) || f.Times > 0 && f.left == 0 {
			continue
		}
		f.left--
		return &f.Failure
	}
	return nil
}

// change serves a request with a body that is not what it says.
func (f *Failure) change(w http.ResponseWriter, req *http.Request, backend http.Handler) {
	recorded := httptest.NewRecorder()
	backend.ServeHTTP(recorded, req)
	for key, values := range recorded.Header() {
		w.Header()[key] = values
	}
	body := recorded.Body.Bytes()
	w.Header().Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(recorded.Code)
	if len(body) == 0 {
		return
	}
	if !f.Corrupt {
		w.Write(body[:len(body)/2]) // the server then drops the connection
		return
	}
	body[len(body)/2] ^= 0xff
	w.Write(body)
}

// statusWriter remembers the status.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// handlerTransport answers requests from a handler, without a network.
type handlerTransport struct {
	handler http.Handler
}

// RoundTrip implements http.RoundTripper.
func (t handlerTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	recorded := httptest.NewRecorder()
	if req.Body == nil {
		req.Body = http.NoBody
	}
	t.handler.ServeHTTP(recorded, req)
	resp := recorded.Result()
	resp.Request = req
	return resp, nil
}
