package vulndb

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFilesDoNotShadowReferences is that a database in a folder that is named like
// a reference is not taken for the one in the registry.
func TestFilesDoNotShadowReferences(t *testing.T) {
	dir := buildDatabase(t)
	content := make(map[string][]byte)
	for _, name := range []string{databaseFile, metadataFile} {
		var err error
		if content[name], err = os.ReadFile(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	m := newMirror(t, databaseArchive(t, dir), layerType)
	t.Chdir(t.TempDir())
	plant := func(folder string) {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		for name, c := range content {
			if err := os.WriteFile(filepath.Join(folder, name), c, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	untagged := strings.TrimSuffix(m.reference, ":2")
	for _, folder := range []string{m.reference, untagged, "word", "some/words", "1.2/database", "trivy-db:2", ".cache/db"} {
		plant(folder)
	}

	opts := Options{CacheDir: t.TempDir(), Transport: hurried(nil), Now: now}
	opts.Source = m.reference
	opened := mustOpen(t, opts)
	if opened.Info.Source != m.reference || m.requests.Load() == 0 {
		t.Errorf("opened %s after %d requests", opened.Info.Source, m.requests.Load())
	}
	if err := opened.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := Update(t.Context(), opts); err != nil || info.Source != m.reference {
		t.Errorf("updated %+v, %v", info, err)
	}

	// It can be used by a path, and words still are paths.
	before := m.requests.Load()
	for _, source := range []string{"./" + m.reference, "./trivy-db:2", "./1.2/database", "word", "some/words", ".cache/db"} {
		opts.Source = source
		found, err := locate(t.Context(), opts)
		if err != nil || found.info.Source != source {
			t.Errorf("%s: located %q, %v", source, found.info.Source, err)
		}
		if _, err := Update(t.Context(), opts); err == nil || !strings.Contains(err.Error(), "is on disk") {
			t.Errorf("%s: updated with error %v", source, err)
		}
	}
	if got := m.requests.Load(); got != before {
		t.Errorf("the registry was asked %d times for what is on disk", got-before)
	}

	// A reference that is not found says how to name the path.
	m.set(func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(http.StatusNotFound)
		return true
	})
	for _, source := range []string{m.reference, untagged} {
		opts.Source, opts.CacheDir = source, t.TempDir()
		_, err := locate(t.Context(), opts)
		if err == nil || !strings.Contains(err.Error(), `write "./`+source+`" for`) {
			t.Errorf("%s: %v", source, err)
		}
	}
	opts.Offline = true
	opts.Source, opts.CacheDir = "trivy-db:2", t.TempDir()
	if _, err := locate(t.Context(), opts); err == nil || !strings.Contains(err.Error(), `write "./trivy-db:2" for`) {
		t.Errorf("offline: %v", err)
	}
	opts.Source = "trivy-db:3"
	if _, err := locate(t.Context(), opts); err == nil || strings.Contains(err.Error(), "./") {
		t.Errorf("no such path: %v", err)
	}
	for _, source := range []string{"./absent", "/absent/db", ".absent", "absent.tar.gz", "absent/db.tgz"} {
		opts.Source = source
		if _, err := locate(t.Context(), opts); err == nil || !strings.Contains(err.Error(), "there is no database at") {
			t.Errorf("%s: %v", source, err)
		}
	}
}
