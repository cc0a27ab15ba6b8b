package imagetest_test

import (
	"archive/tar"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/org/imgscan-action/internal/imagetest"
)

const text = `
-- image --
# a comment
platform: linux/arm/v7
created: 2024-05-06T07:08:09Z
types: docker
env: A=b
label: maintainer=me
cmd: sh
history: CMD ["sh"]
-- base/etc/ mode=0700 --
-- base/etc/passwd uid=7 --
root
-- base/etc/shadow hardlink=etc/passwd --
-- app compression=none --
COPY app /
-- app/bin/app mode=4755 base64 --
AAEC
-- app/bin/sh link=/bin/app --
`

func TestBuild(t *testing.T) {
	img, err := imagetest.BuildText(text)
	if err != nil {
		t.Fatal(err)
	}
	config, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if got := config.Platform().String(); got != "linux/arm/v7" {
		t.Errorf("platform %s", got)
	}
	var created []string
	for _, h := range config.History {
		created = append(created, h.CreatedBy)
	}
	if diff := cmp.Diff([]string{"base", "COPY app /", `CMD ["sh"]`}, created); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"A=b"}, config.Config.Env); diff != "" {
		t.Errorf("environment (-want +got):\n%s", diff)
	}
	layers, err := img.Layers()
	if err != nil {
		t.Fatal(err)
	}
	var types []string
	var headers []tar.Header
	for _, l := range layers {
		mediaType, err := l.MediaType()
		if err != nil {
			t.Fatal(err)
		}
		types = append(types, string(mediaType))
		rc, err := l.Uncompressed()
		if err != nil {
			t.Fatal(err)
		}
		defer rc.Close()
		for r := tar.NewReader(rc); ; {
			h, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			headers = append(headers, tar.Header{Name: h.Name, Linkname: h.Linkname, Mode: h.Mode, Uid: h.Uid, Size: h.Size, Typeflag: h.Typeflag})
		}
	}
	if diff := cmp.Diff([]string{"application/vnd.docker.image.rootfs.diff.tar.gzip", "application/vnd.docker.image.rootfs.diff.tar"}, types); diff != "" {
		t.Errorf("media types (-want +got):\n%s", diff)
	}
	want := []tar.Header{
		{Name: "etc/", Mode: 0o700, Typeflag: tar.TypeDir},
		{Name: "etc/passwd", Mode: 0o644, Uid: 7, Size: 5, Typeflag: tar.TypeReg},
		{Name: "etc/shadow", Mode: 0o644, Linkname: "etc/passwd", Typeflag: tar.TypeLink},
		{Name: "bin/app", Mode: 0o4755, Size: 3, Typeflag: tar.TypeReg},
		{Name: "bin/sh", Mode: 0o644, Linkname: "/bin/app", Typeflag: tar.TypeSymlink},
	}
	if diff := cmp.Diff(want, headers); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func TestParseErrors(t *testing.T) {
	for text, want := range map[string]string{
		"-- image --\nos: linux\n":             `unknown key "os"`,
		"-- image --\nlinux\n":                 "not of the form",
		"-- image --\ntypes: docker2\n":        "types are docker or oci",
		"-- image --\ncreated: yesterday\n":    "cannot parse",
		"-- base compression=xz --\n":          "compression is none, gzip or zstd",
		"-- base size=1 --\n":                  `unknown word "size=1"`,
		"-- base/file mode=rwx --\n":           "invalid syntax",
		"-- base/file base64 --\n!\n":          "illegal base64",
		"-- image --\nplatform: linux/a/b/c\n": "too many slashes",
		"-- base/ --\n":                        "leave the slash out",
		"-- image --\nbase: debian\n":          `base "debian" is not there`,
		"-- history --\nRUN make\n":            "begins with neither layer nor empty",
		"-- history --\n{\n":                   "unexpected end of JSON",
		"-- attestation old --\n":              `unknown word "old"`,
	} {
		if _, err := imagetest.BuildText(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}

// TestBase is that an image on another one has its layers, its history and its
// configuration, and not its annotations.
func TestBase(t *testing.T) {
	parse := func(text string) *imagetest.Image {
		t.Helper()
		img, err := imagetest.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return img
	}
	base := parse(`
-- image --
platform: linux/arm64
env: PATH=/bin
label: name=base
label: vendor=acme
annotation: a=base
cmd: sh
onbuild: RUN true
history: CMD ["sh"]
-- rootfs/etc/passwd --
`)
	img := parse(`
-- image --
base: base
env: A=b
label: name=app
annotation: a=app
-- history --
{"created_by":"RUN make","author":"me"}

empty EXPOSE 80
-- app/app --
`)
	if img.From != "base" {
		t.Errorf("base %q", img.From)
	}
	img.Base = base
	built, err := img.Build()
	if err != nil {
		t.Fatal(err)
	}
	config, err := built.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	lower, err := base.Build()
	if err != nil {
		t.Fatal(err)
	}
	lowerConfig, err := lower.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if len(config.RootFS.DiffIDs) != 2 || config.RootFS.DiffIDs[0] != lowerConfig.RootFS.DiffIDs[0] {
		t.Errorf("layers %v on %v", config.RootFS.DiffIDs, lowerConfig.RootFS.DiffIDs)
	}
	want := v1.ConfigFile{
		OS: "linux", Architecture: "arm64", RootFS: config.RootFS,
		Config: v1.Config{
			Env: []string{"PATH=/bin", "A=b"}, Cmd: []string{"sh"},
			Labels: map[string]string{"name": "app", "vendor": "acme"},
		},
		History: []v1.History{
			{CreatedBy: "rootfs"},
			{CreatedBy: `CMD ["sh"]`, EmptyLayer: true},
			{CreatedBy: "RUN make", Author: "me"},
			{CreatedBy: "EXPOSE 80", EmptyLayer: true},
		},
	}
	if diff := cmp.Diff(want, *config); diff != "" {
		t.Errorf("configuration (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"RUN true"}, lowerConfig.Config.OnBuild); diff != "" {
		t.Errorf("ONBUILD of the base (-want +got):\n%s", diff)
	}
	manifest, err := built.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"a": "app"}, manifest.Annotations); diff != "" {
		t.Errorf("annotations (-want +got):\n%s", diff)
	}
}

func TestSameTextSameImage(t *testing.T) {
	for _, style := range []imagetest.ArchiveStyle{imagetest.Legacy, imagetest.Modern, imagetest.Containerd} {
		var archives [2]bytes.Buffer
		for i := range archives {
			img := imagetest.Must(t, "-- image --\nlabel: a=b\nlabel: c=d\n-- base/x --\n")
			if err := imagetest.SaveDockerArchive(&archives[i], style, imagetest.Tagged{Ref: "app:1", Image: img}); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(archives[0].Bytes(), archives[1].Bytes()) {
			t.Errorf("%s: two archives of the same image differ", style)
		}
	}
}

func TestDaemonIsStrict(t *testing.T) {
	d, err := imagetest.StartDaemon(t.TempDir(), imagetest.Modern)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", strings.TrimPrefix(d.Host, "unix://"))
	}}}
	resp, err := client.Get("http://docker/containers/json")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if err := d.Close(); err == nil || !strings.Contains(err.Error(), "GET /containers/json") {
		t.Errorf("error %v, want one that names the request", err)
	}
}

