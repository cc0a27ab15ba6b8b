package image_test

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/org/imgscan-action/internal/image"
	"github.com/org/imgscan-action/internal/imagetest"
)

// rewrite copies an archive, changing the content of its files.
func rewrite(t *testing.T, path string, change func(name string, content []byte) []byte) string {
	t.Helper()
	f, err := os.Open(path)
	ok(t, err)
	defer f.Close()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for r := tar.NewReader(f); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		ok(t, err)
		content, err := io.ReadAll(r)
		ok(t, err)
		if h.Typeflag == tar.TypeReg {
			content = change(h.Name, content)
			h.Size = int64(len(content))
		}
		ok(t, w.WriteHeader(h))
		_, err = w.Write(content)
		ok(t, err)
	}
	ok(t, w.Close())
	changed := filepath.Join(t.TempDir(), "changed.tar")
	ok(t, os.WriteFile(changed, out.Bytes(), 0o600))
	return changed
}

// writeTar writes an archive of links and files: "name" to content, or to "->"
// and a target.
func writeTar(t *testing.T, entries ...[2]string) string {
	t.Helper()
	l := imagetest.Layer{}
	for _, e := range entries {
		f := imagetest.File{Path: e[0], Content: []byte(e[1])}
		if target, ok := strings.CutPrefix(e[1], "->"); ok {
			f = imagetest.File{Path: e[0], Symlink: target}
		}
		l.Files = append(l.Files, f)
	}
	content, err := l.Tar()
	ok(t, err)
	path := filepath.Join(t.TempDir(), "made.tar")
	ok(t, os.WriteFile(path, content, 0o600))
	return path
}

