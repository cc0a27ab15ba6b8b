package image_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/org/imgscan-action/internal/image"
	"github.com/org/imgscan-action/internal/imagetest"
)

// layout writes an image as a layout folder and gives the path of the first
// layer's blob in it.
func layout(t *testing.T, text string) (dir, blob string) {
	t.Helper()
	built := imagetest.Must(t, text)
	dir = filepath.Join(t.TempDir(), "layout")
	ok(t, imagetest.WriteLayout(dir, imagetest.LayoutEntry{Add: built}))
	m, err := built.Manifest()
	ok(t, err)
	return dir, filepath.Join(dir, "blobs", "sha256", m.Layers[0].Digest.Hex)
}

func TestDamagedLayers(t *testing.T) {
	for _, compression := range []string{"none", "gzip", "zstd"} {
		text := "-- image --\ncompression: " + compression + "\n-- base/file --\n" + strings.Repeat("some content\n", 5000)
		for _, tt := range []struct {
			name   string
			damage func(content []byte) []byte
		}{
			{"flipped bit", func(c []byte) []byte { c[len(c)/2] ^= 1; return c }},
			{"cut short", func(c []byte) []byte { return c[:len(c)/2] }},
			{"longer", func(c []byte) []byte { return append(c, "more"...) }},
		} {
			t.Run(compression+" "+tt.name, func(t *testing.T) {
				dir, blob := layout(t, text)
				content, err := os.ReadFile(blob)
				ok(t, err)
				ok(t, os.WriteFile(blob, tt.damage(content), 0o600))
				l := open(t, dir, options(t)).Layers()[0]
				err = drain(t.Context(), l)
				if err == nil || !strings.Contains(err.Error(), l.DiffID()) {
					t.Errorf("error %v, want one that names the layer", err)
				}
			})
		}
	}
}

// drain reads a layer to its end.
func drain(ctx context.Context, l *image.Layer) error {
	rc, err := l.Open(ctx)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, rc)
	return errors.Join(err, rc.Close())
}

// TestWrongDiffID is about a blob that is what the manifest says and not what the
// configuration says.
func TestWrongDiffID(t *testing.T) {
	for _, compression := range []string{"none", "gzip", "zstd"} {
		archive := filepath.Join(t.TempDir(), "app.tar")
		ok(t, imagetest.WriteDockerArchive(archive, imagetest.Legacy, imagetest.Tagged{Image: imagetest.Must(t, twoLayers)}))
		changed := rewrite(t, archive, func(name string, content []byte) []byte {
			if !strings.HasSuffix(name, "layer.tar") {
				return content
			}
			other, err := (&imagetest.Layer{Files: []imagetest.File{{Path: "other"}}}).Tar()
			ok(t, err)
			other, err = imagetest.Compress(other, imagetest.Compression(compression))
			ok(t, err)
			return other
		})
		_, err := read(t, open(t, changed, options(t)).Layers()[0])
		if err == nil || !strings.Contains(err.Error(), "not what the image configuration lists") {
			t.Errorf("%s: error %v", compression, err)
		}
	}
}

func TestExpansionLimit(t *testing.T) {
	dir, blob := layout(t, "-- base/zeros --\n"+strings.Repeat("\n", 1<<20))
	info, err := os.Stat(blob)
	ok(t, err)
	if info.Size() > 16<<10 {
		t.Fatalf("the layer compresses to %d bytes only", info.Size())
	}
	opts := options(t)
	opts.MaxLayer = 1 << 20
	_, err = read(t, open(t, dir, opts).Layers()[0])
	if err == nil || !strings.Contains(err.Error(), "expands to more than 1048576 bytes") {
		t.Errorf("error %v", err)
	}
}

func TestCompressedArchiveLimit(t *testing.T) {
	archive := filepath.Join(t.TempDir(), "app.tar")
	ok(t, imagetest.WriteDockerArchive(archive, imagetest.Legacy, imagetest.Tagged{Image: imagetest.Must(t, twoLayers)}))
	ok(t, imagetest.CompressFile(archive, archive+".gz", imagetest.Gzip))
	opts := options(t)
	opts.MaxLayer = 4096
	_, err := image.Open(t.Context(), archive+".gz", opts)
	if err == nil || !strings.Contains(err.Error(), "it has more than 4096 bytes") {
		t.Errorf("error %v", err)
	}
}

func TestCancelledRead(t *testing.T) {
	dir, _ := layout(t, "-- image --\ncompression: none\n-- base/zeros --\n"+strings.Repeat("\n", 1<<20))
	ctx, cancel := context.WithCancel(t.Context())
	rc, err := open(t, dir, options(t)).Layers()[0].Open(ctx)
	ok(t, err)
	defer rc.Close()
	cancel()
	if _, err = io.Copy(io.Discard, rc); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}

