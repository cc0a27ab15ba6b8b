package githubtest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// recorder is a test that notes its failures.
type recorder struct {
	testing.TB
	errors   []string
	cleanups []func()
}

func (r *recorder) Helper()           {}
func (r *recorder) Cleanup(f func())  { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Error(args ...any) { r.errors = append(r.errors, fmt.Sprint(args...)) }
func (r *recorder) Errorf(format string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}

func (r *recorder) end() {
	for _, f := range r.cleanups {
		f()
	}
}

// check wants one failure with this in it; none for nothing.
func (r *recorder) check(t *testing.T, want string) {
	t.Helper()
	if want == "" && len(r.errors) > 0 || want != "" && (len(r.errors) != 1 || !strings.Contains(r.errors[0], want)) {
		t.Errorf("the test was told %q, want one failure with %q, or none for none", r.errors, want)
	}
}

func TestStrict(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		do   func(t *testing.T, s *Server)
		want string
	}{
		{"unknown path", func(t *testing.T, s *Server) { ask(t, s.Client(), "GET", repo+"/labels", "") }, "unexpected request"},
		{"without the base path", func(t *testing.T, s *Server) {
			ask(t, s.Client(), "GET", "/repos/"+Owner+"/"+Name+"/pulls/7", "")
		}, "unexpected request"},
		{"unknown field", func(t *testing.T, s *Server) {
			ask(t, s.Client(), "POST", repo+"/code-scanning/sarifs", `{"commit_sha":"`+commit+`","ref":"refs/heads/main","sarif":"","category":"a"}`)
		}, "bad request"},
		{"short commit", func(t *testing.T, s *Server) {
			ask(t, s.Client(), "POST", repo+"/code-scanning/sarifs", `{"commit_sha":"abc","ref":"refs/heads/main","sarif":""}`)
		}, "bad request"},
		{"unknown parameter", func(t *testing.T, s *Server) { ask(t, s.Client(), "GET", repo+"/code-scanning/alerts?tool=a", "") }, `no parameter "tool"`},
		{"unknown reason", func(t *testing.T, s *Server) {
			s.AddAlert(Alert{State: "open", Tool: "imgscan", Rule: "CVE-1"})
			ask(t, s.Client(), "PATCH", repo+"/code-scanning/alerts/1", `{"state":"dismissed","dismissed_reason":"meh"}`)
		}, "bad request"},
		{"not SARIF", func(t *testing.T, s *Server) {
			ask(t, s.Client(), "POST", repo+"/code-scanning/sarifs", strings.Replace(packed("x"), "refs/heads/main", "refs/heads/x", 1))
		}, "not SARIF"},
		{"two writes", func(t *testing.T, s *Server) {
			c := s.Client()
			ask(t, c, "DELETE", repo+"/issues/comments/1", "")
			ask(t, c, "DELETE", repo+"/issues/comments/1", "")
		}, "after another write"},
		{"foreign comment", func(t *testing.T, s *Server) {
			s.AddComment(Comment{Author: "mallory", Body: "x"})
			ask(t, s.Client(), "PATCH", repo+"/issues/comments/1", `{"body":"y"}`)
		}, `of "mallory" is edited`},
		{"unused fault", func(_ *testing.T, s *Server) { s.Fail("pulls/get", Fault{Status: 500}) }, "did not come"},
		{"unknown operation", func(_ *testing.T, s *Server) { s.Fail("pulls/merge", Fault{Status: 500}) }, "no operation"},
		{"unknown permission", func(_ *testing.T, s *Server) { s.Deny("issues") }, "no permission"},
		{"file of an unknown ref", func(_ *testing.T, s *Server) { s.AddFile("next", "f", nil) }, `no ref "next"`},
		{"no token", func(t *testing.T, s *Server) { get(t, s.Client(), "http://"+memoryHost+repo+"/pulls/7", false) }, "without a token"},
		{"impossible status", func(t *testing.T, s *Server) {
			s.Fail("pulls/get", Fault{Status: http.StatusTeapot})
			ask(t, s.Client(), "GET", repo+"/pulls/7", "")
		}, "what GitHub would not"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := &recorder{TB: t}
			s := New(r)
			tt.do(t, s)
			r.end()
			if got := s.Failures(); !slices.Equal(got, r.errors) {
				t.Errorf("a program is told %q, the test %q", got, r.errors)
			}
			r.check(t, tt.want)
		})
	}
}
