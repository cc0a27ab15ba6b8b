package image_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/org/imgscan-action/internal/image"
	"github.com/org/imgscan-action/internal/imagetest"
)

// baseImage has a history in which the sizes of layers do not tell which entry
// made one: the second is a layer of folders only.
const baseImage = `
-- image --
created: 2024-05-06T07:08:09Z
env: PATH=/bin
label: vendor=acme
cmd: sh
onbuild: RUN make
annotation: org.opencontainers.image.base.name=scratch
-- history --
{"created":"2024-05-06T07:08:09Z","created_by":"/bin/sh -c #(nop) ADD file:1 in / ","comment":"from a file"}
empty ENV PATH=/bin
layer WORKDIR /app
empty CMD ["sh"]
-- rootfs/etc/os-release --
ID=alpine
-- work/app/ --
`

func newFinder(t *testing.T, opts image.Options) *image.Finder {
	t.Helper()
	f := image.NewFinder(opts)
	t.Cleanup(func() { ok(t, f.Close()) })
	return f
}

func describe(t *testing.T, f *image.Finder, ref, platform string) *image.Image {
	t.Helper()
	img, err := f.Describe(t.Context(), ref, platform)
	if err != nil {
		t.Fatalf("Describe(%q): %v", ref, err)
	}
	t.Cleanup(func() { ok(t, img.Close()) })
	return img
}

