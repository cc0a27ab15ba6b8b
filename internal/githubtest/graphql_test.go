package githubtest

import (
	"net/http"
	"strings"
	"testing"
)

func TestGraphQL(t *testing.T) {
	t.Parallel()
	const query = `{"query":"query { viewer { login } }"}`
	for _, tt := range []struct {
		name, viewer, method, body string
		faults                     []Fault
		status                     int
		login, refusal, failure    string
	}{
		{"workflow", Login, "POST", query, nil, 200, Login, "", ""},
		{"person", "octocat", "POST", `{"query":"{viewer{login}}"}`, nil, 200, "octocat", "", ""},
		{"untold", "", "POST", query, nil, 200, "", "Resource not accessible by integration", ""},
		{"refused", Login, "POST", query, []Fault{{Status: 200, Message: "Something went wrong"}}, 200, "", "Something went wrong", ""},
		{"unavailable", Login, "POST", query, []Fault{{Status: 502}}, 502, "", "", ""},
		{"other query", Login, "POST", `{"query":"{viewer{login email}}"}`, nil, 200, "", "does not play", "unexpected query"},
		{"variables", Login, "POST", `{"query":"{viewer{login}}","variables":{"a":1}}`, nil, 200, "", "does not play", "unexpected query"},
		{"no query", Login, "POST", `{viewer{login}}`, nil, 400, "", "", "bad request"},
		{"unknown field", Login, "POST", `{"query":"{viewer{login}}","id":1}`, nil, 400, "", "", "bad request"},
		{"by GET", Login, "GET", query, nil, 400, "", "", "bad request"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := &recorder{TB: t}
			s := New(r)
			s.SetViewer(tt.viewer)
			s.Fail(GraphQLOperation, tt.faults...)
			status, answer := ask(t, s.Client(), tt.method, graphqlPath, tt.body)
			data, _ := answer["data"].(map[string]any)
			viewer, _ := data["viewer"].(map[string]any)
			login, _ := viewer["login"].(string)
			refusal := ""
			if errors, ok := answer["errors"].([]any); ok && len(errors) == 1 {
				first, _ := errors[0].(map[string]any)
				refusal, _ = first["message"].(string)
			}
			if status != tt.status || login != tt.login || !strings.Contains(refusal, tt.refusal) || (refusal == "") != (tt.refusal == "") {
				t.Errorf("the answer is %d %v", status, answer)
			}
			r.end()
			r.check(t, tt.failure)
		})
	}
}

// A query changes nothing, so two of them need no time between them.
func TestGraphQLIsNoWrite(t *testing.T) {
	t.Parallel()
	s := New(t)
	client := s.Client()
	for range 2 {
		if status, _ := ask(t, client, "POST", graphqlPath, `{"query":"{viewer{login}}"}`); status != http.StatusOK {
			t.Errorf("the answer is %d", status)
		}
	}
	if n := s.Count(GraphQLOperation); n != 2 {
		t.Errorf("%d queries are counted, want 2", n)
	}
}

// Who writes is whose token it is; the REST API knows persons only.
func TestViewer(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		viewer, writes string
		rest           int
	}{
		{"octocat", "octocat", 200},
		{"scanner-app[bot]", "scanner-app[bot]", 403},
		{"", Login, 403},
	} {
		s := New(t)
		s.SetViewer(tt.viewer)
		s.AddPull(Pull{Number: 7})
		status, answer := ask(t, s.Client(), "GET", basePath+"/user", "")
		if status != tt.rest || status == 200 && answer["login"] != tt.viewer {
			t.Errorf("the REST API answers %q with %d %v, want %d", tt.viewer, status, answer["login"], tt.rest)
		}
		if status, _ := ask(t, s.Client(), "POST", repo+"/issues/7/comments", `{"body":"b"}`); status != http.StatusCreated {
			t.Errorf("%q may not comment: %d", tt.viewer, status)
		}
		if got := s.Comments(7)[0].Author; got != tt.writes {
			t.Errorf("the author is %q, want %q", got, tt.writes)
		}
	}
}
