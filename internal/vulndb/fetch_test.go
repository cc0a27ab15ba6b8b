package vulndb

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// mirror is a registry with a database in it, whose answers can be spoilt.
type mirror struct {
	reference string
	requests  atomic.Int64

	mu    sync.Mutex
	spoil func(http.ResponseWriter, *http.Request) bool // true: the request is answered
}

func newMirror(t *testing.T, blob []byte, mediaType types.MediaType) *mirror {
	t.Helper()
	m := &mirror{}
	inner := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.requests.Add(1)
		m.mu.Lock()
		spoil := m.spoil
		m.mu.Unlock()
		if spoil == nil || !spoil(w, r) {
			inner.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	m.reference = strings.TrimPrefix(server.URL, "http://") + "/aquasec/trivy-db:2"
	ref, err := name.ParseReference(m.reference)
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Write(ref, artifact(t, mediaType, blob)); err != nil {
		t.Fatal(err)
	}
	m.requests.Store(0)
	return m
}

func (m *mirror) set(spoil func(http.ResponseWriter, *http.Request) bool) {
	m.mu.Lock()
	m.spoil = spoil
	m.mu.Unlock()
}

func isBlob(r *http.Request) bool {
	return r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/blobs/")
}

// hurried is the transport without its pauses; it writes down how long they
// would have been.
func hurried(pauses *[]time.Duration) *patient {
	p := newPatient(nil)
	p.sleep = func(ctx context.Context, d time.Duration) error {
		if pauses != nil {
			*pauses = append(*pauses, d)
		}
		return ctx.Err()
	}
	return p
}

func TestDownload(t *testing.T) {
	m := newMirror(t, databaseArchive(t, buildDatabase(t)), layerType)
	cacheDir := t.TempDir()
	var last, whole int64
	opts := Options{
		Mirrors: []string{m.reference}, CacheDir: cacheDir, Transport: hurried(nil), Now: now,
		OnBytes: func(done, total int64) { last, whole = done, total },
	}
	open := func(opts Options) Info {
		t.Helper()
		db := mustOpen(t, opts)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		return db.Info
	}

	info := open(opts)
	if info.Source != m.reference || !info.Built.Equal(now) || !info.Downloaded.Equal(now) || len(info.Notes) != 0 {
		t.Errorf("info: %+v", info)
	}
	if last == 0 || last != whole {
		t.Errorf("progress ended at %d of %d", last, whole)
	}
	noRemains(t, cacheDir)

	m.requests.Store(0)
	opts.Now = now.Add(59 * time.Minute)
	open(opts)
	if n := m.requests.Load(); n != 0 {
		t.Errorf("%d requests within the hour", n)
	}
	if again, err := Status(t.Context(), opts); err != nil || again.Digest != info.Digest || m.requests.Load() != 0 {
		t.Errorf("status: %+v, %v", again, err)
	}

	opts.Now, last = now.Add(2*time.Hour), 0
	if info = open(opts); last != 0 || m.requests.Load() == 0 || !info.Downloaded.Equal(opts.Now) {
		t.Errorf("an unchanged database: %d bytes, %d requests, downloaded %s", last, m.requests.Load(), info.Downloaded)
	}

	m.set(func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(http.StatusForbidden); return true })
	opts.Now = now.Add(24 * time.Hour)
	info = open(opts)
	if len(info.Notes) != 1 || !strings.Contains(info.Notes[0], "403 Forbidden") || !info.Built.Equal(now) {
		t.Errorf("after a failed update: %+v", info)
	}
	if _, err := Update(t.Context(), opts); err == nil || !strings.Contains(err.Error(), "403 Forbidden") {
		t.Errorf("update: %v", err)
	}

	opts.Offline = true
	if info = open(opts); len(info.Notes) != 0 {
		t.Errorf("offline: %+v", info)
	}
}