// TestDescribe describes one image from everywhere.
func TestDescribe(t *testing.T) {
	d := described(t, baseImage+"-- attestation --\none\n")
	built, err := d.Build()
	ok(t, err)
	config, err := built.ConfigFile()
	ok(t, err)
	digest, err := built.Digest()
	ok(t, err)
	id, err := built.ConfigName()
	ok(t, err)
	index, err := imagetest.BuildIndex(d)
	ok(t, err)
	indexDigest, err := index.Digest()
	ok(t, err)

	reg := imagetest.NewRegistry(t)
	reg.MustPush(t, "base:1", index)
	layout := filepath.Join(t.TempDir(), "layout")
	ok(t, imagetest.WriteLayout(layout, imagetest.LayoutEntry{Add: index}))
	archive := filepath.Join(t.TempDir(), "base.tar")
	tagged := imagetest.Tagged{Ref: "base:1", Image: built, RepoDigests: []string{"base@" + indexDigest.String()}}
	ok(t, imagetest.WriteDockerArchive(archive, imagetest.Modern, tagged))
	inStore := tagged
	inStore.Index = index

	// A daemon tells neither the annotations nor the manifest's digest, and in the
	// history no authors; which entries are empty is worked out.
	for _, tt := range []struct {
		name, ref string
		style     imagetest.ArchiveStyle // of the daemon; empty for none
		tagged    imagetest.Tagged
		keep      bool // in a folder that can be read

		want         image.Image
		attestations int
	}{
		{
			name: "registry", ref: reg.Host + "/base:1",
			want:         image.Image{Name: reg.Host + "/base", Source: "registry", Digest: digest.String(), ID: id.String(), IndexDigest: indexDigest.String()},
			attestations: 1,
		},
		{
			name: "layout", ref: "oci-dir:" + layout,
			want:         image.Image{Name: "layout", Source: "oci layout", Digest: digest.String(), ID: id.String(), IndexDigest: indexDigest.String()},
			attestations: 1,
		},
		{
			name: "archive", ref: archive,
			want: image.Image{Name: "base", Source: "docker archive", ID: id.String(), RepoTags: []string{"base:1"}},
		},
		{
			name: "daemon", ref: "base:1", style: imagetest.Modern, tagged: tagged,
			want: image.Image{Name: "base", Source: "docker daemon", ID: id.String()},
		},
		{
			name: "daemon by digest", ref: "base:1@" + indexDigest.String(), style: imagetest.Modern, tagged: tagged,
			want: image.Image{Name: "base", Source: "docker daemon", ID: id.String()},
		},
		{
			name: "daemon by ID", ref: id.String(), style: imagetest.Modern, tagged: tagged,
			want: image.Image{Name: "base", Source: "docker daemon", ID: id.String()},
		},
		{
			name: "daemon whose folders can be read", ref: "docker.io/library/base:1", style: imagetest.Modern, tagged: tagged, keep: true,
			want: image.Image{Name: "base", Source: "docker daemon", ID: id.String()},
		},
		{
			name: "containerd's store", ref: "base:1", style: imagetest.Containerd, tagged: tagged,
			want: image.Image{Name: "base", Source: "docker daemon", Digest: digest.String()},
		},
		{
			name: "containerd's store with an index", ref: "base:1", style: imagetest.Containerd, tagged: inStore,
			want: image.Image{Name: "base", Source: "docker daemon", IndexDigest: indexDigest.String()},
		},
		{
			name: "containerd's store that can be read", ref: "base:1", style: imagetest.Containerd, tagged: inStore, keep: true,
			want:         image.Image{Name: "base", Source: "docker daemon", Digest: digest.String(), ID: id.String(), IndexDigest: indexDigest.String()},
			attestations: 1,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			opts := options(t)
			opts.Insecure = []string{reg.Host}
			opts.Given = []string{archive, "oci-dir:" + layout}
			if tt.style != "" {
				daemon := imagetest.NewDaemon(t, tt.style, tt.tagged)
				if tt.keep {
					ok(t, daemon.Keep(t.TempDir()))
				}
				opts.Getenv = env("DOCKER_HOST", daemon.Host)
				defer func() {
					if daemon.Saved() > 0 {
						t.Error("the daemon was asked to save the image")
					}
				}()
				tt.want.RepoTags, tt.want.RepoDigests = []string{"base:1"}, tt.tagged.RepoDigests
			}
			before := len(reg.Requests())
			img := describe(t, newFinder(t, opts), tt.ref, "linux/amd64")

			want := tt.want
			want.Ref, want.Platform, want.Config = tt.ref, "linux/amd64", config
			if want.Source == "registry" || want.Source == "docker daemon" {
				want.Repository = want.Name
			}
			if want.IndexDigest != "" && want.ID != "" {
				want.Annotations = map[string]string{"org.opencontainers.image.base.name": "scratch"}
			}
			if diff := cmp.Diff(want, *img, cmpopts.IgnoreUnexported(image.Image{}), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if len(img.Layers()) > 0 {
				t.Errorf("%d layers", len(img.Layers()))
			}
			if found, err := img.Attestations(t.Context()); err != nil || len(found) != tt.attestations {
				t.Errorf("attestations %v, %v, want %d", found, err, tt.attestations)
			}
			for _, r := range reg.Requests()[before:] {
				for _, layer := range config.RootFS.DiffIDs {
					if strings.Contains(r.Path, layer.Hex) {
						t.Errorf("layer %s was fetched", layer)
					}
				}
			}
		})
	}
}

// TestDescribeWithoutLayers is that containerd's store need not have the layers of
// what is described: it drops those that it has unpacked, if told to.
func TestDescribeWithoutLayers(t *testing.T) {
	built := imagetest.Must(t, baseImage)
	id, err := built.ConfigName()
	ok(t, err)
	layers, err := built.Layers()
	ok(t, err)
	digest, err := layers[0].Digest()
	ok(t, err)
	daemon := imagetest.NewDaemon(t, imagetest.Containerd, imagetest.Tagged{Ref: "base:1", Image: built})
	root := t.TempDir()
	ok(t, daemon.Keep(root))
	ok(t, imagetest.RemoveBlob(filepath.Join(root, "containerd/daemon/io.containerd.content.v1.content"), digest.String()))
	opts := options(t)
	opts.Getenv = env("DOCKER_HOST", daemon.Host)
	if img := describe(t, newFinder(t, opts), "base:1", ""); img.ID != id.String() {
		t.Errorf("ID %q, want %s", img.ID, id)
	}
}

