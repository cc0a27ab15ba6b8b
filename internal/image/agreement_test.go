package image_test

import (
	"archive/tar"
	"encoding/json"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/org/imgscan-action/internal/image"
	"github.com/org/imgscan-action/internal/imagetest"
)

// changeIndex edits the index.json of a layout.
func changeIndex(t *testing.T, dir string, change func(*v1.IndexManifest)) {
	t.Helper()
	path := filepath.Join(dir, "index.json")
	raw, err := os.ReadFile(path)
	ok(t, err)
	var index v1.IndexManifest
	ok(t, json.Unmarshal(raw, &index))
	change(&index)
	raw, err = json.Marshal(index)
	ok(t, err)
	ok(t, os.WriteFile(path, raw, 0o600))
}

// archiveWithBoth is an archive with the images of manifest.json and, after them,
// the files of a layout.
func archiveWithBoth(t *testing.T, dir string, docker ...imagetest.Tagged) string {
	t.Helper()
	legacy := filepath.Join(t.TempDir(), "legacy.tar")
	ok(t, imagetest.WriteDockerArchive(legacy, imagetest.Legacy, docker...))
	f, err := os.Open(legacy)
	ok(t, err)
	defer f.Close()
	files := make(map[string]string)
	for r := tar.NewReader(f); ; {
		h, err := r.Next()
		if err != nil {
			break
		}
		var b strings.Builder
		_, err = io.Copy(&b, r)
		ok(t, err)
		files[h.Name] = b.String()
		if h.Typeflag == tar.TypeSymlink {
			files[h.Name] = "->" + h.Linkname
		}
	}
	layout := os.DirFS(dir)
	ok(t, fs.WalkDir(layout, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(layout, path)
		files[path] = string(content)
		return err
	}))
	var entries [][2]string
	for _, name := range slices.Sorted(maps.Keys(files)) {
		entries = append(entries, [2]string{name, files[name]})
	}
	return writeTar(t, entries...)
}

