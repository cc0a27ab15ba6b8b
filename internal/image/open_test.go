package image_test

import (
	"archive/tar"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/authn"

	"github.com/org/imgscan-action/internal/image"
	"github.com/org/imgscan-action/internal/imagetest"
)

const twoLayers = `
-- image --
created: 2024-05-06T07:08:09Z
history: CMD ["sh"]
-- base --
ADD rootfs.tar /
-- base/etc/os-release --
ID=alpine
-- base/bin/sh link=busybox --
-- app --
COPY app /opt
-- app/opt/app mode=0755 --
content
`

// anonymous keeps the developer's Docker configuration out of tests.
type anonymous struct{}

func (anonymous) Resolve(authn.Resource) (authn.Authenticator, error) { return authn.Anonymous, nil }

// options are those of a machine without a daemon.
func options(t *testing.T) image.Options {
	t.Helper()
	return image.Options{
		Keychain: anonymous{},
		Getenv:   env("DOCKER_HOST", "unix:///does-not-exist.sock"),
		TempDir:  t.TempDir(),
		Version:  "1.2.3",
	}
}

func env(pairs ...string) func(string) string {
	return func(key string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == key {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func open(t *testing.T, ref string, opts image.Options) *image.Image {
	t.Helper()
	img, err := image.Open(t.Context(), ref, opts)
	if err != nil {
		t.Fatalf("Open(%q): %v", ref, err)
	}
	t.Cleanup(func() {
		if err := img.Close(); err != nil {
			t.Errorf("closing %q: %v", ref, err)
		}
	})
	return img
}

// content is what a layer holds, as "name" or "name -> target" per entry.
func content(t *testing.T, l *image.Layer) []string {
	t.Helper()
	names, err := read(t, l)
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func read(t *testing.T, l *image.Layer) ([]string, error) {
	t.Helper()
	rc, err := l.Open(t.Context())
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	var names []string
	for r := tar.NewReader(rc); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return names, err
		}
		name := h.Name
		if h.Linkname != "" {
			name += " -> " + h.Linkname
		}
		names = append(names, name)
	}
	_, err = io.Copy(io.Discard, rc)
	return names, err
}

func described(t *testing.T, text string) *imagetest.Image {
	t.Helper()
	img, err := imagetest.Parse([]byte(text))
	ok(t, err)
	return img
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestSourcesAgree opens one image from everywhere.
func TestSourcesAgree(t *testing.T) {
	built := imagetest.Must(t, twoLayers)
	digest, err := built.Digest()
	ok(t, err)
	id, err := built.ConfigName()
	ok(t, err)

	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	tagged := imagetest.Tagged{Ref: "ghcr.io/org/app:1", Image: built}
	entry := imagetest.LayoutEntry{Tag: "1", Add: built}
	ok(t, imagetest.WriteDockerArchive(in("legacy.tar"), imagetest.Legacy, tagged))
	ok(t, imagetest.WriteDockerArchive(in("modern.tar"), imagetest.Modern, tagged))
	ok(t, imagetest.WriteDockerArchive(in("unnamed.tar"), imagetest.Legacy, imagetest.Tagged{Image: built}))
	ok(t, imagetest.CompressFile(in("legacy.tar"), in("legacy.tar.gz"), imagetest.Gzip))
	ok(t, imagetest.CompressFile(in("modern.tar"), in("modern.tar.zst"), imagetest.Zstd))
	ok(t, imagetest.WriteLayout(in("layout"), entry))
	ok(t, imagetest.WriteOCIArchive(in("oci.tar"), entry))
	ok(t, imagetest.CompressFile(in("oci.tar"), in("oci.tgz"), imagetest.Gzip))
	reg := imagetest.NewRegistry(t)
	reg.MustPush(t, "org/app:1", built)
	host := imagetest.NewDaemon(t, imagetest.Modern, imagetest.Tagged{Ref: "app:1", Image: built}).Host
	containerd := imagetest.NewDaemon(t, imagetest.Containerd, imagetest.Tagged{Ref: "app:1", Image: built}).Host
	ok(t, imagetest.WriteDockerArchive(in("containerd.tar"), imagetest.Containerd, tagged))
	old := imagetest.NewDaemon(t, imagetest.Legacy, imagetest.Tagged{Ref: "app:1", Image: built}).Host

	for _, tt := range []struct {
		ref, host    string
		source, name string
		manifest     bool // has a manifest with a true digest
	}{
		{ref: in("legacy.tar"), source: "docker archive", name: "ghcr.io/org/app"},
		{ref: in("modern.tar"), source: "docker archive", name: "ghcr.io/org/app"},
		{ref: in("legacy.tar.gz"), source: "docker archive", name: "ghcr.io/org/app"},
		{ref: in("modern.tar.zst"), source: "docker archive", name: "ghcr.io/org/app"},
		{ref: in("unnamed.tar"), source: "docker archive", name: "unnamed"},
		{ref: "docker-archive:" + in("modern.tar"), source: "docker archive", name: "ghcr.io/org/app"},
		{ref: "docker-archive:" + in("modern.tar") + ":ghcr.io/org/app:1", source: "docker archive", name: "ghcr.io/org/app"},
		{ref: in("legacy.tar") + "@" + id.String(), source: "docker archive", name: "ghcr.io/org/app"},
		{ref: in("layout"), source: "oci layout", name: "layout", manifest: true},
		{ref: "oci-dir:" + in("layout") + ":1", source: "oci layout", name: "layout", manifest: true},
		{ref: in("oci.tar"), source: "oci archive", name: "oci", manifest: true},
		{ref: in("oci.tgz"), source: "oci archive", name: "oci", manifest: true},
		{ref: "oci-archive:" + in("oci.tar") + "@" + digest.String(), source: "oci archive", name: "oci", manifest: true},
		{ref: reg.Host + "/org/app:1", source: "registry", name: reg.Host + "/org/app", manifest: true},
		{ref: "registry:" + reg.Host + "/org/app@" + digest.String(), source: "registry", name: reg.Host + "/org/app", manifest: true},
		{ref: "app:1", host: host, source: "docker daemon", name: "app"},
		{ref: "app:1", host: containerd, source: "docker daemon", name: "app", manifest: true},
		{ref: digest.Hex[:12], host: containerd, source: "docker daemon", name: "app", manifest: true},
		{ref: in("containerd.tar"), source: "docker archive", name: "ghcr.io/org/app"},
		{ref: "oci-archive:" + in("containerd.tar"), source: "oci archive", name: "ghcr.io/org/app", manifest: true},
		{ref: "docker:app:1", host: old, source: "docker daemon", name: "app"},
		{ref: "docker:docker.io/library/app:1", host: host, source: "docker daemon", name: "app"},
		{ref: id.String(), host: host, source: "docker daemon", name: "app"},
		{ref: id.Hex[:12], host: host, source: "docker daemon", name: "app"},
	} {
		t.Run(tt.ref, func(t *testing.T) {
			opts := options(t)
			opts.Insecure = []string{reg.Host}
			if tt.host != "" {
				opts.Getenv = env("DOCKER_HOST", tt.host)
			}
			var read, sizes int64
			opts.OnBytes = func(n int64) { read += n }
			img := open(t, tt.ref, opts)
			want := image.Image{
				Ref: tt.ref, Name: tt.name, Source: tt.source, ID: id.String(), Platform: "linux/amd64",
			}
			if tt.manifest {
				want.Digest = digest.String()
			}
			got := image.Image{
				Ref: img.Ref, Name: img.Name, Source: img.Source, ID: img.ID, Platform: img.Platform,
				Digest: img.Digest, IndexDigest: img.IndexDigest,
			}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(image.Image{})); diff != "" {
				t.Errorf("image (-want +got):\n%s", diff)
			}
			var layers [][]string
			var created []string
			for _, l := range img.Layers() {
				layers = append(layers, content(t, l))
				created = append(created, l.CreatedBy())
				sizes += l.Size()
			}
			if diff := cmp.Diff([][]string{{"etc/os-release", "bin/sh -> busybox"}, {"opt/app"}}, layers); diff != "" {
				t.Errorf("layers (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]string{"ADD rootfs.tar /", "COPY app /opt"}, created); diff != "" {
				t.Errorf("history (-want +got):\n%s", diff)
			}
			if read != sizes {
				t.Errorf("OnBytes added up to %d, the layers' sizes to %d", read, sizes)
			}
		})
	}
}

// TestForms covers what layers can be, through the two places that keep them as
// they are.
func TestForms(t *testing.T) {
	reg := imagetest.NewRegistry(t)
	for _, types := range []string{"docker", "oci"} {
		for _, compression := range []string{"none", "gzip", "zstd"} {
			t.Run(types+" "+compression, func(t *testing.T) {
				built := imagetest.Must(t, "-- image --\ntypes: "+types+"\ncompression: "+compression+"\n-- base/etc/passwd --\nroot\n")
				reg.MustPush(t, "form:"+types+compression, built)
				dir := filepath.Join(t.TempDir(), "layout")
				ok(t, imagetest.WriteLayout(dir, imagetest.LayoutEntry{Add: built}))
				opts := options(t)
				opts.Insecure = []string{reg.Host}
				for _, ref := range []string{dir, reg.Host + "/form:" + types + compression} {
					l := open(t, ref, opts).Layers()[0]
					if diff := cmp.Diff([]string{"etc/passwd"}, content(t, l)); diff != "" {
						t.Errorf("%s (-want +got):\n%s", ref, diff)
					}
				}
			})
		}
	}
}

func TestTemporaryFilesAreGone(t *testing.T) {
	built := imagetest.Must(t, twoLayers)
	archive := filepath.Join(t.TempDir(), "app.tar")
	ok(t, imagetest.WriteDockerArchive(archive, imagetest.Modern, imagetest.Tagged{Ref: "app:1", Image: built}))
	ok(t, imagetest.CompressFile(archive, archive+".gz", imagetest.Gzip))
	opts := options(t)
	opts.Getenv = env("DOCKER_HOST", imagetest.NewDaemon(t, imagetest.Modern, imagetest.Tagged{Ref: "app:1", Image: built}).Host)
	var spooled int64
	opts.OnSpool = func(n int64) { spooled += n }
	for _, ref := range []string{archive + ".gz", "docker:app:1"} {
		img, err := image.Open(t.Context(), ref, opts)
		ok(t, err)
		info, err := os.Stat(archive)
		ok(t, err)
		if spooled != info.Size() {
			t.Errorf("%s: OnSpool added up to %d, want %d", ref, spooled, info.Size())
		}
		spooled = 0
		content(t, img.Layers()[0])
		ok(t, img.Close())
		left, err := os.ReadDir(opts.TempDir)
		ok(t, err)
		if len(left) > 0 {
			t.Errorf("%s: %v is left behind", ref, left)
		}
	}
}

func TestOpenErrors(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	write := func(name string, content []byte) {
		ok(t, os.WriteFile(in(name), content, 0o600))
	}
	built := imagetest.Must(t, twoLayers)
	ok(t, imagetest.WriteDockerArchive(in("app.tar"), imagetest.Legacy, imagetest.Tagged{Ref: "app:1", Image: built}))
	whole, err := os.ReadFile(in("app.tar"))
	ok(t, err)
	write("truncated.tar", whole[:2*len(whole)/5])
	compressed, err := imagetest.Compress(whole, imagetest.Gzip)
	ok(t, err)
	write("truncated.tar.gz", compressed[:len(compressed)/2])
	write("text.tar", []byte(strings.Repeat("no tar", 200)))
	write("empty.tar", nil)
	rootfs, err := (&imagetest.Layer{Files: []imagetest.File{{Path: "./etc/passwd"}}}).Tar()
	ok(t, err)
	write("rootfs.tar", rootfs)
	ok(t, os.Mkdir(in("folder"), 0o755))

	for _, tt := range []struct{ ref, want string }{
		{"", "the image reference is empty"},
		{"docker:", `"docker:" is no image reference`},
		{in("missing.tar"), "no such file or folder; it was taken for a path and no registry was asked"},
		{"./missing", "no such file or folder; it was taken for a path and no registry was asked"},
		{"docker-archive:" + in("missing"), "no such file or directory"},
		{in("truncated.tar"), "the tar is cut short after"},
		{in("truncated.tar.gz"), "unexpected EOF"},
		{in("text.tar"), "it is no tar: expected what docker save writes"},
		{in("empty.tar"), "it is a tar and no image"},
		{in("rootfs.tar"), "as docker export makes it"},
		{in("folder"), "no OCI layout"},
		{"oci-archive:" + in("folder"), "use oci-dir:"},
		{"oci-dir:" + in("app.tar"), "use oci-archive:"},
		{"oci-archive:" + in("app.tar"), "it is an archive of docker save"},
		{in("app.tar") + ":other:1", `holds no image "other:1"; choose one: ` + in("app.tar") + ":app:1"},
		{"Not A Reference", `"Not A Reference" is no image reference: expected an existing path`},
	} {
		t.Run(tt.ref, func(t *testing.T) {
			_, err := image.Open(t.Context(), tt.ref, options(t))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error %v, want %q", err, tt.want)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("%q has several lines", err)
			}
		})
	}
}

func TestPlatformOption(t *testing.T) {
	_, err := image.Open(t.Context(), "app", image.Options{Platform: "arm64"})
	if err == nil || !strings.Contains(err.Error(), "os/arch") {
		t.Errorf("error %v", err)
	}
	archive := filepath.Join(t.TempDir(), "app.tar")
	ok(t, imagetest.WriteDockerArchive(archive, imagetest.Modern, imagetest.Tagged{Image: imagetest.Must(t, twoLayers)}))
	opts := options(t)
	opts.Platform = "linux/s390x"
	_, err = image.Open(t.Context(), archive, opts)
	var platform *image.PlatformError
	if !errors.As(err, &platform) {
		t.Fatalf("error %v, want a *PlatformError", err)
	}
	if diff := cmp.Diff(&image.PlatformError{Ref: archive, Want: "linux/s390x", Have: []string{"linux/amd64"}}, platform); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSeveralImagesInAnArchive(t *testing.T) {
	one := imagetest.Must(t, "-- base/one --\n")
	two := imagetest.Must(t, "-- base/one --\n-- next/two --\n")
	for _, style := range []imagetest.ArchiveStyle{imagetest.Legacy, imagetest.Modern} {
		t.Run(string(style), func(t *testing.T) {
			archive := filepath.Join(t.TempDir(), "both.tar")
			ok(t, imagetest.WriteDockerArchive(archive, style,
				imagetest.Tagged{Ref: "org/one:1", Image: one}, imagetest.Tagged{Ref: "org/two:2", Image: two}))
			_, err := image.Open(t.Context(), archive, options(t))
			var choice *image.SelectError
			if !errors.As(err, &choice) {
				t.Fatalf("error %v, want a *SelectError", err)
			}
			if diff := cmp.Diff([]string{archive + ":org/one:1", archive + ":org/two:2"}, choice.Choices); diff != "" {
				t.Errorf("choices (-want +got):\n%s", diff)
			}
			// In the legacy style the first layer of the second image is a link.
			img := open(t, choice.Choices[1], options(t))
			if diff := cmp.Diff([]string{"one"}, content(t, img.Layers()[0])); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if img.Name != "org/two" {
				t.Errorf("name %q", img.Name)
			}
		})
	}
}

func TestSeveralImagesInALayout(t *testing.T) {
	one := imagetest.Must(t, "-- base/one --\n")
	two := imagetest.Must(t, "-- base/two --\n")
	dir := filepath.Join(t.TempDir(), "layout")
	ok(t, imagetest.WriteLayout(dir, imagetest.LayoutEntry{Tag: "one", Add: one}, imagetest.LayoutEntry{Tag: "two", Add: two}))
	_, err := image.Open(t.Context(), dir, options(t))
	var choice *image.SelectError
	if !errors.As(err, &choice) {
		t.Fatalf("error %v, want a *SelectError", err)
	}
	if diff := cmp.Diff([]string{dir + ":one", dir + ":two"}, choice.Choices); diff != "" {
		t.Errorf("choices (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"two"}, content(t, open(t, dir+":two", options(t)).Layers()[0])); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestIndex(t *testing.T) {
	amd := described(t, "-- base/amd64 --\n")
	arm := described(t, "-- image --\nplatform: linux/arm64\n-- base/arm64 --\n")
	v6 := described(t, "-- image --\nplatform: linux/arm/v6\n-- base/v6 --\n-- attestation --\n{}\n")
	v7 := described(t, "-- image --\nplatform: linux/arm/v7\n-- base/v7 --\n")
	index, err := imagetest.BuildIndex(v6, amd, arm, v7)
	ok(t, err)
	only, err := imagetest.BuildIndex(v6)
	ok(t, err)
	indexDigest, err := index.Digest()
	ok(t, err)

	reg := imagetest.NewRegistry(t)
	reg.MustPush(t, "app:many", index)
	reg.MustPush(t, "app:one", only)
	dir := t.TempDir()
	many := filepath.Join(dir, "many")
	ok(t, imagetest.WriteLayout(many, imagetest.LayoutEntry{Tag: "1", Add: index}))
	flat := filepath.Join(dir, "flat")
	var entries []imagetest.LayoutEntry
	for _, img := range []*imagetest.Image{v6, amd, arm, v7} {
		built, err := img.Build()
		ok(t, err)
		entries = append(entries, imagetest.LayoutEntry{Add: built})
	}
	ok(t, imagetest.WriteLayout(flat, entries...))

	opts := options(t)
	opts.Insecure = []string{reg.Host}
	for _, ref := range []string{reg.Host + "/app:many", many, flat} {
		for platform, want := range map[string]string{
			"linux/amd64": "amd64", "linux/arm64/v8": "arm64", "linux/aarch64": "arm64",
			"linux/arm": "v7", "linux/arm/v6": "v6",
		} {
			opts.Platform = platform
			img := open(t, ref, opts)
			if diff := cmp.Diff([]string{want}, content(t, img.Layers()[0])); diff != "" {
				t.Errorf("%s %s (-want +got):\n%s", ref, platform, diff)
			}
			if ref != flat && img.IndexDigest != indexDigest.String() {
				t.Errorf("%s: index %q, want %q", ref, img.IndexDigest, indexDigest)
			}
		}
		opts.Platform = "windows/amd64"
		_, err := image.Open(t.Context(), ref, opts)
		var platform *image.PlatformError
		if !errors.As(err, &platform) {
			t.Fatalf("error %v, want a *PlatformError", err)
		}
		if diff := cmp.Diff([]string{"linux/arm/v6", "linux/amd64", "linux/arm64", "linux/arm/v7"}, platform.Have); diff != "" {
			t.Errorf("%s (-want +got):\n%s", ref, diff)
		}
	}
	opts.Platform = ""
	if img := open(t, reg.Host+"/app:one", opts); img.Platform != "linux/arm/v6" {
		t.Errorf("platform %s: the only one there is was not taken", img.Platform)
	}
}

// TestPartialIndex is about a store that has one platform of many, as a daemon
// does after a pull.
func TestPartialIndex(t *testing.T) {
	amd := imagetest.Must(t, twoLayers)
	arm := imagetest.Must(t, "-- image --\nplatform: linux/arm64\n-- base/x --\n")
	index, err := imagetest.Index(amd, arm)
	ok(t, err)
	dir := filepath.Join(t.TempDir(), "layout")
	ok(t, imagetest.WriteLayout(dir, imagetest.LayoutEntry{Add: index}))
	missing, err := amd.Digest()
	ok(t, err)
	ok(t, imagetest.RemoveBlob(dir, missing.String()))
	if img := open(t, dir, options(t)); img.Platform != "linux/arm64" {
		t.Errorf("platform %s", img.Platform)
	}
}

// TestRealImage reads an image that Docker saved.
func TestRealImage(t *testing.T) {
	path := imagetest.ModuleFile(t, "github.com/aquasecurity/trivy", "pkg/fanal/test/testdata/alpine-310.tar.gz")
	img := open(t, path, options(t))
	if len(img.Layers()) != 1 || img.Platform != "linux/amd64" || img.Name != "alpine" {
		t.Errorf("%d layers, %s, %q", len(img.Layers()), img.Platform, img.Name)
	}
	if names := content(t, img.Layers()[0]); len(names) < 400 {
		t.Errorf("%d files", len(names))
	}
	if created := img.Layers()[0].CreatedBy(); !strings.Contains(created, "ADD file") {
		t.Errorf("created by %q", created)
	}
}
