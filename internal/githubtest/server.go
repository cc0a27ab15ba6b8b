package githubtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3filter"
)

const (
	// Token is the one that the server knows.
	Token = "ghs_theTokenOfThisTest"

	// Login is who writes with it.
	Login = "github-actions[bot]"

	// Owner is whose repository it is.
	Owner = "octo-org"

	// Name is the repository's.
	Name = "app"

	// DefaultBranch is the repository's.
	DefaultBranch = "main"

	// basePath is as on GitHub Enterprise Server, so that a client that forgets it is
	// found out.
	basePath = "/api/v3"

	// memoryHost is where the server is without a network.
	memoryHost = "github.test"
)

// Server is GitHub with one repository.
type Server struct {
	t      testing.TB
	played []played

	mu       sync.Mutex
	faults   map[string][]Fault // by operation
	denied   map[string]bool    // permissions
	requests []Request

	refs      map[string]string // commits by ref
	uploads   []*upload
	alerts    []*alert
	analyses  []*analysis
	comments  []*Comment
	nextID    int64
	pulls     map[int]*Pull
	snapshots []Snapshot
	files     map[string][]byte // by REF:PATH
	polls     int
	failing   []string
}

// Request is one that was answered.
type Request struct {
	Operation string // as in the description: "issues/create-comment"
	Status    int    // of the answer
}

// New is a repository with a default branch and nothing else. It ends with the
// test.
func New(t testing.TB) *Server {
	t.Helper()
	doc, err := contract()
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{
		t:      t,
		faults: make(map[string][]Fault),
		denied: make(map[string]bool),
		refs:   map[string]string{"refs/heads/" + DefaultBranch: SHA(1)},
		pulls:  make(map[int]*Pull),
		files:  make(map[string][]byte),
	}
	for _, op := range operations(doc) {
		h, ok := s.handlers()[op.Operation.OperationID]
		if !ok {
			t.Fatalf("the fake does not play %s", op.Operation.OperationID)
		}
		s.played = append(s.played, played{op, h})
	}
	t.Cleanup(s.unused)
	return s
}

// SHA is a commit that is told from others by a number.
func SHA(n int) string { return fmt.Sprintf("%040x", n) }

// handler plays an operation: a status and what becomes its JSON, nil for no body.
// The server's lock is held.
type handler struct {
	permission string // what the token needs for it
	play       func(*http.Request) (status int, answer any)
}

// played is an operation and how.
type played struct {
	operation
	handler
}

func (s *Server) handlers() map[string]handler {
	return map[string]handler{
		"users/get-authenticated":                     {"", s.getViewer},
		"code-scanning/upload-sarif":                  {"security-events", s.uploadSARIF},
		"code-scanning/get-sarif":                     {"security-events", s.getSARIF},
		"code-scanning/list-recent-analyses":          {"security-events", s.listAnalyses},
		"code-scanning/list-alerts-for-repo":          {"security-events", s.listAlerts},
		"code-scanning/get-alert":                     {"security-events", s.getAlert},
		"code-scanning/update-alert":                  {"security-events", s.updateAlert},
		"issues/list-comments":                        {"", s.listComments},
		"issues/create-comment":                       {"pull-requests", s.createComment},
		"issues/get-comment":                          {"", s.getComment},
		"issues/update-comment":                       {"pull-requests", s.updateComment},
		"issues/delete-comment":                       {"pull-requests", s.deleteComment},
		"pulls/get":                                   {"", s.getPull},
		"repos/get-content":                           {"contents:read", s.getContent},
		"dependency-graph/create-repository-snapshot": {"contents", s.createSnapshot},
	}
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	for _, p := range s.played {
		if p.match(req) {
			s.play(p.operation, p.handler, w, req)
			return
		}
	}
	s.t.Errorf("unexpected request: %s %s", req.Method, req.URL.Path)
	w.WriteHeader(http.StatusNotFound)
}

