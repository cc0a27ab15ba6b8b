package githubtest

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// serve is a server as a program has it, and its address.
func serve(t *testing.T, token string) (*Server, string) {
	t.Helper()
	s, err := NewServer(token)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the end is the error %v", err)
		}
	})
	return s, "http://" + l.Addr().String()
}

// job is a process: it shares no connection with another.
func job(t *testing.T) *http.Client {
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// say posts a comment, and reads the answer to its end, so that the connection can
// be used again.
func say(t *testing.T, client *http.Client, address, token, text string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "POST", address+repo+"/issues/7/comments", strings.NewReader(`{"body":"`+text+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode
}

// state is what a script sees.
func state(t *testing.T, address string) State {
	t.Helper()
	resp := get(t, job(t), address+StatePath, false)
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(content), "null") {
		t.Errorf("a list is null in %s", content)
	}
	var got State
	if err := json.Unmarshal(content, &got); err != nil {
		t.Fatalf("%v in %s", err, content)
	}
	return got
}

// What one run leaves is there for the next, and for a script to judge.
func TestServe(t *testing.T) {
	t.Parallel()
	s, address := serve(t, "ghp_another")
	s.AddPull(Pull{Number: 7})
	s.AddAlert(Alert{State: "open", Tool: "imgscan", Rule: "CVE-1"})
	if got := state(t, address); len(got.Alerts) != 1 || len(got.Comments)+len(got.Requests)+len(got.Failures) > 0 {
		t.Errorf("in the beginning: %+v", got)
	}
	for _, run := range []struct {
		token string
		want  int
	}{{"ghp_another", http.StatusCreated}, {"ghp_another", http.StatusCreated}, {Token, http.StatusUnauthorized}} {
		if status := say(t, job(t), address, run.token, "hello"); status != run.want {
			t.Errorf("the answer to %s is %d, want %d", run.token, status, run.want)
		}
	}
	got := state(t, address)
	if len(got.Comments) != 2 || got.Comments[1].Body != "hello" || got.Comments[1].Author != Login || got.Comments[1].Pull != 7 {
		t.Errorf("comments %+v", got.Comments)
	}
	if len(got.Requests) != 3 || got.Requests[2] != (Request{"issues/create-comment", http.StatusUnauthorized}) {
		t.Errorf("requests %+v", got.Requests)
	}
	if len(got.Failures) > 0 {
		t.Errorf("failures %q", got.Failures)
	}
}

// Over a network, a job is told from others by its connection.
func TestPaceOverNetwork(t *testing.T) {
	t.Parallel()
	s, address := serve(t, "")
	s.apart = time.Hour // on a busy machine, half a second is soon over
	s.AddPull(Pull{Number: 7})
	one, other := job(t), job(t)
	say(t, one, address, Token, "a")
	say(t, other, address, Token, "b")
	if got := s.Failures(); len(got) > 0 {
		t.Errorf("two jobs that write once each: %q", got)
	}
	say(t, one, address, Token, "c")
	if got := s.Failures(); len(got) != 1 || !strings.Contains(got[0], "after another write") {
		t.Errorf("one job that writes twice: %q", got)
	}
}

// What a client asks for over the network is linked to where it asked, artifacts
// included.
func TestLinks(t *testing.T) {
	t.Parallel()
	s, address := serve(t, "")
	s.AddPull(Pull{Number: 7})
	s.AddComment(Comment{Pull: 7, Body: "a"})
	s.AddComment(Comment{Pull: 7, Body: "b"})
	s.AddArtifact(Artifact{Name: "report", Content: []byte("{}")})
	client := job(t)
	resp := get(t, client, address+repo+"/issues/7/comments?per_page=1", true)
	if link := resp.Header.Get("Link"); !strings.HasPrefix(link, "<"+address+"/") {
		t.Errorf("the next page is %q", link)
	}
	client.CheckRedirect = func(req *http.Request, _ []*http.Request) error {
		req.Header.Del("Authorization")
		return nil
	}
	resp = get(t, client, address+repo+"/actions/artifacts/3/zip", true)
	if body, err := io.ReadAll(resp.Body); string(body) != "{}" || err != nil {
		t.Errorf("the artifact is %q (%v)", body, err)
	}
	if got := s.Failures(); len(got) > 0 {
		t.Errorf("failures %q", got)
	}
}

// Other processes of a test reach its server with what the runner would give them.
func TestListen(t *testing.T) {
	t.Parallel()
	s := New(t)
	s.AddPull(Pull{Number: 7})
	told := make(map[string]string)
	for _, entry := range s.Listen() {
		name, value, _ := strings.Cut(entry, "=")
		told[name] = value
	}
	if resp := get(t, job(t), told["GITHUB_API_URL"]+"/repos/"+told["GITHUB_REPOSITORY"]+"/pulls/7", true); resp.StatusCode != http.StatusOK || s.Count("pulls/get") != 1 {
		t.Errorf("the answer is %s", resp.Status)
	}
	if want := told["GITHUB_SERVER_URL"] + graphqlPath; told["GITHUB_GRAPHQL_URL"] != want {
		t.Errorf("GraphQL is at %q, want %q", told["GITHUB_GRAPHQL_URL"], want)
	}
}
