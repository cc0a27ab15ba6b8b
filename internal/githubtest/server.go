package githubtest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
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

	// memoryStore is where its artifacts are then.
	memoryStore = "store.github.test"
)

// Names of what GitHub's description has no operation for, as in [Server.Fail] and
// [Request].
const (
	GraphQLOperation = "graphql"        // a query
	StoreOperation   = "artifact-store" // a download from where an artifact is kept
)

// Server is GitHub with one repository.
type Server struct {
	failures
	token  string
	played []played
	apart  time.Duration // between two writes over a network

	mu       sync.Mutex
	faults   map[string][]Fault // by operation
	denied   map[string]bool    // permissions
	requests []Request

	refs      map[string]string // commits by ref
	uploads   []*upload
	alerts    []*alert
	analyses  []Analysis
	comments  []*Comment
	nextID    int64
	pulls     map[int]*Pull
	snapshots []Snapshot
	commits   map[string]map[string]file // by SHA and path
	artifacts []*artifact
	viewer    string
	asked     string // the host that the request under way is to
	polls     int
	failing   []string
}

// Request is one that was answered.
type Request struct {
	// Operation is as in the description: "issues/create-comment", or one of
	// [GraphQLOperation] and [StoreOperation].
	Operation string `json:"operation"`
	Status    int    `json:"status"` // of the answer
}

// New is a repository with a default branch and nothing else. Its failures are
// those of the test, and it ends with it.
func New(t testing.TB) *Server {
	t.Helper()
	s, err := NewServer("")
	if err != nil {
		t.Fatal(err)
	}
	s.t = t
	t.Cleanup(s.unused)
	return s
}

// NewServer is the same without a test, and knows another token than [Token] unless
// that is empty. See [Server.Serve] and [Server.Failures].
func NewServer(token string) (*Server, error) {
	doc, err := contract()
	if err != nil {
		return nil, err
	}
	s := &Server{
		token:   cmp.Or(token, Token),
		viewer:  Login,
		apart:   betweenArrivals,
		faults:  make(map[string][]Fault),
		denied:  make(map[string]bool),
		refs:    map[string]string{"refs/heads/" + DefaultBranch: SHA(1)},
		pulls:   make(map[int]*Pull),
		commits: make(map[string]map[string]file),
	}
	for _, op := range operations(doc) {
		h, ok := s.handlers()[op.Operation.OperationID]
		if !ok {
			return nil, fmt.Errorf("the fake does not play %s", op.Operation.OperationID)
		}
		s.played = append(s.played, played{op, h})
	}
	return s, nil
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
		"pulls/list":                                  {"", s.listPulls},
		"git/get-tree":                                {"contents:read", s.getTree},
		"git/get-blob":                                {"contents:read", s.getBlob},
		"actions/list-artifacts-for-repo":             {"actions:read", s.listArtifacts},
		"actions/download-artifact":                   {"actions:read", s.downloadArtifact},
		"actions/get-workflow-run":                    {"actions:read", s.getRun},
		"dependency-graph/create-repository-snapshot": {"contents", s.createSnapshot},
	}
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	s.space(req)
	switch {
	case strings.HasPrefix(req.URL.Path, blobPath):
		s.serveBlob(w, req)
		return
	case req.URL.Path == graphqlPath:
		s.serveGraphQL(w, req)
		return
	}
	for _, p := range s.played {
		if p.match(req) {
			s.play(p.operation, p.handler, w, req)
			return
		}
	}
	s.failf("unexpected request: %s %s", req.Method, req.URL.Path)
	http.Error(w, "the fake does not play this", http.StatusNotFound)
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
	s.asked = req.Host
	in, err := op.question(req)
	if err != nil {
		s.failf("%s: bad request: %.400v", id, err)
		http.Error(w, "see the failures of the fake", http.StatusBadRequest)
		return
	}
	status, answer := s.authorize(req, h)
	if status == 0 && (!scripted || fault.Status == 0 || fault.After) {
		status, answer = h.play(req)
	}
	header := http.Header{}
	if p, ok := answer.(page); ok {
		answer = p.answer
		if next := p.link(req); next != "" {
			header.Set("Link", next)
		}
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

// example is one of GitHub's own example answers, to be changed at will.
func (s *Server) example(name string) map[string]any {
	var all map[string]map[string]any
	if err := json.Unmarshal(examples, &all); err != nil || all[name] == nil {
		s.failf("there is no example %q (%v)", name, err)
	}
	return all[name]
}

func (s *Server) stamp() string { return time.Now().UTC().Format(time.RFC3339) }

func (s *Server) url(format string, values ...any) string {
	return "http://" + s.asked + basePath + "/repos/" + Owner + "/" + Name + fmt.Sprintf(format, values...)
}
