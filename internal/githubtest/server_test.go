package githubtest

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
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

// ask sends a request to the repository.
func ask(t *testing.T, client *http.Client, method, path, body string) (status int, answer map[string]any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "http://"+memoryHost+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+Token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	_ = json.Unmarshal(content, &answer) // lists and empty bodies stay nil
	return resp.StatusCode, answer
}

const (
	repo   = basePath + "/repos/" + Owner + "/" + Name
	commit = "0000000000000000000000000000000000000001"
)

// packed is a request to take SARIF.
func packed(sarif string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, sarif)
	_ = w.Close()
	return fmt.Sprintf(`{"commit_sha":%q,"ref":"refs/heads/main","sarif":%q}`, commit, base64.StdEncoding.EncodeToString(b.Bytes()))
}

// sarif is a file with one result per URI.
func sarif(uris ...string) string {
	var results []string
	for _, uri := range uris {
		results = append(results, fmt.Sprintf(`{"ruleId":"CVE-1","message":{"text":"m"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":%q}}}]}`, uri))
	}
	return `{"$schema":"s","version":"2.1.0","runs":[{"automationDetails":{"id":"imgscan/app/"},"tool":{"driver":{"name":"imgscan","rules":[{"id":"CVE-1","shortDescription":{"text":"d"},"properties":{"security-severity":"7.5"}}]}},"results":[` + strings.Join(results, ",") + `]}]}`
}

// Every operation's own answer is what GitHub describes; the server itself checks
// it.
func TestAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := New(t)
		s.AddPull(Pull{Number: 7})
		s.AddFile("main", ".imgscan/config.yaml", []byte("a: b\n"))
		client := s.Client()
		for _, step := range []struct {
			method, path, body string
			want               int
		}{
			{"GET", "/pulls/7", "", 200},
			{"GET", "/pulls/8", "", 404},
			{"POST", "/issues/7/comments", `{"body":"hello"}`, 201},
			{"POST", "/issues/7/comments", `{"body":"` + strings.Repeat("x", maxComment+1) + `"}`, 422},
			{"GET", "/issues/7/comments?per_page=100", "", 200},
			{"PATCH", "/issues/comments/1", `{"body":"other"}`, 200},
			{"GET", "/issues/comments/1", "", 200},
			{"DELETE", "/issues/comments/1", "", 204},
			{"GET", "/contents/.imgscan/config.yaml", "", 200},
			{"GET", "/contents/.imgscan/config.yaml?ref=other", "", 404},
			{"POST", "/dependency-graph/snapshots", `{"version":0,"job":{"id":"1","correlator":"c"},"sha":"` + commit + `","ref":"refs/heads/main","detector":{"name":"n","version":"1","url":"http://example.com"},"scanned":"2020-06-13T14:52:50-05:00","manifests":{"a":{"name":"a","resolved":{"x":{"package_url":"pkg:deb/debian/x@1"}}}}}`, 201},
			{"POST", "/code-scanning/sarifs", packed(sarif("app/lib", "app/bin")), 202},
			{"GET", "/code-scanning/sarifs/47177e22-5596-11eb-80a1-000000000003", "", 200},
			{"GET", "/code-scanning/sarifs/47177e22-5596-11eb-80a1-000000000009", "", 404},
			{"GET", "/code-scanning/alerts?state=open&tool_name=imgscan", "", 200},
			{"PATCH", "/code-scanning/alerts/1", `{"state":"dismissed","dismissed_reason":"won't fix","dismissed_comment":"c"}`, 200},
			{"GET", "/code-scanning/alerts/1", "", 200},
			{"PATCH", "/code-scanning/alerts/1", `{"state":"open"}`, 200},
			{"GET", "/code-scanning/analyses", "", 200},
		} {
			if got, answer := ask(t, client, step.method, repo+step.path, step.body); got != step.want {
				t.Errorf("%s %s answers %d %v, want %d", step.method, step.path, got, answer, step.want)
			}
			time.Sleep(time.Second)
		}
		if alerts := s.Alerts(); len(alerts) != 2 || alerts[0].State != "open" || alerts[0].Category != "imgscan/app" {
			t.Errorf("alerts %+v", alerts)
		}
	})
}

