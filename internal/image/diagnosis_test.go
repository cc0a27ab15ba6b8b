package image_test

import (
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/image"
	"github.com/org/imgscan-action/internal/imagetest"
)

func TestDiagnosis(t *testing.T) {
	reg := imagetest.NewRegistry(t)
	built := imagetest.Must(t, twoLayers)
	reg.MustPush(t, "app:1", built)
	tls := httptest.NewUnstartedServer(http.NotFoundHandler())
	tls.Config.ErrorLog = log.New(io.Discard, "", 0) // it notes that we refuse its certificate
	tls.StartTLS()
	t.Cleanup(tls.Close)
	unknown := strings.TrimPrefix(tls.URL, "https://")
	daemon := imagetest.NewDaemon(t, imagetest.Modern, imagetest.Tagged{Ref: reg.Host + "/local:1", Image: built})
	silent := filepath.Join(t.TempDir(), "s")

	const notLoaded = "if the image was just built with docker/build-push-action or buildx, it was not loaded: add `load: true`, or `outputs: type=oci,dest=image.tar` and scan image.tar"
	const checkName = "check the name and the tag"
	for _, tt := range []struct {
		name, ref, host, platform string
		tried                     []string
		advice                    []string
	}{
		{
			name: "nowhere", ref: reg.Host + "/app:2", host: daemon.Host,
			tried:  []string{"docker daemon at " + daemon.Host + " (no such image)", "registry " + reg.Host + " (404 Not Found: no such tag or digest)"},
			advice: []string{notLoaded, checkName},
		},
		{
			name: "no daemon", ref: reg.Host + "/other:1", host: "unix://" + silent,
			tried:  []string{"docker daemon at unix://" + silent + " (not running: no such socket)", "registry " + reg.Host + " (404 Not Found: no such repository)"},
			advice: []string{notLoaded, checkName},
		},
		{
			name: "daemon only", ref: "docker:app:1", host: "unix://" + silent,
			tried:  []string{"docker daemon at unix://" + silent + " (not running: no such socket)"},
			advice: []string{notLoaded, checkName},
		},
		{
			name: "unknown certificate", ref: "registry:" + unknown + "/app:1", host: daemon.Host,
			tried:  []string{"registry " + unknown + " (its certificate is signed by an unknown authority)"},
			advice: []string{"add the registry's CA to the system's roots (SSL_CERT_FILE), or allow plain http and unverified TLS with --insecure " + unknown, checkName},
		},
		{
			name: "nobody listens", ref: "registry:127.0.0.1:1/app:1", host: daemon.Host,
			tried:  []string{"registry 127.0.0.1:1 (connection refused)"},
			advice: []string{"check that 127.0.0.1:1 can be reached from here, through a proxy if there is one (HTTPS_PROXY)", checkName},
		},
		{
			name: "unsupported daemon", ref: "docker:app:1", host: "ssh://user:secret@host",
			tried:  []string{`docker daemon (DOCKER_HOST "ssh://redacted@host" is not supported: use unix:// or tcp://)`},
			advice: []string{notLoaded, checkName},
		},
		{
			name: "other platform in the daemon, nothing in the registry", ref: reg.Host + "/local:1", host: daemon.Host, platform: "linux/arm64",
			tried:  []string{"docker daemon at " + daemon.Host + " (has no image for linux/arm64, only for linux/amd64)", "registry " + reg.Host + " (404 Not Found: no such repository)"},
			advice: []string{checkName},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			opts := options(t)
			opts.Insecure = []string{reg.Host, "127.0.0.1:1"}
			opts.Getenv = env("DOCKER_HOST", tt.host)
			opts.Platform = tt.platform
			_, err := image.Open(t.Context(), tt.ref, opts)
			var diagnosis *image.OpenError
			if !errors.As(err, &diagnosis) {
				t.Fatalf("error %v, want an *OpenError", err)
			}
			var tried []string
			for _, a := range diagnosis.Attempts {
				tried = append(tried, a.Where+" ("+a.Answer+")")
			}
			if diff := cmp.Diff(tt.tried, tried); diff != "" {
				t.Errorf("attempts (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.advice, diagnosis.Advice); diff != "" {
				t.Errorf("advice (-want +got):\n%s", diff)
			}
			line := `cannot open image "` + tt.ref + `"; tried: ` + strings.Join(tt.tried, ", ") + "; " + strings.Join(tt.advice, "; or ")
			if err.Error() != line {
				t.Errorf("error %q, want %q", err, line)
			}
		})
	}
}

// TestPlatformOfTheRegistry is about a platform that only the registry has, and
// one that nobody has.
func TestPlatformOfTheRegistry(t *testing.T) {
	amd := imagetest.Must(t, twoLayers)
	arm := imagetest.Must(t, "-- image --\nplatform: linux/arm64\n-- base/x --\n")
	index, err := imagetest.Index(amd, arm)
	ok(t, err)
	reg := imagetest.NewRegistry(t)
	reg.MustPush(t, "app:1", index)
	opts := options(t)
	opts.Insecure = []string{reg.Host}
	opts.Getenv = env("DOCKER_HOST", imagetest.NewDaemon(t, imagetest.Modern, imagetest.Tagged{Ref: reg.Host + "/app:1", Image: amd}).Host)
	for platform, source := range map[string]string{"linux/amd64": "docker daemon", "linux/arm64": "registry"} {
		opts.Platform = platform
		if img := open(t, reg.Host+"/app:1", opts); img.Source != source || img.Platform != platform {
			t.Errorf("%s from the %s, want %s from the %s", img.Platform, img.Source, platform, source)
		}
	}
	opts.Platform = "linux/riscv64"
	_, err = image.Open(t.Context(), reg.Host+"/app:1", opts)
	want := `"` + reg.Host + `/app:1" has no image for linux/riscv64; it has linux/amd64, linux/arm64: choose one with --platform`
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

// TestFolderOfTheSameName is about an image "app" that is built from a folder
// "app".
func TestFolderOfTheSameName(t *testing.T) {
	dir := t.TempDir()
	ok(t, os.Mkdir(filepath.Join(dir, "app"), 0o755))
	t.Chdir(dir)
	opts := options(t)
	opts.Getenv = env("DOCKER_HOST", imagetest.NewDaemon(t, imagetest.Modern, imagetest.Tagged{Ref: "app", Image: imagetest.Must(t, twoLayers)}).Host)
	if img := open(t, "app", opts); img.Source != "docker daemon" {
		t.Errorf("source %q", img.Source)
	}
	ok(t, imagetest.WriteLayout("app", imagetest.LayoutEntry{Add: imagetest.Must(t, twoLayers)}))
	if img := open(t, "app", opts); img.Source != "oci layout" {
		t.Errorf("source %q", img.Source)
	}
}
