package githubtest

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

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

// get asks for an address as it stands.
func get(t *testing.T, client *http.Client, address string, token bool) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token {
		req.Header.Set("Authorization", "Bearer "+Token)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	return resp
}

const (
	repo   = basePath + "/repos/" + Owner + "/" + Name
	commit = "0000000000000000000000000000000000000001"
)

// Every operation's own answer is what GitHub describes; the server itself checks
// it.
func TestAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := New(t)
		s.AddPull(Pull{Number: 7})
		s.AddFile("main", ".imgscan/config.yaml", []byte("a: b\n"))
		s.AddArtifact(Artifact{Name: "report", Content: []byte("{}")})
		s.AddArtifact(Artifact{Name: "report", Content: []byte("{}"), Expired: true})
		client := s.Client()
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		for _, step := range []struct {
			method, path, body string
			want               int
		}{
			{"GET", "/pulls/7", "", 200},
			{"GET", "/pulls/8", "", 404},
			{"POST", "/issues/7/comments", `{"body":"hello"}`, 201},
			{"POST", "/issues/7/comments", `{"body":"` + strings.Repeat("x", maxComment+1) + `"}`, 422},
			{"GET", "/issues/7/comments?per_page=100", "", 200},
			{"PATCH", "/issues/comments/5", `{"body":"other"}`, 200},
			{"GET", "/issues/comments/5", "", 200},
			{"DELETE", "/issues/comments/5", "", 204},
			{"GET", "/pulls?state=open&head=octo-org:change-7", "", 200},
			{"GET", "/git/trees/main", "", 200},
			{"GET", "/git/trees/" + commit + "?recursive=1", "", 200},
			{"GET", "/git/trees/" + SHA(9), "", 404},
			{"GET", "/git/blobs/" + object("blob", []byte("a: b\n")), "", 200},
			{"GET", "/git/blobs/" + SHA(9), "", 404},
			{"GET", "/actions/artifacts?name=report&per_page=100", "", 200},
			{"GET", "/actions/artifacts/1/zip", "", 302},
			{"GET", "/actions/artifacts/3/zip", "", 410},
			{"GET", "/actions/artifacts/9/zip", "", 404},
			{"POST", "/dependency-graph/snapshots", `{"version":0,"job":{"id":"1","correlator":"c"},"sha":"` + commit + `","ref":"refs/heads/main","detector":{"name":"n","version":"1","url":"http://example.com"},"scanned":"2020-06-13T14:52:50-05:00","manifests":{"a":{"name":"a","resolved":{"x":{"package_url":"pkg:deb/debian/x@1"}}}}}`, 201},
			{"POST", "/code-scanning/sarifs", packed(sarif("app/lib", "app/bin")), 202},
			{"GET", "/code-scanning/sarifs/47177e22-5596-11eb-80a1-000000000007", "", 200},
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