// An alert is closed by the next delivery without it, and what GitHub cannot
// process it refuses in its words.
func TestProcessing(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, sarif, want string }{
		{"clean", sarif(), ""},
		{"scheme", sarif("debian:12"), `SARIF URI scheme "debian" did not match the checkout URI scheme "file"`},
		{"no uri", sarif(""), "locationFromSarifResult: expected artifact location"},
		{"no location", strings.Replace(sarif("a"), `"locations":[{"physicalLocation":{"artifactLocation":{"uri":"a"}}}]`, `"locations":[]`, 1), "locationFromSarifResult: expected at least one location"},
		{"severity", strings.Replace(sarif("a"), `"7.5"`, `7.5`, 1), "could not convert rules: invalid security severity value, is not a number: 7.5"},
		{"twice", strings.Replace(sarif("a"), `"runs":[`, `"runs":[{"automationDetails":{"id":"imgscan/app/2"},"tool":{"driver":{"name":"imgscan"}}},`, 1), "A delivery cannot contain multiple runs with the same category"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := New(t)
				client := s.Client()
				deliver := func(text string) map[string]any {
					time.Sleep(time.Second)
					_, answer := ask(t, client, "POST", repo+"/code-scanning/sarifs", packed(text))
					_, answer = ask(t, client, "GET", repo+"/code-scanning/sarifs/"+answer["id"].(string), "")
					return answer
				}
				deliver(sarif("app"))
				answer := deliver(tt.sarif)
				state := "fixed"
				if tt.want != "" {
					state = "open"
					if got := fmt.Sprint(answer["errors"]); answer["processing_status"] != "failed" || got != "["+tt.want+"]" {
						t.Errorf("%v, want the error %q", answer, tt.want)
					}
				}
				if got := s.Alerts()[0].State; got != state {
					t.Errorf("the alert is %s, want %s", got, state)
				}
			})
		})
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
		{"impossible status", func(t *testing.T, s *Server) {
			s.Fail("pulls/get", Fault{Status: http.StatusTeapot})
			ask(t, s.Client(), "GET", repo+"/pulls/7", "")
		}, "what GitHub would not"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := &recorder{TB: t}
			tt.do(t, New(r))
			r.end()
			if len(r.errors) != 1 || !strings.Contains(r.errors[0], tt.want) {
				t.Errorf("the test was told %q, want one error with %q", r.errors, tt.want)
			}
		})
	}
}

// A list of more than a page names the next one, which has the rest.
func TestPages(t *testing.T) {
	t.Parallel()
	s := New(t)
	s.AddPull(Pull{Number: 7})
	for range 101 {
		s.AddComment(Comment{Pull: 7, Body: "b"})
	}
	req, err := http.NewRequestWithContext(t.Context(), "GET", "http://"+memoryHost+repo+"/issues/7/comments?per_page=100", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{100, 1} {
		req.Header.Set("Authorization", "Bearer "+Token)
		resp, err := s.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		var got []any
		if err := json.NewDecoder(resp.Body).Decode(&got); err != nil || len(got) != want {
			t.Fatalf("%d comments (%v), want %d", len(got), err, want)
		}
		resp.Body.Close()
		link, _, more := strings.Cut(strings.TrimPrefix(resp.Header.Get("Link"), "<"), ">")
		if more != (want == 100) {
			t.Fatalf("the answer links to %q", resp.Header.Get("Link"))
		}
		if more {
			if req, err = http.NewRequestWithContext(t.Context(), "GET", link, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Other processes reach the same server over the network.
func TestListen(t *testing.T) {
	t.Parallel()
	s := New(t)
	s.AddPull(Pull{Number: 7})
	var api string
	for _, entry := range s.Listen() {
		if value, ok := strings.CutPrefix(entry, "GITHUB_API_URL="); ok {
			api = value
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), "GET", api+"/repos/"+Owner+"/"+Name+"/pulls/7", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+Token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK || s.Count("pulls/get") != 1 {
		t.Errorf("the answer is %s", resp.Status)
	}
}
