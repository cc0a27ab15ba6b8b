package vulndb

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"

	"github.com/aquasecurity/trivy-db/pkg/db"
)

func TestOpenFolder(t *testing.T) {
	dir := buildDatabase(t)
	opened := mustOpen(t, Options{Source: dir, Now: now})
	if !opened.Info.Built.Equal(now) || opened.Info.Source != dir || !strings.HasPrefix(opened.Info.Digest, "sha256:") {
		t.Errorf("info: %+v", opened.Info)
	}
	got, err := db.Config{}.GetAdvisories("alpine 3.10", "musl")
	if err != nil || len(got) != 2 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestOpenReadOnlyFolder(t *testing.T) {
	dir := buildDatabase(t)
	for path, mode := range map[string]fs.FileMode{filepath.Join(dir, databaseFile): 0o400, dir: 0o500} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o700) })
	mustOpen(t, Options{Source: dir, Now: now})
}

func TestOneDatabaseAtATime(t *testing.T) {
	dir := buildDatabase(t)
	first := mustOpen(t, Options{Source: dir, Now: now})
	if _, err := Open(t.Context(), Options{Source: dir, Now: now}); !errors.Is(err, ErrOpen) {
		t.Errorf("second Open: %v", err)
	}
	if _, err := Build(t.Context(), BuildOptions{}); !errors.Is(err, ErrOpen) {
		t.Errorf("Build: %v", err)
	}
	if err := errors.Join(first.Close(), first.Close()); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, Options{Source: dir, Now: now})
}

func TestOpenRefuses(t *testing.T) {
	whole := func(t *testing.T) string { return buildDatabase(t) }
	edit := func(name string, change func([]byte) []byte) func(*testing.T) string {
		return func(t *testing.T) string {
			dir := buildDatabase(t)
			path := filepath.Join(dir, name)
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, change(content), 0o600); err != nil {
				t.Fatal(err)
			}
			return dir
		}
	}
	remove := func(name string) func(*testing.T) string {
		return func(t *testing.T) string {
			dir := whole(t)
			if err := os.Remove(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
			return dir
		}
	}
	to := func(s string) func([]byte) []byte { return func([]byte) []byte { return []byte(s) } }
	tests := []struct {
		name string
		dir  func(*testing.T) string
		want string
	}{
		{"truncated", edit(databaseFile, func(b []byte) []byte { return b[:len(b)/2] }), "truncated"},
		{"cut within the header", edit(databaseFile, func(b []byte) []byte { return b[:100] }), "broken"},
		{"zeroes", edit(databaseFile, func(b []byte) []byte { clear(b); return b }), "broken"},
		{"empty", edit(databaseFile, to("")), "empty"},
		{"text", edit(databaseFile, to("hello")), "broken"},
		{"no database", remove(databaseFile), "holds neither trivy.db nor an OCI layout"},
		{"no metadata", remove(metadataFile), "has no metadata.json"},
		{"broken metadata", edit(metadataFile, to("{")), "metadata.json"},
		{"old schema", edit(metadataFile, to(`{"Version":1}`)), "schema version 1: this program reads version 2"},
		{"new schema", edit(metadataFile, to(`{"Version":3}`)), "schema version 3"},
		{"no such folder", func(*testing.T) string { return "./nowhere" }, `there is no database at "./nowhere"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := tt.dir(t)
			db, err := Open(t.Context(), Options{Source: dir, CacheDir: t.TempDir(), Now: now})
			if err == nil {
				_ = db.Close()
				t.Fatal("no error")
			}
			if !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if tt.name == "truncated" && !exists(filepath.Join(dir, databaseFile)) {
				t.Error("the user's file is gone")
			}
		})
	}
}

func TestOpenLayoutAndArchives(t *testing.T) {
	dir := buildDatabase(t)
	blob := databaseArchive(t, dir)

	asLayout := t.TempDir()
	index, err := layout.Write(asLayout, empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	if err := index.AppendImage(artifact(t, layerType, blob)); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	var order []string
	err = filepath.WalkDir(asLayout, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, _ := filepath.Rel(asLayout, path)
		order = append(order, name)
		files[name], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	layoutTar := filepath.Join(t.TempDir(), "layout.tar.gz")
	plain := filepath.Join(t.TempDir(), "db.tar.gz")
	for path, content := range map[string][]byte{layoutTar: archive(t, files, order...), plain: blob} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}

	for name, source := range map[string]string{"layout": asLayout, "layout archive": layoutTar, "oras archive": plain} {
		t.Run(name, func(t *testing.T) {
			cacheDir := t.TempDir()
			for range 2 { // the second time from the cache
				db := mustOpen(t, Options{Source: source, CacheDir: cacheDir, Offline: true, Now: now})
				if db.Info.Source != source || !db.Info.Built.Equal(now) {
					t.Errorf("info: %+v", db.Info)
				}
				if err := db.Close(); err != nil {
					t.Fatal(err)
				}
			}
			noRemains(t, cacheDir)
		})
	}
}

func TestArchiveStaysInItsFolder(t *testing.T) {
	files := map[string][]byte{"../../evil": []byte("x"), "blobs/sha256/../../evil": []byte("x"), databaseFile: []byte("x")}
	path := filepath.Join(t.TempDir(), "db.tar.gz")
	if err := os.WriteFile(path, archive(t, files, "../../evil", "blobs/sha256/../../evil", databaseFile), 0o600); err != nil {
		t.Fatal(err)
	}
	cacheDir := t.TempDir()
	if _, err := Open(t.Context(), Options{Source: path, CacheDir: cacheDir, Now: now}); err == nil {
		t.Error("no error")
	}
	noRemains(t, cacheDir)
}

// noRemains fails when the cache holds anything that is not finished.
func noRemains(t *testing.T, cacheDir string) {
	t.Helper()
	for _, pattern := range []string{workPrefix + "*", "*evil*"} {
		found, err := filepath.Glob(filepath.Join(cacheDir, "db", pattern))
		if err != nil || len(found) > 0 {
			t.Errorf("left behind: %v %v", found, err)
		}
	}
}