// play answers one request: the scripted failure when there is one, and the
// operation's own answer otherwise.
func (s *Server) play(op operation, h handler, w http.ResponseWriter, req *http.Request) {
	id := op.Operation.OperationID
	fault, scripted := s.nextFault(id)
	if fault.Before != nil {
		fault.Before()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	in, err := op.question(req)
	if err != nil {
		s.t.Errorf("%s: bad request: %.400v", id, err)
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	status, answer := s.authorize(req, h)
	if status == 0 && (!scripted || fault.Status == 0 || fault.After) {
		status, answer = h.play(req)
	}
	header := http.Header{}
	s.paginate(req, header, answer)
	if page, ok := answer.(page); ok {
		answer = page.items
	}
	if scripted && fault.Status != 0 {
		status, answer = fault.Status, fault.answer()
	}
	for name, value := range fault.Header {
		header.Set(name, value)
	}
	s.write(op, in, w, status, header, answer)
	s.requests = append(s.requests, Request{Operation: id, Status: status})
}

// write sends an answer that has been checked.
func (s *Server) write(op operation, in *openapi3filter.RequestValidationInput, w http.ResponseWriter, status int, header http.Header, answer any) {
	id := op.Operation.OperationID
	var body []byte
	if answer != nil {
		var err error
		if body, err = json.Marshal(answer); err != nil {
			s.t.Errorf("%s: %v", id, err)
		}
		header.Set("Content-Type", "application/json")
	}
	if err := op.answer(in.Request.Context(), in, status, header, body); err != nil {
		s.t.Errorf("%s: the fake answers what GitHub would not: %.400v", id, err)
	}
	for name, values := range header {
		w.Header()[name] = values
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may have gone
}

// authorize refuses who has no token, asks for another repository or lacks a
// permission.
func (s *Server) authorize(req *http.Request, h handler) (status int, answer any) {
	switch {
	case req.Header.Get("Authorization") != "Bearer "+Token:
		return http.StatusUnauthorized, message("Bad credentials")
	case req.PathValue("owner") == "":
		return 0, nil // not about a repository
	case req.PathValue("owner") != Owner || req.PathValue("repo") != Name:
		return http.StatusNotFound, message("Not Found")
	case s.denied[h.permission]:
		return http.StatusForbidden, message("Resource not accessible by integration")
	}
	return 0, nil
}

// Deny takes a permission away from the token: "security-events", "contents" or
// "pull-requests" to write, "contents:read" to read.
func (s *Server) Deny(permission string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.denied[permission] = true
}

// AddRef puts a ref such as "refs/pull/7/merge" at a commit.
func (s *Server) AddRef(ref, sha string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refs[ref] = sha
}

// Requests are those that were answered, in order.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

// Count is how often an operation was asked for.
func (s *Server) Count(operation string) int {
	n := 0
	for _, r := range s.Requests() {
		if r.Operation == operation {
			n++
		}
	}
	return n
}

// Environ is what the runner gives a job of the repository, for a client of
// [Server.Client].
func (s *Server) Environ() []string { return environ("http://" + memoryHost) }

func environ(base string) []string {
	return []string{
		"GITHUB_ACTIONS=true",
		"GITHUB_API_URL=" + base + basePath,
		"GITHUB_SERVER_URL=" + base,
		"GITHUB_REPOSITORY=" + Owner + "/" + Name,
	}
}

// Listen puts the server onto the network, for other processes, and returns their
// environment.
func (s *Server) Listen() []string {
	server := httptest.NewServer(s)
	s.t.Cleanup(server.Close)
	return environ(server.URL)
}

// Client is one job's way to the server, without a network.
func (s *Server) Client() *http.Client { return &http.Client{Transport: &wire{server: s}} }

// wire carries the requests of one job.
type wire struct {
	server *Server

	mu        sync.Mutex
	lastWrite time.Time
}

// RoundTrip implements http.RoundTripper.
func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Host != memoryHost {
		w.server.t.Errorf("a request to %q", req.URL.Host)
		return nil, fmt.Errorf("no such host: %q", req.URL.Host)
	}
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	w.space(req)
	var body bytes.Buffer
	if req.Body != nil {
		defer req.Body.Close()
		if _, err := body.ReadFrom(req.Body); err != nil {
			return nil, err
		}
	}
	in := httptest.NewRequestWithContext(req.Context(), req.Method, req.URL.String(), &body)
	in.Header = req.Header.Clone()
	recorder := httptest.NewRecorder()
	w.server.ServeHTTP(recorder, in)
	resp := recorder.Result()
	resp.Request = req
	return resp, nil
}

// space finds two writes of a job that are less than a second apart.
func (w *wire) space(req *http.Request) {
	if req.Method == http.MethodGet {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	if since := now.Sub(w.lastWrite); since < time.Second {
		w.server.t.Errorf("%s %s comes %s after another write", req.Method, req.URL.Path, since)
	}
	w.lastWrite = now
}

// message is GitHub's way to say no.
func message(text string) map[string]any {
	return map[string]any{"message": text, "documentation_url": "https://docs.github.com/rest"}
}

// page is one answer of several: the items from the first-th of total on.
type page struct {
	items        any
	number, last int
}

// pageOf is what a request asks for of a list.
func pageOf[T any](req *http.Request, all []T) page {
	number, size := 1, 30
	if n, err := strconv.Atoi(req.URL.Query().Get("page")); err == nil {
		number = n
	}
	if n, err := strconv.Atoi(req.URL.Query().Get("per_page")); err == nil {
		size = min(n, 100)
	}
	from := min((number-1)*size, len(all))
	to := min(from+size, len(all))
	return page{items: append([]T{}, all[from:to]...), number: number, last: max(1, (len(all)+size-1)/size)}
}

// paginate says where the next page is.
func (s *Server) paginate(req *http.Request, header http.Header, answer any) {
	p, ok := answer.(page)
	if !ok || p.number >= p.last {
		return
	}
	next := *req.URL
	query := next.Query()
	query.Set("page", strconv.Itoa(p.number+1))
	next.RawQuery = query.Encode()
	header.Set("Link", fmt.Sprintf(`<%s>; rel="next"`, next.String()))
}

// example is one of GitHub's own example answers, to be changed at will.
func (s *Server) example(name string) map[string]any {
	var all map[string]map[string]any
	if err := json.Unmarshal(examples, &all); err != nil || all[name] == nil {
		s.t.Errorf("there is no example %q (%v)", name, err)
	}
	return all[name]
}

func (s *Server) stamp() string { return time.Now().UTC().Format(time.RFC3339) }

// user is somebody as GitHub describes them.
func (s *Server) user(login string) map[string]any {
	u := s.example("simple-user")
	u["login"] = login
	u["type"] = "User"
	if login == Login {
		u["type"] = "Bot"
	}
	return u
}

// getViewer refuses: the token of a workflow has no user.
func (s *Server) getViewer(*http.Request) (int, any) {
	return http.StatusForbidden, message("Resource not accessible by integration")
}

func (s *Server) url(format string, values ...any) string {
	return "http://" + memoryHost + basePath + "/repos/" + Owner + "/" + Name + fmt.Sprintf(format, values...)
}