func TestForeignLayers(t *testing.T) {
	const text = `
-- image --
platform: windows/amd64
-- base foreign url=https://user:secret@example.com/layer?sig=secret --
-- base/Files/Windows/x --
-- app/Files/app --
`
	built := imagetest.Must(t, text)
	manifest, err := built.Manifest()
	ok(t, err)
	dir := filepath.Join(t.TempDir(), "layout")
	ok(t, imagetest.WriteLayout(dir, imagetest.LayoutEntry{Add: built}))
	reg := imagetest.NewRegistry(t)
	reg.MustPush(t, "windows:1", built) // without the foreign layer, as docker push does
	opts := options(t)
	opts.Insecure = []string{reg.Host}

	if l := open(t, dir, opts).Layers()[0]; !l.Foreign() || len(content(t, l)) != 1 {
		t.Error("a foreign layer that is stored was not read")
	}
	ok(t, imagetest.RemoveBlob(dir, manifest.Layers[0].Digest.String()))
	for _, ref := range []string{dir, reg.Host + "/windows:1"} {
		layers := open(t, ref, opts).Layers()
		_, err = layers[0].Open(t.Context())
		var foreign *image.ForeignError
		if !errors.As(err, &foreign) {
			t.Fatalf("%s: error %v, want a *ForeignError", ref, err)
		}
		if strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "example.com/layer") {
			t.Errorf("%s: error %q", ref, err)
		}
		if diff := cmp.Diff([]string{"Files/app"}, content(t, layers[1])); diff != "" {
			t.Errorf("%s (-want +got):\n%s", ref, diff)
		}
	}
}

func TestMissingLayer(t *testing.T) {
	dir, blob := layout(t, twoLayers)
	ok(t, os.Remove(blob))
	if _, err := image.Open(t.Context(), dir, options(t)); err == nil || !strings.Contains(err.Error(), "listed and not stored") {
		t.Errorf("error %v", err)
	}
}

func TestEncryptedLayer(t *testing.T) {
	dir := changedManifest(t, func(m *v1.Manifest) { m.Layers[0].MediaType += "+encrypted" })
	_, err := open(t, dir, options(t)).Layers()[0].Open(t.Context())
	if err == nil || !strings.Contains(err.Error(), "is encrypted") {
		t.Errorf("error %v", err)
	}
}

func TestBadManifests(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*v1.Manifest)
		want   string
	}{
		{"a layer too many", func(m *v1.Manifest) { m.Layers = append(m.Layers, m.Layers[0]) }, "lists 2 layers and the manifest lists 3"},
		{"huge configuration", func(m *v1.Manifest) { m.Config.Size = 1 << 40 }, "more than 8388608"},
		{"an artifact", func(m *v1.Manifest) { m.Config = m.Layers[0]; m.Config.MediaType = "application/vnd.helm" }, `artifact of type "application/vnd.helm"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := changedManifest(t, tt.change)
			_, err := image.Open(t.Context(), dir, options(t))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

func TestHistoryThatDoesNotFit(t *testing.T) {
	dir, _ := layout(t, "-- image --\nhistory: none\n-- base/etc/passwd --\n")
	if created := open(t, dir, options(t)).Layers()[0].CreatedBy(); created != "" {
		t.Errorf("created by %q, want nothing", created)
	}
}

// changedManifest is a layout whose manifest was changed after the fact, with
// index.json following.
func changedManifest(t *testing.T, change func(*v1.Manifest)) string {
	t.Helper()
	built := imagetest.Must(t, twoLayers)
	dir := filepath.Join(t.TempDir(), "layout")
	ok(t, imagetest.WriteLayout(dir, imagetest.LayoutEntry{Add: built}))
	m, err := built.Manifest()
	ok(t, err)
	m = m.DeepCopy()
	change(m)
	raw, err := json.Marshal(m)
	ok(t, err)
	writeManifest(t, dir, raw)
	return dir
}

// writeManifest makes raw the only thing that a layout's index.json lists.
func writeManifest(t *testing.T, dir string, raw []byte) {
	t.Helper()
	h, size, err := v1.SHA256(strings.NewReader(string(raw)))
	ok(t, err)
	ok(t, os.WriteFile(filepath.Join(dir, "blobs", "sha256", h.Hex), raw, 0o600))
	index, err := json.Marshal(v1.IndexManifest{SchemaVersion: 2, Manifests: []v1.Descriptor{{Digest: h, Size: size}}})
	ok(t, err)
	ok(t, os.WriteFile(filepath.Join(dir, "index.json"), index, 0o600))
}
