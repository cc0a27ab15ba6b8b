package bench

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

// testArchive is a docker archive of two layers of random bytes.
func testArchive(t *testing.T) (string, v1.Image) {
	t.Helper()
	img, err := random.Image(5000, 2)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "image.tar")
	if err := tarball.WriteToFile(path, name.MustParseReference("bench/random:1"), img); err != nil {
		t.Fatal(err)
	}
	return path, img
}

func TestConvertArchive(t *testing.T) {
	archive, img := testArchive(t)
	want, err := img.ConfigName()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []Compression{Gzip, Zstd} {
		t.Run(string(c), func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "layout")
			if err := convertArchive(archive, dir, c); err != nil {
				t.Fatal(err)
			}
			index, err := layout.ImageIndexFromPath(dir)
			if err != nil {
				t.Fatal(err)
			}
			digest, manifest, err := layoutManifest(dir)
			if err != nil {
				t.Fatal(err)
			}
			converted, err := index.Image(digest)
			if err != nil {
				t.Fatal(err)
			}
			// validate knows gzip only; Limit reads both.
			if c == Gzip {
				if err := validate.Image(converted); err != nil {
					t.Error(err)
				}
			}
			if manifest.Config.Digest != want {
				t.Errorf("configuration is %s, want %s: the same layers", manifest.Config.Digest, want)
			}
			if got := manifest.Layers[1].MediaType; got != c.mediaType() {
				t.Errorf("media type is %s", got)
			}
			if err := Limit(t.Context(), dir, c); err != nil {
				t.Errorf("reading it through: %v", err)
			}
		})
	}
}

// The limit is no limit if it does not notice that it read something else.
func TestLimitChecks(t *testing.T) {
	archive, _ := testArchive(t)
	dir := filepath.Join(t.TempDir(), "layout")
	if err := convertArchive(archive, dir, Gzip); err != nil {
		t.Fatal(err)
	}
	_, manifest, err := layoutManifest(dir)
	if err != nil {
		t.Fatal(err)
	}
	blob := blobFile(dir, manifest.Layers[0].Digest)
	content, err := os.ReadFile(blob)
	if err != nil {
		t.Fatal(err)
	}
	content[4] ^= 1 // the date in gzip's header
	if err := os.WriteFile(blob, content, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Limit(t.Context(), dir, Gzip); err == nil {
		t.Error("no error for a blob that was changed")
	}
}

func TestRegistry(t *testing.T) {
	archive, _ := testArchive(t)
	dir := filepath.Join(t.TempDir(), "layout")
	if err := convertArchive(archive, dir, Gzip); err != nil {
		t.Fatal(err)
	}
	host, stop, err := registry{"app": dir}.start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	img, err := pull(t, host+"/app:1")
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Image(img); err != nil {
		t.Error(err)
	}
	got, err := img.Digest()
	if err != nil {
		t.Fatal(err)
	}
	want, _, err := layoutManifest(dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("digest (-want +got):\n%s", diff)
	}
	for _, missing := range []string{"/other:1", "/app@sha256:" + strings.Repeat("0", 64)} {
		if _, err := pull(t, host+missing); err == nil {
			t.Errorf("the registry has %q", missing)
		}
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func pull(t *testing.T, reference string) (v1.Image, error) {
	t.Helper()
	ref, err := name.ParseReference(reference)
	if err != nil {
		t.Fatal(err)
	}
	return remote.Image(ref, remote.WithContext(t.Context()))
}

func TestSynthetic(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "layout")
	shape := Shape{Layers: 3, Files: 10, Packages: 5}
	if err := writeSynthetic(dir, shape); err != nil {
		t.Fatal(err)
	}
	index, err := layout.ImageIndexFromPath(dir)
	if err != nil {
		t.Fatal(err)
	}
	digest, _, err := layoutManifest(dir)
	if err != nil {
		t.Fatal(err)
	}
	img, err := index.Image(digest)
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Image(img); err != nil {
		t.Fatal(err)
	}
	// The release and dpkg's list, three packages of npm's, and the files.
	if got, want := countFiles(t, img), 2+3+10; got != want {
		t.Errorf("it has %d files, want %d", got, want)
	}
}
