package githubtest

import (
	"net/http"
	"strings"
	"testing"
)

// What runs workflows uploads for them, and changes what their token may do.
func TestControl(t *testing.T) {
	t.Parallel()
	s := New(t)
	var server, api string
	for _, entry := range s.Listen() {
		if value, ok := strings.CutPrefix(entry, "GITHUB_SERVER_URL="); ok {
			server = value
		}
		if value, ok := strings.CutPrefix(entry, "GITHUB_API_URL="); ok {
			api = value
		}
	}
	ask := func(method, url string, want int) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader("content"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+Token)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s %s answers %s, want %d", method, url, resp.Status, want)
		}
	}
	list := api + "/repos/" + Owner + "/" + Name + "/actions/artifacts?name=report"
	ask("POST", server+UploadPath+"?name=report&branch=main&fork=true", http.StatusCreated)
	ask("POST", server+UploadPath, http.StatusBadRequest)
	ask("POST", server+TokenPath+"?deny=actions:read", http.StatusNoContent)
	ask("GET", list, http.StatusForbidden)
	ask("POST", server+TokenPath, http.StatusNoContent)
	ask("GET", list, http.StatusOK)
	if len(s.artifacts) != 1 || !s.artifacts[0].HeadRepoFork || string(s.artifacts[0].Content) != "content" {
		t.Errorf("the artifacts are %+v", s.artifacts)
	}
}