func TestUpdateReplaces(t *testing.T) {
	dir := buildDatabase(t)
	m := newMirror(t, databaseArchive(t, dir), layerType)
	cacheDir := t.TempDir()
	opts := Options{Mirrors: []string{m.reference}, CacheDir: cacheDir, Transport: hurried(nil), Now: now}
	before, err := Update(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, metadataFile), []byte(`{"Version":2,"UpdatedAt":"2026-07-02T00:00:00Z","NextUpdate":"2026-07-03T00:00:00Z"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	ref, err := name.ParseReference(m.reference)
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Write(ref, artifact(t, layerType, databaseArchive(t, dir))); err != nil {
		t.Fatal(err)
	}
	after, err := Update(t.Context(), opts)
	if err != nil || after.Digest == before.Digest || after.Built.Day() != 2 {
		t.Fatalf("%+v, %v", after, err)
	}
	folders, err := filepath.Glob(filepath.Join(cacheDir, "db", "*", databaseFile))
	if err != nil || len(folders) != 1 {
		t.Errorf("the cache holds %v", folders)
	}
	// Fresh for as long as its publisher says.
	m.requests.Store(0)
	opts.Now = time.Date(2026, 7, 2, 23, 0, 0, 0, time.UTC)
	mustOpen(t, opts)
	if n := m.requests.Load(); n != 0 {
		t.Errorf("%d requests before the promised update", n)
	}
}

func TestBrokenCacheIsReplaced(t *testing.T) {
	m := newMirror(t, databaseArchive(t, buildDatabase(t)), layerType)
	opts := Options{Mirrors: []string{m.reference}, CacheDir: t.TempDir(), Transport: hurried(nil), Now: now}
	if _, err := Update(t.Context(), opts); err != nil {
		t.Fatal(err)
	}
	cached, err := filepath.Glob(filepath.Join(opts.CacheDir, "db", "*", databaseFile))
	if err != nil || len(cached) != 1 {
		t.Fatal(cached, err)
	}
	if err := os.Truncate(cached[0], 20000); err != nil {
		t.Fatal(err)
	}
	offline := opts
	offline.Offline = true
	if _, err := Open(t.Context(), offline); err == nil || !strings.Contains(err.Error(), "truncated") {
		t.Errorf("offline: %v", err)
	}
	db := mustOpen(t, opts)
	if len(db.Info.Notes) != 1 || !strings.Contains(db.Info.Notes[0], "truncated") {
		t.Errorf("notes: %q", db.Info.Notes)
	}
}

func TestDownloadFailures(t *testing.T) {
	good := databaseArchive(t, buildDatabase(t))
	status := func(code int, header ...string) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, _ *http.Request) bool {
			for i := 0; i+1 < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(code)
			return true
		}
	}
	blob := func(content []byte) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			if !isBlob(r) {
				return false
			}
			_, _ = w.Write(content)
			return true
		}
	}
	cut := func(w http.ResponseWriter, r *http.Request) bool {
		if !isBlob(r) {
			return false
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(good)))
		_, _ = w.Write(good[:len(good)/2])
		return true
	}
	other := append([]byte(nil), good...)
	other[len(other)-5] ^= 1
	tests := []struct {
		name  string
		blob  []byte
		kind  types.MediaType
		spoil func(http.ResponseWriter, *http.Request) bool
		want  string
	}{
		{"busy for long", good, layerType, status(http.StatusTooManyRequests, "Retry-After", "3600"), "429 Too Many Requests, to be tried again after 1h0m0s"},
		{"unavailable", good, layerType, status(http.StatusServiceUnavailable), "503 Service Unavailable"},
		{"unauthorized", good, layerType, status(http.StatusUnauthorized), "401"},
		{"truncated blob", good, layerType, cut, "EOF"},
		{"short blob", good, layerType, blob(good[:len(good)/2]), ""},
		{"other bytes", good, layerType, blob(other), ""},
		{"other type", good, types.DockerLayer, nil, "not a vulnerability database: its layer is of type"},
		{"not an archive", []byte("hello"), layerType, nil, "decompressing"},
		{"no metadata", archive(t, map[string][]byte{databaseFile: []byte("x")}, databaseFile), layerType, nil, "holds no metadata.json"},
		{"wrong schema", archive(t, map[string][]byte{databaseFile: []byte("x"), metadataFile: []byte(`{"Version":1}`)}, databaseFile, metadataFile), layerType, nil, "schema version 1"},
		{"not bbolt", archive(t, map[string][]byte{databaseFile: []byte("x"), metadataFile: []byte(`{"Version":2}`)}, databaseFile, metadataFile), layerType, nil, "is not a database"},
		{"twice", archive(t, map[string][]byte{databaseFile: []byte("x")}, databaseFile, databaseFile), layerType, nil, "twice"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bad := newMirror(t, tt.blob, tt.kind)
			bad.set(tt.spoil)
			cacheDir := t.TempDir()
			opts := Options{Mirrors: []string{bad.reference}, CacheDir: cacheDir, Transport: hurried(nil), Now: now}
			_, err := Open(t.Context(), opts)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range []string{tt.want, bad.reference, "--db"} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v does not contain %q", err, want)
				}
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("more than one line: %v", err)
			}
			noRemains(t, cacheDir)

			// The next mirror helps.
			goodMirror := newMirror(t, good, layerType)
			opts.Mirrors = append(opts.Mirrors, goodMirror.reference)
			db := mustOpen(t, opts)
			if db.Info.Source != goodMirror.reference || len(db.Info.Notes) != 1 || !strings.Contains(db.Info.Notes[0], bad.reference) {
				t.Errorf("info: %+v", db.Info)
			}
		})
	}
}

func TestBusyRegistryIsAskedAgain(t *testing.T) {
	m := newMirror(t, databaseArchive(t, buildDatabase(t)), layerType)
	var refused atomic.Int64
	m.set(func(w http.ResponseWriter, r *http.Request) bool {
		if !isBlob(r) || refused.Add(1) > 2 {
			return false
		}
		w.Header().Set("Retry-After", "20")
		w.WriteHeader(http.StatusTooManyRequests)
		return true
	})
	var pauses []time.Duration
	mustOpen(t, Options{Source: m.reference, CacheDir: t.TempDir(), Transport: hurried(&pauses), Now: now})
	if len(pauses) != 2 || pauses[0] < 20*time.Second || pauses[1] < 20*time.Second {
		t.Errorf("paused for %v", pauses)
	}
}

func TestBrokenOffDownloadIsBegunAgain(t *testing.T) {
	good := databaseArchive(t, buildDatabase(t))
	m := newMirror(t, good, layerType)
	var served atomic.Int64
	m.set(func(w http.ResponseWriter, r *http.Request) bool {
		if !isBlob(r) || served.Add(1) > 1 {
			return false
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(good)))
		_, _ = w.Write(good[:100])
		return true
	})
	db := mustOpen(t, Options{Source: m.reference, CacheDir: t.TempDir(), Transport: hurried(nil), Now: now})
	if len(db.Info.Notes) != 0 {
		t.Errorf("notes: %q", db.Info.Notes)
	}
}

func TestSilentRegistryIsGivenUp(t *testing.T) {
	good := databaseArchive(t, buildDatabase(t))
	m := newMirror(t, good, layerType)
	done := make(chan struct{})
	t.Cleanup(func() { close(done) })
	m.set(func(w http.ResponseWriter, r *http.Request) bool {
		if !isBlob(r) {
			return false
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(good)))
		w.WriteHeader(http.StatusOK)
		w.(http.Flusher).Flush()
		select {
		case <-done:
		case <-r.Context().Done():
		}
		return true
	})
	transport := hurried(nil)
	transport.idle = 50 * time.Millisecond
	_, err := Open(t.Context(), Options{Source: m.reference, CacheDir: t.TempDir(), Transport: transport, Now: now})
	if err == nil || !strings.Contains(err.Error(), "sent nothing for 50ms") {
		t.Errorf("got %v", err)
	}
}

func TestInterruptedDownloadLeavesNothing(t *testing.T) {
	good := databaseArchive(t, buildDatabase(t))
	m := newMirror(t, good, layerType)
	ctx, cancel := context.WithCancel(t.Context())
	m.set(func(w http.ResponseWriter, r *http.Request) bool {
		if !isBlob(r) {
			return false
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(good)))
		_, _ = w.Write(good[:100])
		w.(http.Flusher).Flush()
		cancel()
		<-r.Context().Done()
		return true
	})
	cacheDir := t.TempDir()
	_, err := Open(ctx, Options{Source: m.reference, CacheDir: cacheDir, Transport: hurried(nil), Now: now})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	left, err := os.ReadDir(filepath.Join(cacheDir, "db"))
	if err != nil || len(left) != 0 {
		t.Errorf("left %v, %v", left, err)
	}
}

func TestOfflineWithoutCache(t *testing.T) {
	_, err := Open(t.Context(), Options{CacheDir: t.TempDir(), Offline: true, Now: now})
	if err == nil || !strings.Contains(err.Error(), "imgscan db update") {
		t.Errorf("got %v", err)
	}
	if _, err := Update(t.Context(), Options{CacheDir: t.TempDir(), Offline: true}); err == nil {
		t.Error("updated offline")
	}
	if _, err := Update(t.Context(), Options{Source: t.TempDir(), CacheDir: t.TempDir()}); err == nil {
		t.Error("updated a folder")
	}
}

func TestTwoDownloadsAtOnce(t *testing.T) {
	m := newMirror(t, databaseArchive(t, buildDatabase(t)), layerType)
	opts := Options{Mirrors: []string{m.reference}, CacheDir: t.TempDir(), Transport: hurried(nil), Now: now}
	var wg sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		wg.Go(func() { _, errs[i] = Update(t.Context(), opts) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, opts)
	noRemains(t, opts.CacheDir)
}

func TestParseReference(t *testing.T) {
	tests := []struct{ in, want, scheme string }{
		{"ghcr.io/aquasecurity/trivy-db", "ghcr.io/aquasecurity/trivy-db:2", "https"},
		{"ghcr.io/a/b:9", "ghcr.io/a/b:9", "https"},
		{"lab.example/a/b:2", "lab.example/a/b:2", "http"},
	}
	for _, tt := range tests {
		ref, err := parseReference(tt.in, []string{"lab.example"})
		if err != nil || ref.Name() != tt.want || ref.Context().Scheme() != tt.scheme {
			t.Errorf("%s: %v %v", tt.in, ref, err)
		}
	}
	if _, err := parseReference("Not A Reference", nil); err == nil {
		t.Error("no error")
	}
}

func TestRetryAfter(t *testing.T) {
	tests := map[string]time.Duration{
		"":                              0,
		"5":                             5 * time.Second,
		"-5":                            0,
		"99999999999":                   0,
		"9999999":                       24 * time.Hour,
		"Wed, 01 Jul 2026 12:00:30 GMT": 30 * time.Second,
		"Wed, 01 Jul 2020 12:00:30 GMT": 0,
		"soon":                          0,
	}
	for header, want := range tests {
		if got := retryAfter(header, now); got != want && !(header == "99999999999" && got == 24*time.Hour) {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
}