// TestDescribeFetchesNoLayer is that a registry is asked for the manifest and the
// configuration alone.
func TestDescribeFetchesNoLayer(t *testing.T) {
	built := imagetest.Must(t, baseImage)
	digest, err := built.Digest()
	ok(t, err)
	id, err := built.ConfigName()
	ok(t, err)
	reg := imagetest.NewRegistry(t)
	reg.MustPush(t, "base:1", built)
	opts := options(t)
	opts.Insecure = []string{reg.Host}
	f := newFinder(t, opts)
	describe(t, f, reg.Host+"/base:1", "")
	describe(t, f, reg.Host+"/base@"+digest.String(), "linux/amd64")
	want := []string{
		"GET /v2/", "GET /v2/base/manifests/1", "GET /v2/base/blobs/" + id.String(),
		// The second time, how to log in is known.
		"GET /v2/base/manifests/" + digest.String(), "GET /v2/base/blobs/" + id.String(),
	}
	if diff := cmp.Diff(want, requests(reg)); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func requests(reg *imagetest.Registry) []string {
	var got []string
	for _, r := range reg.Requests() {
		got = append(got, r.Method+" "+r.Path)
	}
	return got
}

// TestFinderOpen scans a base after others have been described.
func TestFinderOpen(t *testing.T) {
	reg := imagetest.NewRegistry(t)
	reg.MustPush(t, "base:1", imagetest.Must(t, twoLayers))
	opts := options(t)
	opts.Insecure = []string{reg.Host}
	f := newFinder(t, opts)
	describe(t, f, reg.Host+"/base:1", "linux/amd64")
	img, err := f.Open(t.Context(), reg.Host+"/base:1", "linux/amd64")
	ok(t, err)
	if diff := cmp.Diff([]string{"etc/os-release", "bin/sh -> busybox"}, content(t, img.Layers()[0])); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	ok(t, img.Close())
	describe(t, f, reg.Host+"/base:1", "linux/amd64") // closing an image leaves the Finder alone
}

// TestDaemonComesFirst is that a registry is not asked for what the daemon has,
// and is asked for another platform of it.
func TestDaemonComesFirst(t *testing.T) {
	amd := imagetest.Must(t, "-- base/amd64 --\n")
	arm := imagetest.Must(t, "-- image --\nplatform: linux/arm64\n-- base/arm64 --\n")
	index, err := imagetest.Index(amd, arm)
	ok(t, err)
	reg := imagetest.NewRegistry(t)
	reg.MustPush(t, "base:1", index)
	ref := reg.Host + "/base:1"
	opts := options(t)
	opts.Insecure = []string{reg.Host}
	opts.Getenv = env("DOCKER_HOST", imagetest.NewDaemon(t, imagetest.Modern, imagetest.Tagged{Ref: ref, Image: amd}).Host)
	f := newFinder(t, opts)
	if img := describe(t, f, ref, "linux/amd64"); img.Source != "docker daemon" || len(reg.Requests()) > 0 {
		t.Errorf("from the %s after %v", img.Source, requests(reg))
	}
	if img := describe(t, f, ref, "linux/arm64/v8"); img.Source != "registry" || img.Platform != "linux/arm64" {
		t.Errorf("%s from the %s", img.Platform, img.Source)
	}
	_, err = f.Describe(t.Context(), ref, "linux/s390x")
	var platform *image.PlatformError
	if !errors.As(err, &platform) || image.IsNotFound(err) || image.IsDenied(err) {
		t.Errorf("error %v, want a *PlatformError", err)
	}
	if _, err := f.Describe(t.Context(), ref, "arm64"); err == nil || !strings.Contains(err.Error(), "os/arch") {
		t.Errorf("error %v", err)
	}
}

// TestHead is that only HEAD requests are made beside logging in, and that the
// digest is that of the index.
func TestHead(t *testing.T) {
	index, err := imagetest.Index(imagetest.Must(t, "-- base/amd64 --\n"), imagetest.Must(t, "-- image --\nplatform: linux/arm64\n-- base/arm64 --\n"))
	ok(t, err)
	want, err := index.Digest()
	ok(t, err)
	reg := imagetest.NewRegistry(t)
	reg.MustPush(t, "org/base:1", index)
	reg.MustPush(t, "org/base:2", index)
	reg.RequireToken("user", "secret")
	opts := options(t)
	opts.Insecure = []string{reg.Host}
	opts.Keychain = perHost{reg.Host: "user"}
	f := newFinder(t, opts)
	for _, ref := range []string{"/org/base:1", "/org/base:2", "/org/base@" + want.String()} {
		got, err := f.Head(t.Context(), reg.Host+ref)
		ok(t, err)
		if got != want.String() {
			t.Errorf("%s: %s, want %s", ref, got, want)
		}
	}
	wantRequests := []string{
		"GET /v2/", "GET /token",
		"HEAD /v2/org/base/manifests/1", "HEAD /v2/org/base/manifests/2", "HEAD /v2/org/base/manifests/" + want.String(),
	}
	if diff := cmp.Diff(wantRequests, requests(reg)); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// TestHeadAsksTheOriginFirst is about a mirror that has kept an old answer.
func TestHeadAsksTheOriginFirst(t *testing.T) {
	old, fresh := imagetest.Must(t, "-- base/old --\n"), imagetest.Must(t, "-- base/new --\n")
	oldDigest, err := old.Digest()
	ok(t, err)
	freshDigest, err := fresh.Digest()
	ok(t, err)
	soon := http.Header{"Retry-After": {"0"}}
	for _, tt := range []struct {
		name   string
		origin *imagetest.Failure // nil when it has the new image
		want   string             // empty for an error
		is     func(error) bool
	}{
		{name: "answers", want: freshDigest.String()},
		{name: "has no such tag", origin: &imagetest.Failure{Contains: "/manifests/", Status: http.StatusNotFound}, is: image.IsNotFound},
		{name: "denies access", origin: &imagetest.Failure{Contains: "/manifests/", Status: http.StatusForbidden}, want: oldDigest.String()},
		{name: "limits the rate", origin: &imagetest.Failure{Contains: "/manifests/", Status: http.StatusTooManyRequests, Header: soon}, want: oldDigest.String()},
		{name: "is broken", origin: &imagetest.Failure{Status: http.StatusInternalServerError, Header: soon}, want: oldDigest.String()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			mirror, origin := imagetest.NewRegistry(t), imagetest.NewRegistry(t)
			mirror.MustPush(t, "base:1", old)
			origin.MustPush(t, "base:1", fresh)
			if tt.origin != nil {
				tt.origin.Header = soon
				origin.Fail(*tt.origin)
			}
			opts := options(t)
			opts.Insecure = []string{mirror.Host, origin.Host}
			opts.Mirrors = map[string][]string{origin.Host: {mirror.Host}}
			f := newFinder(t, opts)
			got, err := f.Head(t.Context(), origin.Host+"/base:1")
			if got != tt.want || (err == nil) != (tt.is == nil) || err != nil && !tt.is(err) {
				t.Errorf("%q, %v; want %q", got, err, tt.want)
			}
			if tt.want != oldDigest.String() && len(mirror.Requests()) > 0 {
				t.Errorf("the mirror was asked: %v", requests(mirror))
			}
			for _, r := range append(mirror.Requests(), origin.Requests()...) {
				if r.Method != http.MethodHead && strings.Contains(r.Path, "/manifests/") {
					t.Errorf("%s %s counts as a pull", r.Method, r.Path)
				}
			}

			// Describe asks the mirror first.
			img := describe(t, f, origin.Host+"/base:1", "")
			if img.Digest != oldDigest.String() {
				t.Errorf("described %s", img.Digest)
			}
		})
	}
}

// TestFinderErrors tells the answers of a registry apart.
func TestFinderErrors(t *testing.T) {
	const missing, denied, neither = "not found", "denied", "neither"
	soon := http.Header{"Retry-After": {"0"}}
	for _, tt := range []struct {
		name           string
		origin, mirror imagetest.Failure
		ref            string // on the registry; empty for the image that is there
		unreachable    bool
		want           string
	}{
		{name: "no such tag", ref: "/base:2", want: missing},
		{name: "no such repository", ref: "/other:1", want: missing},
		{name: "no such digest", ref: "/base@sha256:" + strings.Repeat("a", 64), want: missing},
		{name: "401", origin: imagetest.Failure{Contains: "/manifests/", Status: http.StatusUnauthorized}, want: denied},
		{name: "403", origin: imagetest.Failure{Contains: "/manifests/", Status: http.StatusForbidden}, want: denied},
		{name: "500", origin: imagetest.Failure{Contains: "/manifests/", Status: http.StatusInternalServerError, Header: soon}, want: neither},
		{name: "429", origin: imagetest.Failure{Contains: "/manifests/", Status: http.StatusTooManyRequests, Header: soon}, want: neither},
		{name: "unreachable", unreachable: true, want: neither},
		{name: "what the mirror denies is not there", ref: "/base:2", mirror: imagetest.Failure{Contains: "/manifests/", Status: http.StatusForbidden}, want: missing},
	} {
		t.Run(tt.name, func(t *testing.T) {
			mirror, origin := imagetest.NewRegistry(t), imagetest.NewRegistry(t)
			origin.MustPush(t, "base:1", imagetest.Must(t, twoLayers))
			if tt.origin.Status != 0 {
				origin.Fail(tt.origin)
			}
			if tt.mirror.Status != 0 {
				mirror.Fail(tt.mirror)
			}
			opts := options(t)
			opts.Insecure = []string{mirror.Host, origin.Host}
			opts.Mirrors = map[string][]string{origin.Host: {mirror.Host}}
			if tt.unreachable {
				origin.Close()
			}
			ref := origin.Host + "/base:1"
			if tt.ref != "" {
				ref = origin.Host + tt.ref
			}
			f := newFinder(t, opts)
			_, describeErr := f.Describe(t.Context(), ref, "")
			_, openErr := f.Open(t.Context(), ref, "")
			_, headErr := f.Head(t.Context(), ref)
			for call, err := range map[string]error{"Describe": describeErr, "Open": openErr, "Head": headErr} {
				if err == nil {
					t.Errorf("%s: no error", call)
				}
				if image.IsNotFound(err) != (tt.want == missing) || image.IsDenied(err) != (tt.want == denied) {
					t.Errorf("%s: %v is not %s", call, err, tt.want)
				}
			}
		})
	}
	if image.IsNotFound(nil) || image.IsDenied(errors.New("x")) {
		t.Error("any error will do")
	}
}

// TestFinderRecovers is that one call that failed does not spoil the next: neither
// a registry that was broken for a while nor a caller who gave up.
func TestFinderRecovers(t *testing.T) {
	reg := imagetest.NewRegistry(t)
	reg.MustPush(t, "base:1", imagetest.Must(t, twoLayers))
	opts := options(t)
	opts.Insecure = []string{reg.Host}
	f := newFinder(t, opts)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.Describe(cancelled, reg.Host+"/base:1", ""); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if _, err := f.Head(cancelled, reg.Host+"/base:1"); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	reg.Fail(imagetest.Failure{Times: 1, Status: http.StatusForbidden})
	if _, err := f.Head(t.Context(), reg.Host+"/base:1"); !image.IsDenied(err) {
		t.Errorf("error %v", err)
	}
	_, err := f.Head(t.Context(), reg.Host+"/base:1")
	ok(t, err)
	describe(t, f, reg.Host+"/base:1", "")
}

func TestFinderIsConcurrent(t *testing.T) {
	reg := imagetest.NewRegistry(t)
	for _, repo := range []string{"aa", "bb", "cc"} {
		reg.MustPush(t, repo+":1", imagetest.Must(t, "-- base/"+repo+" --\n"))
	}
	opts := options(t)
	opts.Insecure = []string{reg.Host}
	f := newFinder(t, opts)
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			ref := reg.Host + "/" + []string{"aa", "bb", "cc", "dd"}[i%4] + ":1"
			img, err := f.Describe(t.Context(), ref, "")
			if i%4 == 3 {
				if !image.IsNotFound(err) {
					t.Errorf("%s: %v", ref, err)
				}
				return
			}
			if err != nil {
				t.Errorf("%s: %v", ref, err)
				return
			}
			if err := img.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// TestFinderCredentials is that the user's name and password go to the registry of
// the scanned image and to no other.
func TestFinderCredentials(t *testing.T) {
	home, elsewhere := imagetest.NewRegistry(t), imagetest.NewRegistry(t)
	for _, reg := range []*imagetest.Registry{home, elsewhere} {
		reg.MustPush(t, "base:1", imagetest.Must(t, twoLayers))
		reg.RequireLogin("user", "secret")
	}
	for _, tt := range []struct {
		scanned string
		atHome  bool
	}{
		{home.Host + "/app:1", true},
		{"registry:" + home.Host + "/app:1", true},
		{"app.tar", false},
		{"", false},
	} {
		opts := options(t)
		opts.Insecure = []string{home.Host, elsewhere.Host}
		opts.Username, opts.Password, opts.Scanned = "user", "secret", tt.scanned
		f := newFinder(t, opts)
		if _, err := f.Head(t.Context(), home.Host+"/base:1"); (err == nil) != tt.atHome {
			t.Errorf("%q: %v", tt.scanned, err)
		}
		if _, err := f.Describe(t.Context(), elsewhere.Host+"/base:1", ""); !image.IsDenied(err) {
			t.Errorf("%q: error %v, want access denied", tt.scanned, err)
		}
	}
	for _, r := range elsewhere.Requests() {
		if r.Username != "" {
			t.Errorf("another registry got user %q at %s", r.Username, r.Path)
		}
	}
}

// hostile are names that an image may give of another one. None of them is the
// name of an image.
var hostile = []string{
	"", " ", ".", "..", "/", "-", ":", "@", "~",
	"user:password@ghcr.io/org/app:1", "user@ghcr.io/app", "https://ghcr.io/org/app:1", "//ghcr.io/app",
	"ghcr.io/../../info", "ghcr.io/org/../../../v2/_catalog", "a/../b", "a/./b", "a//b", "app/", "/app", "./app", "../app", "../../etc/passwd",
	"ghcr.io/org/app:1/../2", "ghcr.io/org/app?x=1", "ghcr.io/org/app#x", "ghcr.io/org/app%2f..", `ghcr.io\app`, "ghcr.io:/app", "ghcr.io:x/app",
	"UPPER/x", "ghcr.io/Org/app", "ghcr.io/org/app:-1", "ghcr.io/org/app: 1", "app:1\n", "app\x00", "app:1 --insecure", "$(id)", "app;id",
	"ghcr.i\u043e/org/app", "\u202egpj.app", "app:\u200b1",
	"app@sha256:abc", "app@sha256:" + strings.Repeat("z", 64), "app@md5:" + strings.Repeat("a", 32), "app@" + strings.Repeat("a", 64),
	"ghcr.io/" + strings.Repeat("a", 300), strings.Repeat("a.", 200) + "io/app", "app:" + strings.Repeat("1", 129), strings.Repeat("a", 1<<20),
	"oci-archive:/tmp/x.tar", "docker-archive:./x.tar", "oci-dir:layout:1", "registry:ghcr.io/app:1", "file:///etc/passwd", "unix:///var/run/docker.sock",
}

// TestHostileNames is that nobody is asked for what is no name of an image, and
// that such a thing is never opened as a file.
func TestHostileNames(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	ok(t, imagetest.WriteLayout("layout", imagetest.LayoutEntry{Tag: "1", Add: imagetest.Must(t, twoLayers)}))
	ok(t, imagetest.WriteDockerArchive("app.tar", imagetest.Modern, imagetest.Tagged{Ref: "app:1", Image: imagetest.Must(t, twoLayers)}))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	defer listener.Close()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			t.Errorf("somebody was asked, at %s", conn.LocalAddr())
			conn.Close()
		}
	}()
	opts := options(t)
	host := listener.Addr().String()
	opts.Insecure = []string{host}
	opts.Getenv = env("DOCKER_HOST", "tcp://"+host)
	opts.Mirrors = map[string][]string{"docker.io": {host}, "ghcr.io": {host}}
	f := newFinder(t, opts)
	for _, ref := range append(hostile,
		host+"/../x", "user:password@"+host+"/app", "http://"+host+"/app", "./layout", "oci-dir:"+filepath.Join(dir, "layout"), filepath.Join(dir, "app.tar"),
	) {
		_, describeErr := f.Describe(t.Context(), ref, "")
		_, openErr := f.Open(t.Context(), ref, "")
		_, headErr := f.Head(t.Context(), ref)
		for call, err := range map[string]error{"Describe": describeErr, "Open": openErr, "Head": headErr} {
			var refused *image.ReferenceError
			if !errors.As(err, &refused) {
				t.Errorf("%s(%.100q): error %v, want a *ReferenceError", call, ref, err)
			} else if len(err.Error()) > 1000 || strings.ContainsAny(err.Error(), "\n\x00\u202e") {
				t.Errorf("%s(%.100q): error %.100q of %d bytes", call, ref, err, len(err.Error()))
			}
		}
	}
}