func TestHostileArchives(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	ok(t, os.WriteFile(secret, []byte(`{"rootfs":{}}`), 0o600))
	image1 := `[{"Config":"config.json","Layers":[]}]`
	for _, tt := range []struct {
		name    string
		entries [][2]string
		want    string
	}{
		{"link out of the archive", [][2]string{{"manifest.json", image1}, {"config.json", "->" + secret}}, "file does not exist"},
		{"climbing link", [][2]string{{"manifest.json", image1}, {"config.json", "->../../../../../.." + secret}}, "file does not exist"},
		{"links in a circle", [][2]string{{"manifest.json", image1}, {"config.json", "->other"}, {"other", "->config.json"}}, "too many links"},
		{"climbing path", [][2]string{{"manifest.json", `[{"Config":"../config.json","Layers":[]}]`}, {"../config.json", "{}"}}, "not a path inside the image"},
		{"absolute layer path", [][2]string{{"manifest.json", `[{"Config":"config.json","Layers":["/etc/passwd"]}]`}, {"config.json", `{"rootfs":{"diff_ids":["sha256:` + strings.Repeat("a", 64) + `"]}}`}}, "not a path inside the image"},
		{"no images", [][2]string{{"manifest.json", `[]`}}, "lists no image"},
		{"no JSON", [][2]string{{"manifest.json", `[{]`}}, "parsing"},
		{"huge manifest", [][2]string{{"manifest.json", strings.Repeat(" ", 9<<20)}}, "more than 8388608"},
		{"malformed digest", [][2]string{{"manifest.json", image1}, {"config.json", `{"rootfs":{"diff_ids":["sha256:../../x"]}}`}}, "parsing the image configuration"},
		{"empty index", [][2]string{{"index.json", `{"manifests":[]}`}}, "there is no container image"},
		{"malformed digest in an index", [][2]string{{"index.json", `{"manifests":[{"digest":"sha256:../../../../etc/passwd"}]}`}}, "parsing"},
		{"no digest in an index", [][2]string{{"index.json", `{"manifests":[{"size":1}]}`}}, "not a path inside the image"},
		{"manifest and index at once", [][2]string{{"index.json", `{"manifests":[],"layers":[],"config":{}}`}}, "a manifest and an index at once"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := image.Open(t.Context(), writeTar(t, tt.entries...), options(t))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

// TestNestedIndexes is about a chain of indexes, each inside the next.
func TestNestedIndexes(t *testing.T) {
	for depth, want := range map[int]string{3: "", 20: "nested more than"} {
		dir := changedManifest(t, func(*v1.Manifest) {})
		raw, err := os.ReadFile(filepath.Join(dir, "index.json"))
		ok(t, err)
		for range depth {
			writeManifest(t, dir, raw)
			raw, err = os.ReadFile(filepath.Join(dir, "index.json"))
			ok(t, err)
		}
		_, err = image.Open(t.Context(), dir, options(t))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("depth %d: error %v, want %q", depth, err, want)
		}
	}
}

// TestWideIndex is about an index with more manifests than anyone has.
func TestWideIndex(t *testing.T) {
	dir := changedManifest(t, func(*v1.Manifest) {})
	index := v1.IndexManifest{SchemaVersion: 2}
	for i := range 20_000 {
		index.Manifests = append(index.Manifests, v1.Descriptor{
			MediaType: types.OCIManifestSchema1,
			Digest:    v1.Hash{Algorithm: "sha256", Hex: fmt.Sprintf("%064x", i)},
		})
	}
	raw, err := json.Marshal(index)
	ok(t, err)
	writeManifest(t, dir, raw)
	_, err = image.Open(t.Context(), dir, options(t))
	if err == nil || !strings.Contains(err.Error(), "more than 10000 manifests") {
		t.Errorf("error %v", err)
	}
}

// FuzzOpenArchive opens any bytes as an archive and reads what comes out: it may
// fail in every way but hang, panic or leave the archive.
func FuzzOpenArchive(f *testing.F) {
	dir := f.TempDir()
	built, err := imagetest.BuildText(twoLayers)
	if err != nil {
		f.Fatal(err)
	}
	for _, style := range []imagetest.ArchiveStyle{imagetest.Legacy, imagetest.Modern} {
		var b bytes.Buffer
		if err := imagetest.SaveDockerArchive(&b, style, imagetest.Tagged{Ref: "app:1", Image: built}); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
		compressed, err := imagetest.Compress(b.Bytes(), imagetest.Zstd)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(compressed)
	}
	oci := filepath.Join(dir, "oci.tar")
	if err := imagetest.WriteOCIArchive(oci, imagetest.LayoutEntry{Add: built}); err != nil {
		f.Fatal(err)
	}
	content, err := os.ReadFile(oci)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(content)
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "fuzz.tar")
		ok(t, os.WriteFile(path, content, 0o600))
		opts := options(t)
		opts.MaxLayer = 1 << 20
		img, err := image.Open(t.Context(), path, opts)
		if err != nil {
			return
		}
		defer img.Close()
		for _, l := range img.Layers() {
			rc, err := l.Open(t.Context())
			if err != nil {
				continue
			}
			if _, err := io.Copy(io.Discard, rc); err != nil {
				t.Log(err)
			}
			if err := rc.Close(); err != nil {
				t.Log(err) // a decoder tells again what was wrong
			}
		}
	})
}

// FuzzOpenLayout gives the index and the manifest of a layout.
func FuzzOpenLayout(f *testing.F) {
	f.Add([]byte(`{"manifests":[{"digest":"sha256:`+strings.Repeat("0", 64)+`"}]}`), "a:1")
	f.Add([]byte(`{"manifests":[{"platform":{"os":"linux"}},{"annotations":{"org.opencontainers.image.ref.name":"x"}}]}`), "x")
	f.Fuzz(func(t *testing.T, index []byte, selector string) {
		dir := t.TempDir()
		ok(t, os.WriteFile(filepath.Join(dir, "index.json"), index, 0o600))
		img, err := image.Open(t.Context(), "oci-dir:"+dir+":"+selector, options(t))
		if err == nil {
			t.Errorf("opened image %s out of an index alone", img.ID)
		}
	})
}
