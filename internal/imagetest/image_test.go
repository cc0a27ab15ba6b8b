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
	} {
		if _, err := imagetest.BuildText(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
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