// TestNamesOfFiles is that a name is a name, whatever file there is of that name,
// unless the user gave it.
func TestNamesOfFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	ok(t, imagetest.WriteLayout("layout", imagetest.LayoutEntry{Add: imagetest.Must(t, twoLayers)}))
	opts := options(t)
	reg := imagetest.NewRegistry(t)
	opts.Insecure = []string{reg.Host}
	opts.Mirrors = map[string][]string{"docker.io": {reg.Host}}
	reg.MustPush(t, "library/layout:latest", imagetest.Must(t, baseImage))
	if img := describe(t, newFinder(t, opts), "layout", ""); img.Source != "registry" {
		t.Errorf("a name was taken for a folder: %s", img.Source)
	}
	opts.Given = []string{"layout"}
	if img := describe(t, newFinder(t, opts), "layout", ""); img.Source != "oci layout" {
		t.Errorf("the user's folder was not taken: %s", img.Source)
	}
}

// TestPrivateHosts is that go-containerregistry's exceptions for hosts that look
// private open no plain connection.
func TestPrivateHosts(t *testing.T) {
	reg := imagetest.NewRegistry(t)
	reg.MustPush(t, "base:1", imagetest.Must(t, twoLayers))
	_, port, err := net.SplitHostPort(reg.Host)
	ok(t, err)
	f := newFinder(t, options(t))
	for _, host := range []string{reg.Host, "localhost:" + port, "[::ffff:127.0.0.1]:" + port} {
		if _, err := f.Head(t.Context(), host+"/base:1"); err == nil {
			t.Errorf("%s answered over plain http", host)
		}
		if _, err := f.Describe(t.Context(), host+"/base:1", ""); err == nil {
			t.Errorf("%s answered over plain http", host)
		}
	}
	for _, r := range reg.Requests() {
		t.Errorf("%s %s over plain http", r.Method, r.Path)
	}
}

// TestOnlyTheDaemonKnows is that an image ID and a local name are nothing to ask a
// registry for.
func TestOnlyTheDaemonKnows(t *testing.T) {
	f := newFinder(t, options(t))
	for _, ref := range []string{"sha256:" + strings.Repeat("a", 64), "localhost/base:1"} {
		if _, err := f.Head(t.Context(), ref); err == nil || !strings.Contains(err.Error(), "to no registry") {
			t.Errorf("error %v", err)
		}
		_, err := f.Describe(t.Context(), ref, "")
		var diagnosis *image.OpenError
		if !errors.As(err, &diagnosis) || len(diagnosis.Attempts) != 1 || !strings.HasPrefix(diagnosis.Attempts[0].Where, "docker daemon") {
			t.Errorf("error %v, want the daemon to be the only one asked", err)
		}
	}
}
