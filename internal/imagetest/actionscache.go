package imagetest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

// ActionsCache is GitHub's cache service, in memory and strict: what the real one
// would refuse fails the test.
type ActionsCache struct {
	t      testing.TB
	server *httptest.Server

	mu       sync.Mutex
	reserved map[string][]byte // by key; nil until uploaded
	order    []string          // of those that are complete
	fail     map[string]int    // status by method or "GET" and "PUT"
	short    bool              // cut downloads short
}

const cacheToken = "runtime-token"

// NewActionsCache starts an empty service, which ends with the test.
func NewActionsCache(t testing.TB) *ActionsCache {
	t.Helper()
	s := &ActionsCache{t: t, reserved: map[string][]byte{}, fail: map[string]int{}}
	s.server = httptest.NewServer(s)
	t.Cleanup(s.server.Close)
	return s
}

// Environ is what the runner gives a job to find the service.
func (s *ActionsCache) Environ() []string {
	return []string{
		"ACTIONS_CACHE_SERVICE_V2=True",
		"ACTIONS_RESULTS_URL=" + s.server.URL + "/results/",
		"ACTIONS_RUNTIME_TOKEN=" + cacheToken,
	}
}

// Secrets must not be shown to anybody.
func (s *ActionsCache) Secrets() []string { return []string{cacheToken, "sig=secret"} }

// Keys are those of the complete entries, oldest first.
func (s *ActionsCache) Keys() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.order)
}

// Fail makes a call ("CreateCacheEntry"), or "GET" or "PUT" of the storage, answer
// with a status.
func (s *ActionsCache) Fail(step string, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail[step] = status
}

// CutShort makes every download end too soon.
func (s *ActionsCache) CutShort() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.short = true
}

// ServeHTTP answers the three calls and the storage.
func (s *ActionsCache) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	method, isCall := strings.CutPrefix(req.URL.Path, "/results/twirp/github.actions.results.api.v1.CacheService/")
	if !isCall {
		method = req.Method
	}
	if status := s.fail[method]; status != 0 {
		w.WriteHeader(status)
		return
	}
	if !isCall {
		s.serveBlob(w, req)
		return
	}
	var q struct {
		Key         string
		RestoreKeys []string `json:"restore_keys"`
		Version     string
		SizeBytes   int `json:"size_bytes"`
	}
	if req.Header.Get("Authorization") != "Bearer "+cacheToken || req.Method != http.MethodPost ||
		json.NewDecoder(req.Body).Decode(&q) != nil || q.Key == "" || len(q.Key) > 512 || strings.Contains(q.Key, ",") || q.Version == "" {
		s.t.Errorf("a bad call of %s: %+v", method, q)
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	answer := map[string]any{"ok": false}
	switch method {
	case "CreateCacheEntry":
		if _, ok := s.reserved[q.Key]; ok {
			w.WriteHeader(http.StatusConflict)
			return
		}
		s.reserved[q.Key] = nil
		answer = map[string]any{"ok": true, "signed_upload_url": s.server.URL + "/blob/" + q.Key + "?sig=secret"}
	case "FinalizeCacheEntryUpload":
		if content, ok := s.reserved[q.Key]; ok && len(content) == q.SizeBytes {
			s.order = append(s.order, q.Key)
			answer = map[string]any{"ok": true, "entry_id": "1"}
		}
	case "GetCacheEntryDownloadURL":
		if key := s.match(append([]string{q.Key}, q.RestoreKeys...)); key != "" {
			answer = map[string]any{"ok": true, "signed_download_url": s.server.URL + "/blob/" + key + "?sig=secret", "matched_key": key}
		}
	default:
		s.t.Errorf("unexpected call of %s", method)
	}
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		s.t.Error(err)
	}
}

// match is the newest complete key for the first prefix that has any.
func (s *ActionsCache) match(prefixes []string) string {
	for _, prefix := range prefixes {
		for i := len(s.order) - 1; i >= 0; i-- {
			if strings.HasPrefix(s.order[i], prefix) {
				return s.order[i]
			}
		}
	}
	return ""
}

func (s *ActionsCache) serveBlob(w http.ResponseWriter, req *http.Request) {
	key := strings.TrimPrefix(req.URL.Path, "/blob/")
	if req.URL.RawQuery != "sig=secret" || req.Header.Get("Authorization") != "" {
		s.t.Errorf("the storage got %s with the token %q", req.URL, req.Header.Get("Authorization"))
	}
	switch req.Method {
	case http.MethodPut:
		if req.Header.Get("X-Ms-Blob-Type") != "BlockBlob" || req.ContentLength < 0 {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		content, err := io.ReadAll(req.Body)
		if err != nil {
			s.t.Error(err)
		}
		s.reserved[key] = content
		w.WriteHeader(http.StatusCreated)
	case http.MethodGet:
		content := s.reserved[key]
		if s.short {
			w.Header().Set("Content-Length", fmt.Sprint(len(content)+1))
		}
		_, _ = w.Write(content)
	}
}
