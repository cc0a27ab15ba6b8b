package vulndb

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

var now = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

// advisories is the repository's set of true advisories.
func advisories(parts ...string) string {
	return filepath.Join(append([]string{"..", "..", "testdata", "advisories"}, parts...)...)
}

// buildDatabase makes a database of a few advisories. As trivy-db has room for one
// open database a process, no test here runs in parallel.
func buildDatabase(t *testing.T) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "built")
	opts := BuildOptions{OSV: []string{advisories("osv", "alpine")}, NVD: []string{advisories("nvd")}, Out: out, Now: now}
	if _, err := Build(t.Context(), opts); err != nil {
		t.Fatal(err)
	}
	return out
}

// archive is a gzipped tar of the named files.
func archive(t *testing.T, files map[string][]byte, order ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	zw := gzip.NewWriter(&b)
	tw := tar.NewWriter(zw)
	for _, name := range order {
		if err := tw.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Size: int64(len(files[name])), Mode: 0o600}); err != nil {
			t.Fatal(err)
		}
		if _, err := tw.Write(files[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := tw.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// databaseArchive is the layer that a registry would serve for the folder.
func databaseArchive(t *testing.T, dir string) []byte {
	t.Helper()
	files := map[string][]byte{"README": []byte("not taken")}
	for _, name := range []string{databaseFile, metadataFile} {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = content
	}
	return archive(t, files, "README", databaseFile, metadataFile)
}

func artifact(t *testing.T, mediaType types.MediaType, layers ...[]byte) v1.Image {
	t.Helper()
	img := mutate.MediaType(empty.Image, types.OCIManifestSchema1)
	for _, layer := range layers {
		var err error
		if img, err = mutate.AppendLayers(img, static.NewLayer(layer, mediaType)); err != nil {
			t.Fatal(err)
		}
	}
	return img
}

// mustOpen opens a database and closes it with the test.
func mustOpen(t *testing.T, opts Options) *DB {
	t.Helper()
	db, err := Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}