// TestTwoDescriptions is about archives that have Docker's manifest.json and an
// OCI layout. What loads them looks at one of the two.
func TestTwoDescriptions(t *testing.T) {
	on := func(platform, content string) v1.Image {
		return imagetest.Must(t, "-- image --\nplatform: "+platform+"\n-- base/etc/content --\n"+content+"\n")
	}
	harmless, evil, other := on("linux/amd64", "harmless"), on("linux/amd64", "evil"), on("linux/amd64", "other")
	arm, evilArm := on("linux/arm64", "arm"), on("linux/arm64", "evil arm")
	armV7 := on("linux/arm/v7", "arm v7")
	index := func(images ...v1.Image) v1.ImageIndex {
		made, err := imagetest.Index(images...)
		ok(t, err)
		return made
	}
	amd64, arm64 := &v1.Platform{OS: "linux", Architecture: "amd64"}, &v1.Platform{OS: "linux", Architecture: "arm64"}
	tagged := func(ref string, img v1.Image) imagetest.Tagged { return imagetest.Tagged{Ref: ref, Image: img} }
	named := func(d *v1.Descriptor, name string) {
		d.Annotations = map[string]string{"io.containerd.image.name": name}
	}
	const twoImages = "it holds two different images as one"

	for _, tt := range []struct {
		name     string
		docker   []imagetest.Tagged
		oci      []imagetest.LayoutEntry
		change   func(*v1.IndexManifest)
		selector string
		want     string // in the error; empty when the archive is read
	}{
		{name: "one image", docker: []imagetest.Tagged{tagged("app:1", harmless)}, oci: []imagetest.LayoutEntry{{Add: harmless}}},
		{name: "another image", docker: []imagetest.Tagged{tagged("app:1", harmless)}, oci: []imagetest.LayoutEntry{{Add: evil}}, want: twoImages},
		{name: "another image without a name", docker: []imagetest.Tagged{tagged("", harmless)}, oci: []imagetest.LayoutEntry{{Add: evil}}, want: twoImages},
		{name: "several platforms", docker: []imagetest.Tagged{tagged("app:1", harmless)}, oci: []imagetest.LayoutEntry{{Add: index(arm, harmless, armV7)}}},
		{name: "several platforms, flat", docker: []imagetest.Tagged{tagged("app:1", harmless)}, oci: []imagetest.LayoutEntry{{Add: arm}, {Add: harmless}}},
		{name: "several platforms, of another image", docker: []imagetest.Tagged{tagged("app:1", harmless)}, oci: []imagetest.LayoutEntry{{Add: index(arm, evil)}}, want: twoImages},
		{name: "only other platforms", docker: []imagetest.Tagged{tagged("app:1", harmless)}, oci: []imagetest.LayoutEntry{{Add: index(arm, evilArm)}}, want: twoImages},
		{
			name: "a variant that only the index tells", docker: []imagetest.Tagged{tagged("app:1", on("linux/arm", "arm"))},
			oci: []imagetest.LayoutEntry{{Add: armV7}, {Add: on("linux/arm", "arm")}},
			change: func(i *v1.IndexManifest) {
				i.Manifests[1].Platform = &v1.Platform{OS: "linux", Architecture: "arm", Variant: "v6"}
			},
		},
		{name: "the first of a platform is taken", docker: []imagetest.Tagged{tagged("app:1", harmless)}, oci: []imagetest.LayoutEntry{{Add: index(evil, harmless)}}, want: twoImages},
		{name: "the second of a platform is not taken", docker: []imagetest.Tagged{tagged("app:1", harmless)}, oci: []imagetest.LayoutEntry{{Add: index(harmless, evil)}}},
		{
			name: "listed for another platform than it is for", docker: []imagetest.Tagged{tagged("app:1", harmless)},
			oci:    []imagetest.LayoutEntry{{Add: harmless}, {Add: evilArm}},
			change: func(i *v1.IndexManifest) { i.Manifests[0].Platform, i.Manifests[1].Platform = arm64, amd64 },
			want:   twoImages,
		},
		{
			name: "listed twice", docker: []imagetest.Tagged{tagged("app:1", harmless)},
			oci: []imagetest.LayoutEntry{{Add: evil}, {Add: harmless}},
			change: func(i *v1.IndexManifest) {
				again := i.Manifests[0]
				i.Manifests[0].Platform, again.Platform = arm64, amd64
				i.Manifests = slices.Insert(i.Manifests, 1, again)
			},
			want: twoImages,
		},
		{
			name: "called an attestation", docker: []imagetest.Tagged{tagged("app:1", harmless)},
			oci: []imagetest.LayoutEntry{{Add: evil}, {Add: harmless}},
			change: func(i *v1.IndexManifest) {
				i.Manifests[0].Platform = amd64
				i.Manifests[0].Annotations = map[string]string{"vnd.docker.reference.type": "attestation-manifest"}
			},
			want: twoImages,
		},
		{
			name: "an attestation", docker: []imagetest.Tagged{tagged("app:1", harmless)},
			oci: []imagetest.LayoutEntry{{Add: other}, {Add: harmless}},
			change: func(i *v1.IndexManifest) {
				i.Manifests[0].Platform = &v1.Platform{OS: "unknown", Architecture: "unknown"}
			},
		},
		{
			name: "two images", docker: []imagetest.Tagged{tagged("app:1", harmless), tagged("other:1", other)}, selector: "app:1",
			oci: []imagetest.LayoutEntry{{Add: harmless}, {Add: other}},
			change: func(i *v1.IndexManifest) {
				named(&i.Manifests[0], "docker.io/library/app:1")
				named(&i.Manifests[1], "docker.io/library/other:1")
			},
		},
		{
			name: "two images without names", docker: []imagetest.Tagged{tagged("app:1", harmless), tagged("other:1", other)}, selector: "other:1",
			oci: []imagetest.LayoutEntry{{Add: harmless}, {Add: other}},
		},
		{
			name: "two images with each other's names", docker: []imagetest.Tagged{tagged("app:1", harmless), tagged("other:1", other)}, selector: "app:1",
			oci: []imagetest.LayoutEntry{{Add: harmless}, {Add: other}},
			change: func(i *v1.IndexManifest) {
				named(&i.Manifests[1], "docker.io/library/app:1")
				named(&i.Manifests[0], "docker.io/library/other:1")
			},
			want: twoImages,
		},
		{
			name: "the name is another image's", docker: []imagetest.Tagged{tagged("app:1", harmless)},
			oci: []imagetest.LayoutEntry{{Add: harmless}, {Add: evil}},
			change: func(i *v1.IndexManifest) {
				i.Manifests[1].Annotations = map[string]string{"org.opencontainers.image.ref.name": "docker.io/library/app:1"}
			},
			want: twoImages,
		},
		{
			name: "nothing is stored of it", docker: []imagetest.Tagged{tagged("app:1", harmless)}, oci: []imagetest.LayoutEntry{{Add: evil}},
			change: func(i *v1.IndexManifest) { i.Manifests[0].Digest.Hex = strings.Repeat("0", 64) },
		},
		{
			name: "no images", docker: []imagetest.Tagged{tagged("app:1", harmless)}, oci: []imagetest.LayoutEntry{{Add: evil}},
			change: func(i *v1.IndexManifest) { i.Manifests = []v1.Descriptor{} },
		},
		{
			name: "too many", docker: []imagetest.Tagged{tagged("app:1", harmless)}, oci: []imagetest.LayoutEntry{{Add: harmless}},
			change: func(i *v1.IndexManifest) { i.Manifests = slices.Repeat(i.Manifests, 20_000) },
			want:   "more than 10000 manifests",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "layout")
			ok(t, imagetest.WriteLayout(dir, tt.oci...))
			if tt.change != nil {
				changeIndex(t, dir, tt.change)
			}
			archive := archiveWithBoth(t, dir, tt.docker...)
			compressed := archive + ".gz"
			ok(t, imagetest.CompressFile(archive, compressed, imagetest.Gzip))
			selector := ""
			if tt.selector != "" {
				selector = ":" + tt.selector
			}
			for _, ref := range []string{archive + selector, compressed + selector, "docker-archive:" + archive + selector} {
				img, err := image.Open(t.Context(), ref, options(t))
				if err == nil {
					ok(t, img.Close())
				}
				if (err == nil) != (tt.want == "") || err != nil && (!strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n")) {
					t.Errorf("%s: error %v, want %q", ref, err, tt.want)
				}
			}
			// Whichever of the two is asked for.
			if _, err := image.Open(t.Context(), "oci-archive:"+archive+selector, options(t)); tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("as an OCI archive: error %v, want %q", err, tt.want)
			}
		})
	}
}

// TestDescriptionTooDeep is that what is not looked at is not trusted.
func TestDescriptionTooDeep(t *testing.T) {
	harmless := imagetest.Must(t, twoLayers)
	dir := filepath.Join(t.TempDir(), "layout")
	ok(t, imagetest.WriteLayout(dir, imagetest.LayoutEntry{Add: imagetest.Must(t, baseImage)}))
	for range 20 {
		raw, err := os.ReadFile(filepath.Join(dir, "index.json"))
		ok(t, err)
		writeManifest(t, dir, raw)
	}
	_, err := image.Open(t.Context(), archiveWithBoth(t, dir, imagetest.Tagged{Ref: "app:1", Image: harmless}), options(t))
	if err == nil || !strings.Contains(err.Error(), "nested more than 8 deep") {
		t.Errorf("error %v", err)
	}
}
