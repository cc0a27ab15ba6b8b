package image_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/org/imgscan-action/internal/image"
	"github.com/org/imgscan-action/internal/imagetest"
)

// plant writes an archive under any path of the working folder, as the author of
// a pull request can.
func plant(t *testing.T, path, tag string) {
	t.Helper()
	ok(t, os.MkdirAll(filepath.Dir(path), 0o755))
	ok(t, imagetest.WriteDockerArchive(path, imagetest.Legacy, imagetest.Tagged{Ref: tag, Image: imagetest.Must(t, twoLayers)}))
}

// TestFilesDoNotShadowImages is that a file named like an image reference is not
// taken for the image: neither the one that is scanned nor one that it is compared
// with or stands on.
func TestFilesDoNotShadowImages(t *testing.T) {
	t.Chdir(t.TempDir())
	real := imagetest.Must(t, baseImage)
	digest, err := real.Digest()
	ok(t, err)
	reg := imagetest.NewRegistry(t)
	reg.MustPush(t, "acme/api:pr-7", real)
	reg.MustPush(t, "acme/api:latest", real)
	reg.MustPush(t, "library/word:latest", real)
	opts := options(t)
	opts.Insecure = []string{reg.Host}
	opts.Mirrors = map[string][]string{"docker.io": {reg.Host}, "ghcr.io": {reg.Host}}

	for _, tt := range []struct {
		ref    string
		marked bool // with MarkedPaths
	}{
		{ref: "ghcr.io/acme/api:pr-7"},
		{ref: "ghcr.io/acme/api"},
		{ref: "ghcr.io/acme/api@" + digest.String()},
		{ref: "acme/api:pr-7"},
		{ref: reg.Host + "/acme/api:pr-7"},
		{ref: "word:latest"},
		{ref: "word", marked: true},
	} {
		ok(t, os.RemoveAll("ghcr.io"))
		tag, _, _ := strings.Cut(tt.ref, "@")
		plant(t, tt.ref, tag)
		opts.MarkedPaths = tt.marked
		if img := open(t, tt.ref, opts); img.Digest != digest.String() || img.Source != "registry" {
			t.Errorf("%s: the %s was opened", tt.ref, img.Source)
		}
		opts.Given = []string{tt.ref}
		if img := describe(t, newFinder(t, opts), tt.ref, ""); img.Digest != digest.String() || img.Source != "registry" {
			t.Errorf("%s, as a base: the %s was opened", tt.ref, img.Source)
		}
		opts.Given = nil

		// It can be scanned by a path.
		if img := open(t, "./"+tt.ref, opts); img.Source != "docker archive" {
			t.Errorf("./%s: the %s was opened", tt.ref, img.Source)
		}
	}
	ok(t, os.RemoveAll("word"))
	plant(t, "word", "word:1")
	opts.MarkedPaths = false
	if img := open(t, "word", opts); img.Source != "docker archive" {
		t.Errorf("a plain word: the %s was opened", img.Source)
	}
}

// TestOverlookedPaths is what the error says to a user who means the path, and not
// to one who names an image from outside.
func TestOverlookedPaths(t *testing.T) {
	t.Chdir(t.TempDir())
	reg := imagetest.NewRegistry(t)
	opts := options(t)
	opts.Insecure = []string{reg.Host}
	for _, ref := range []string{reg.Host + "/acme/api:pr-7", reg.Host + "/acme/UPPER"} {
		plant(t, ref, "app:1")
		advice := `write "./` + ref + `" for what is in this folder under that name`
		opts.Given = []string{ref}
		_, openErr := image.Open(t.Context(), ref, opts)
		_, baseErr := newFinder(t, opts).Describe(t.Context(), ref, "")
		for _, err := range []error{openErr, baseErr} {
			if err == nil || !strings.Contains(err.Error(), advice) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s: %v, want %q", ref, err, advice)
			}
		}
		opts.Given = nil
		if _, err := newFinder(t, opts).Describe(t.Context(), ref, ""); err == nil || strings.Contains(err.Error(), "./") {
			t.Errorf("%s, from outside: %v", ref, err)
		}
	}
}
