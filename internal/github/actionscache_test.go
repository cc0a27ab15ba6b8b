package github

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/org/imgscan-action/internal/imagetest"
)

// cacheRunner is a runner with a cache service.
func cacheRunner(s *imagetest.ActionsCache, environ ...string) *Runner {
	env := append([]string{"GITHUB_ACTIONS=true", "GITHUB_REPOSITORY=org/app"}, s.Environ()...)
	return NewRunner(append(env, environ...), io.Discard, io.Discard)
}

func openCache(t *testing.T, s *imagetest.ActionsCache, environ ...string) *ActionsCache {
	t.Helper()
	c, err := cacheRunner(s, environ...).ActionsCache(http.DefaultClient)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestActionsCache(t *testing.T) {
	t.Parallel()
	s := imagetest.NewActionsCache(t)
	c := openCache(t, s)
	restore := func(want string, prefixes ...string) {
		t.Helper()
		got, err := c.Restore(t.Context(), prefixes...)
		if err != nil || string(got) != want {
			t.Errorf("Restore(%q) is %q, %v, want %q", prefixes, got, err, want)
		}
	}
	restore("", "layers-app-", "layers-")
	if err := c.Save(t.Context(), "layers-app-1", []byte("app")); err != nil {
		t.Fatal(err)
	}
	restore("app", "layers-app-", "layers-")
	restore("app", "layers-other-", "layers-")
	if err := c.Save(t.Context(), "layers-app-2", []byte("newer")); err != nil {
		t.Fatal(err)
	}
	restore("newer", "layers-app-", "layers-")
	if err := c.Save(t.Context(), "layers-app-1", []byte("again")); !isSkip(err) {
		t.Errorf("saving a key again: %v", err)
	}
	if err := c.Save(t.Context(), "layers-app-3", make([]byte, maxCacheContent+1)); !isSkip(err) {
		t.Errorf("saving too much: %v", err)
	}
}

func TestActionsCacheFails(t *testing.T) {
	t.Parallel()
	for _, step := range []string{"GetCacheEntryDownloadURL", "GET", "CreateCacheEntry", "PUT", "FinalizeCacheEntryUpload", "short"} {
		s := imagetest.NewActionsCache(t)
		c := openCache(t, s)
		if err := c.Save(t.Context(), "a-1", []byte("content")); err != nil {
			t.Fatal(err)
		}
		if step == "short" {
			s.CutShort()
		} else {
			s.Fail(step, http.StatusServiceUnavailable)
		}
		content, restoreErr := c.Restore(t.Context(), "a-")
		saveErr := c.Save(t.Context(), "a-2", []byte("content"))
		reads := step == "GetCacheEntryDownloadURL" || step == "GET" || step == "short"
		if (restoreErr != nil) != reads || reads && content != nil {
			t.Errorf("%s fails: Restore is %q, %v", step, content, restoreErr)
		}
		if (saveErr != nil) == reads || isSkip(saveErr) {
			t.Errorf("%s fails: Save is %v", step, saveErr)
		}
		for _, err := range []error{restoreErr, saveErr} {
			for _, secret := range s.Secrets() {
				if err != nil && strings.Contains(err.Error(), secret) {
					t.Errorf("%s fails and tells a secret: %v", step, err)
				}
			}
		}
	}
}

func TestActionsCacheIsNotThere(t *testing.T) {
	t.Parallel()
	s := imagetest.NewActionsCache(t)
	for _, variable := range []string{"GITHUB_ACTIONS=", "ACTIONS_RUNTIME_TOKEN=", "ACTIONS_RESULTS_URL=", "ACTIONS_CACHE_SERVICE_V2="} {
		if _, err := cacheRunner(s, variable).ActionsCache(http.DefaultClient); !isSkip(err) {
			t.Errorf("with %s: %v", variable, err)
		}
	}
}

func TestForksHaveNoCache(t *testing.T) {
	t.Parallel()
	event := func(content string) string {
		path := filepath.Join(t.TempDir(), "event.json")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return "GITHUB_EVENT_PATH=" + path
	}
	for _, tt := range []struct {
		name string
		env  []string
		has  bool
	}{
		{"push", []string{"GITHUB_EVENT_NAME=push"}, true},
		{"own branch", []string{"GITHUB_EVENT_NAME=pull_request", event(`{"pull_request":{"head":{"repo":{"full_name":"Org/app"}}}}`)}, true},
		{"fork", []string{"GITHUB_EVENT_NAME=pull_request", event(`{"pull_request":{"head":{"repo":{"full_name":"evil/app"}}}}`)}, false},
		{"fork's target", []string{"GITHUB_EVENT_NAME=pull_request_target", event(`{"pull_request":{"head":{"repo":{"full_name":"evil/app"}}}}`)}, false},
		{"deleted fork", []string{"GITHUB_EVENT_NAME=pull_request", event(`{"pull_request":{"head":{"repo":null}}}`)}, false},
		{"deleted fork of nobody's", []string{"GITHUB_REPOSITORY=", "GITHUB_EVENT_NAME=pull_request", event(`{"pull_request":{"head":{"repo":null}}}`)}, false},
		{"own target", []string{"GITHUB_EVENT_NAME=pull_request_target", event(`{"pull_request":{"head":{"repo":{"full_name":"org/app"}}}}`)}, false},
		{"merged fork", []string{"GITHUB_EVENT_NAME=pull_request", event(`{"pull_request":{"merged":true,"head":{"repo":{"full_name":"evil/app"}}}}`)}, false},
		{"comment", []string{"GITHUB_EVENT_NAME=issue_comment", event(`{"issue":{"pull_request":{}}}`)}, false},
		{"after a run", []string{"GITHUB_EVENT_NAME=workflow_run", event(`{"workflow_run":{"head_repository":{"full_name":"Org/app"}}}`)}, true},
		{"after a fork's run", []string{"GITHUB_EVENT_NAME=workflow_run", event(`{"workflow_run":{"head_repository":{"full_name":"evil/app"}}}`)}, false},
		{"after a deleted fork's run", []string{"GITHUB_EVENT_NAME=workflow_run", event(`{"workflow_run":{"head_repository":null}}`)}, false},
		{"after a run after another", []string{"GITHUB_EVENT_NAME=workflow_run", event(`{"workflow_run":{"event":"workflow_run","head_repository":{"full_name":"Org/app"}}}`)}, false},
		{"after no run", []string{"GITHUB_EVENT_NAME=workflow_run", event(`{}`)}, false},
		{"unreadable", []string{"GITHUB_EVENT_NAME=pull_request", event(`{`)}, false},
		{"no event", []string{"GITHUB_EVENT_NAME=pull_request"}, false},
	} {
		_, err := cacheRunner(imagetest.NewActionsCache(t), tt.env...).ActionsCache(http.DefaultClient)
		if has := err == nil; has != tt.has || !has && !isSkip(err) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}
