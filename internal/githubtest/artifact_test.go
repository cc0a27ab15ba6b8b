package githubtest

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// The latest comes first, with the run that it is of.
func TestArtifacts(t *testing.T) {
	t.Parallel()
	s := New(t)
	day := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	s.AddRef("refs/heads/next", SHA(5))
	s.AddArtifact(Artifact{Name: "report", Branch: "next", Created: day.Add(time.Hour)})
	s.AddArtifact(Artifact{Name: "report", SHA: SHA(6), Created: day.Add(2 * time.Hour), HeadRepoFork: true})
	s.AddArtifact(Artifact{Name: "report", Created: day, Content: []byte("12")})
	s.AddArtifact(Artifact{Name: "other", Created: day})

	_, answer := ask(t, s.Client(), "GET", repo+"/actions/artifacts?name=report&per_page=2&page=2", "")
	list, _ := answer["artifacts"].([]any)
	if answer["total_count"] != 3.0 || len(list) != 1 {
		t.Fatalf("the second page is %v", answer)
	}
	last, _ := list[0].(map[string]any)
	if last["created_at"] != "2026-01-02T03:04:05Z" || last["size_in_bytes"] != 2.0 {
		t.Errorf("the last one is %v", last)
	}

	_, answer = ask(t, s.Client(), "GET", repo+"/actions/artifacts?name=report", "")
	list, _ = answer["artifacts"].([]any)
	var got []string
	for _, a := range list {
		a, _ := a.(map[string]any)
		run, _ := a["workflow_run"].(map[string]any)
		is := "ours"
		if run["repository_id"] != run["head_repository_id"] {
			is = "fork's"
		}
		sha, _ := run["head_sha"].(string)
		branch, _ := run["head_branch"].(string)
		got = append(got, is+" "+branch+" "+strings.TrimLeft(sha, "0"))
	}
	if want := "fork's main 6, ours next 5, ours main 1"; strings.Join(got, ", ") != want {
		t.Errorf("the artifacts are of %q, want %q", got, want)
	}
}

// An artifact is fetched from the store, by who was sent there, without the token.
func TestStore(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		token   bool
		cut     string // of the address
		faults  []Fault
		status  int
		body    string
		failure string
	}{
		{"as it is meant", false, "", nil, 200, "PK and so on", ""},
		{"with the token", true, "", nil, 400, "InvalidAuthenticationInfo\n", "is given an Authorization header"},
		{"without a signature", false, "?sig=", nil, 403, "AuthenticationFailed", "unexpected request to the store"},
		{"unavailable", false, "", []Fault{{Status: 503}}, 503, "Service Unavailable", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := &recorder{TB: t}
			s := New(r)
			s.AddArtifact(Artifact{Name: "report", Content: []byte("PK and so on")})
			s.Fail(StoreOperation, tt.faults...)
			client := s.Client()
			client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			resp := get(t, client, "http://"+memoryHost+repo+"/actions/artifacts/1/zip", true)
			at := resp.Header.Get("Location")
			if resp.StatusCode != http.StatusFound || !strings.HasPrefix(at, "http://"+memoryStore+"/") {
				t.Fatalf("the answer is %s, to %q", resp.Status, at)
			}
			if tt.cut != "" {
				at, _, _ = strings.Cut(at, tt.cut)
			}
			resp = get(t, client, at, tt.token)
			body, err := io.ReadAll(resp.Body)
			if resp.StatusCode != tt.status || string(body) != tt.body || err != nil {
				t.Errorf("the store answers %d %q (%v), want %d %q", resp.StatusCode, body, err, tt.status, tt.body)
			}
			r.end()
			r.check(t, tt.failure)
			if s.Count(StoreOperation) == 0 && tt.status != http.StatusBadRequest {
				t.Error("the download is not counted")
			}
		})
	}
}

// A token without the permission sees no artifacts.
func TestArtifactsDenied(t *testing.T) {
	t.Parallel()
	s := New(t)
	s.Deny("actions:read")
	s.AddArtifact(Artifact{Name: "report"})
	for _, path := range []string{"/actions/artifacts", "/actions/artifacts/1/zip"} {
		if status, _ := ask(t, s.Client(), "GET", repo+path, ""); status != http.StatusForbidden {
			t.Errorf("%s answers %d, want 403", path, status)
		}
	}
}