func TestModuleFile(t *testing.T) {
	path := imagetest.ModuleFile(t, "github.com/aquasecurity/trivy", "pkg/fanal/test/testdata/alpine-310.tar.gz")
	if _, err := imagetest.LoadDockerArchive(path); err != nil {
		t.Error(err)
	}
	for _, tt := range [][2]string{{"github.com/aquasecurity/trivy", "no/such/file"}, {"example.com/no/such/module", "x"}} {
		if _, err := imagetest.FindModuleFile(t.Context(), tt[0], filepath.FromSlash(tt[1])); err == nil {
			t.Errorf("%v was found", tt)
		}
	}
}

// TestPublished is that attestations and annotations of the index entry take an
// index, and are in it as BuildKit writes them.
func TestPublished(t *testing.T) {
	img, err := imagetest.Parse([]byte(`
-- image --
listed: a=b
-- base/x --
-- attestation --
{"a":1}
-- attestation artifact unmarked type=https://spdx.dev/Document --
{}
`))
	if err != nil {
		t.Fatal(err)
	}
	published, err := img.Published()
	if err != nil {
		t.Fatal(err)
	}
	index, ok := published.(v1.ImageIndex)
	if !ok {
		t.Fatalf("%T is no index", published)
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	image := manifest.Manifests[0].Digest
	var got []map[string]string
	var subjects []string
	for _, d := range manifest.Manifests {
		entry, err := index.Image(d.Digest)
		if err != nil {
			t.Fatal(err)
		}
		m, err := entry.Manifest()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, d.Annotations, m.Layers[0].Annotations)
		if m.Subject != nil {
			subjects = append(subjects, d.ArtifactType, m.Subject.Digest.String())
		}
	}
	want := []map[string]string{
		{"a": "b"},
		nil,
		{"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": image.String()},
		{"in-toto.io/predicate-type": imagetest.ProvenanceType},
		nil,
		{"in-toto.io/predicate-type": "https://spdx.dev/Document"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("annotations (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"application/vnd.docker.attestation.manifest.v1+json", image.String()}, subjects); diff != "" {
		t.Errorf("subjects (-want +got):\n%s", diff)
	}
	plain, err := (&imagetest.Image{}).Published()
	if _, isImage := plain.(v1.Image); err != nil || !isImage {
		t.Errorf("%T, %v: an image without any of it takes no index", plain, err)
	}
}
