package image_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/org/imgscan-action/internal/image"
	"github.com/org/imgscan-action/internal/imagetest"
)

const (
	reportType = "application/vnd.imgscan.report.v1+json"
	createdKey = "org.opencontainers.image.created"
)

// writable is a registry that things are attached in. It has the referrers API as
// the specification has it, or not at all.
type writable struct {
	t    *testing.T
	host string
	repo name.Repository
	opts image.Options

	// image is the manifest for linux/amd64 of app:1, and index what app:1 is.
	image, index v1.Descriptor

	// meddle may answer a request instead of the registry; it says whether it did.
	meddle func(w http.ResponseWriter, req *http.Request, backend http.Handler) bool

	backend http.Handler
	api     bool

	mu       sync.Mutex
	requests []string // "PUT /v2/app/manifests/…"
	subjects map[string]v1.Descriptor
	listing  []v1.Descriptor // by the API
}

func newWritable(t *testing.T, api bool) *writable {
	t.Helper()
	w := &writable{
		t: t, api: api, subjects: make(map[string]v1.Descriptor),
		backend: registry.New(registry.Logger(log.New(io.Discard, "", 0)), registry.WithReferrersSupport(false)),
	}
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	w.host = strings.TrimPrefix(server.URL, "http://")
	repo, err := name.NewRepository(w.host+"/app", name.Insecure)
	ok(t, err)
	w.repo = repo
	w.opts = options(t)
	w.opts.Insecure = []string{w.host}
	w.opts.Scanned = w.host + "/app:1"
	w.image, w.index = pushTwoPlatforms(t, repo)
	w.forget()
	return w
}

// pushTwoPlatforms pushes app:1, an index.
func pushTwoPlatforms(t *testing.T, repo name.Repository) (amd64, index v1.Descriptor) {
	t.Helper()
	built, err := imagetest.BuildIndex(described(t, "-- base/x --\n"), described(t, "-- image --\nplatform: linux/arm64\n-- base/x --\n"))
	ok(t, err)
	ok(t, remote.WriteIndex(repo.Tag("1"), built))
	manifest, err := built.IndexManifest()
	ok(t, err)
	digest, err := built.Digest()
	ok(t, err)
	return manifest.Manifests[0], v1.Descriptor{MediaType: types.OCIImageIndex, Digest: digest}
}

// ServeHTTP implements http.Handler.
func (w *writable) ServeHTTP(out http.ResponseWriter, req *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.requests = append(w.requests, req.Method+" "+req.URL.Path)
	if w.meddle != nil && w.meddle(out, req, w.backend) {
		return
	}
	_, reference, isManifest := strings.Cut(req.URL.Path, "/manifests/")
	_, subject, isList := strings.Cut(req.URL.Path, "/referrers/")
	switch {
	case isList && w.api:
		w.serveList(out, subject, req.URL.Query().Get("artifactType"))
	case isManifest && req.Method == http.MethodPut && w.api:
		raw, _ := io.ReadAll(req.Body)
		req.Body = io.NopCloser(bytes.NewReader(raw))
		w.noteSubject(out, raw, req.Header.Get("Content-Type"))
		w.backend.ServeHTTP(out, req)
	case isManifest && req.Method == http.MethodDelete:
		w.listing = slices.DeleteFunc(w.listing, func(d v1.Descriptor) bool { return d.Digest.String() == reference })
		w.backend.ServeHTTP(out, req)
	default:
		w.backend.ServeHTTP(out, req)
	}
}

// noteSubject lists a manifest that has one.
func (w *writable) noteSubject(out http.ResponseWriter, raw []byte, mediaType string) {
	var m v1.Manifest
	ok(w.t, json.Unmarshal(raw, &m))
	if m.Subject == nil {
		return
	}
	out.Header().Set("OCI-Subject", m.Subject.Digest.String())
	d := v1.Descriptor{
		MediaType: types.MediaType(mediaType), Digest: digestOf(raw), Size: int64(len(raw)),
		ArtifactType: m.ArtifactType, Annotations: m.Annotations,
	}
	w.subjects[d.Digest.String()] = *m.Subject
	w.listing = append(w.listing, d)
}

func (w *writable) serveList(out http.ResponseWriter, subject, artifactType string) {
	index := v1.IndexManifest{SchemaVersion: 2, MediaType: types.OCIImageIndex, Manifests: []v1.Descriptor{}}
	for _, d := range w.listing {
		if w.subjects[d.Digest.String()].Digest.String() == subject && (artifactType == "" || artifactType == d.ArtifactType) {
			index.Manifests = append(index.Manifests, d)
		}
	}
	out.Header().Set("Content-Type", string(types.OCIImageIndex))
	ok(w.t, json.NewEncoder(out).Encode(index))
}

// forget forgets the requests so far.
func (w *writable) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.requests = nil
}

// on has requests meddled with from now on.
func (w *writable) on(meddle func(http.ResponseWriter, *http.Request, http.Handler) bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.meddle = meddle
}

// listed is what the registry lists as referring to anything, by its API or the tag.
func (w *writable) listed() []v1.Descriptor {
	w.t.Helper()
	if !w.api {
		return w.tagged()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.listing)
}

// wrote lists the requests of some methods.
func (w *writable) wrote(methods ...string) (list []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.requests {
		method, _, _ := strings.Cut(r, " ")
		if slices.Contains(methods, method) {
			list = append(list, r)
		}
	}
	return list
}

// tagged is what the tag lists that stands in for the API.
func (w *writable) tagged() []v1.Descriptor {
	w.t.Helper()
	index, err := remote.Index(w.repo.Tag("sha256-" + w.image.Digest.Hex))
	ok(w.t, err)
	manifest, err := index.IndexManifest()
	ok(w.t, err)
	return manifest.Manifests
}

// has says whether a manifest is still there.
func (w *writable) has(digest string) bool {
	_, err := remote.Head(w.repo.Digest(digest))
	return err == nil
}

// store puts a blob and a manifest, with the tag of the image's referrers listing
// it as told, where there is no API.
func (w *writable) store(m v1.Manifest, content string, listed func(*v1.Descriptor)) v1.Descriptor {
	w.t.Helper()
	for _, blob := range []v1.Layer{static.NewLayer([]byte("{}"), "application/vnd.oci.empty.v1+json"), static.NewLayer([]byte(content), reportType)} {
		ok(w.t, remote.WriteLayer(w.repo, blob))
	}
	raw, err := json.Marshal(m)
	ok(w.t, err)
	d := v1.Descriptor{MediaType: types.OCIManifestSchema1, Digest: digestOf(raw), Size: int64(len(raw)), ArtifactType: m.ArtifactType, Annotations: m.Annotations}
	w.put(d.Digest.String(), types.OCIManifestSchema1, raw)
	if listed != nil {
		listed(&d)
	}
	return d
}

func (w *writable) put(reference string, mediaType types.MediaType, raw []byte) {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodPut, "http://"+w.host+"/v2/app/manifests/"+reference, bytes.NewReader(raw))
	ok(w.t, err)
	req.Header.Set("Content-Type", string(mediaType))
	resp, err := http.DefaultClient.Do(req)
	ok(w.t, err)
	resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		w.t.Fatalf("PUT %s: %s", reference, resp.Status)
	}
}

// list writes the tag of the image's referrers.
func (w *writable) list(entries ...v1.Descriptor) {
	w.t.Helper()
	raw, err := json.Marshal(v1.IndexManifest{SchemaVersion: 2, MediaType: types.OCIImageIndex, Manifests: entries})
	ok(w.t, err)
	w.put("sha256-"+w.image.Digest.Hex, types.OCIImageIndex, raw)
}

// reportManifest is the manifest of a report that was attached at a time.
func (w *writable) reportManifest(content, created string) v1.Manifest {
	return v1.Manifest{
		SchemaVersion: 2,
		MediaType:     types.OCIManifestSchema1,
		ArtifactType:  reportType,
		Config:        v1.Descriptor{MediaType: "application/vnd.oci.empty.v1+json", Digest: digestOf([]byte("{}")), Size: 2},
		Layers:        []v1.Descriptor{{MediaType: reportType, Digest: digestOf([]byte(content)), Size: int64(len(content))}},
		Subject:       &v1.Descriptor{MediaType: w.image.MediaType, Digest: w.image.Digest, Size: w.image.Size},
		Annotations:   map[string]string{createdKey: created},
	}
}

func digestOf(content []byte) v1.Hash { return v1.Hash{Algorithm: "sha256", Hex: sha256Hex(content)} }

func day(n int) time.Time { return time.Date(2026, 1, n, 12, 0, 0, 0, time.UTC) }

// reportOf is a report of a day in January; its database tells it from others.
func reportOf(n int, database string) image.Attachment {
	return image.Attachment{
		Type: reportType, Content: []byte(`{"database": "` + database + `"}`), Created: day(n),
		Annotations: map[string]string{"io.imgscan.database": database},
	}
}

func (w *writable) attach(f *image.Finder, a image.Attachment) string {
	w.t.Helper()
	digest, err := f.Attach(w.t.Context(), open(w.t, "registry:"+w.host+"/app:1", w.amd64()), a)
	ok(w.t, err)
	return digest
}

func (w *writable) amd64() image.Options {
	opts := w.opts
	opts.Platform = "linux/amd64"
	return opts
}

// bothWays runs a test on a registry with the API and on one without.
func bothWays(t *testing.T, test func(t *testing.T, w *writable)) {
	t.Run("API", func(t *testing.T) { test(t, newWritable(t, true)) })
	t.Run("tag", func(t *testing.T) { test(t, newWritable(t, false)) })
}

// TestAttach attaches a report and finds it again, by every name of the image.
func TestAttach(t *testing.T) {
	bothWays(t, func(t *testing.T, w *writable) {
		f := newFinder(t, w.opts)
		digest := w.attach(f, reportOf(2, "sha256:db"))

		desc, err := remote.Get(w.repo.Digest(digest))
		ok(t, err)
		content := `{"database": "sha256:db"}`
		want := w.reportManifest(content, "2026-01-02T12:00:00Z")
		want.Annotations["io.imgscan.database"] = "sha256:db"
		want.Layers[0].Annotations = map[string]string{"org.opencontainers.image.title": "imgscan.json"}
		var got v1.Manifest
		ok(t, json.Unmarshal(desc.Manifest, &got))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("manifest (-want +got):\n%s", diff)
		}
		listed := w.listed()
		entry := v1.Descriptor{MediaType: types.OCIManifestSchema1, ArtifactType: reportType, Digest: desc.Digest, Size: desc.Size, Annotations: want.Annotations}
		if diff := cmp.Diff([]v1.Descriptor{entry}, listed); diff != "" {
			t.Errorf("the list of referrers (-want +got):\n%s", diff)
		}

		wanted := reportOf(2, "sha256:db")
		wanted.Digest = digest
		for _, ref := range []string{w.host + "/app:1", w.host + "/app@" + w.index.Digest.String(), w.host + "/app@" + w.image.Digest.String()} {
			found, err := f.Attached(t.Context(), ref, "linux/amd64", reportType)
			ok(t, err)
			if diff := cmp.Diff(wanted, found); diff != "" {
				t.Errorf("%s (-want +got):\n%s", ref, diff)
			}
		}
		for _, nothing := range []struct{ platform, artifactType string }{{"linux/arm64", reportType}, {"linux/amd64", "application/spdx+json"}} {
			if _, err := f.Attached(t.Context(), w.host+"/app:1", nothing.platform, nothing.artifactType); !errors.Is(err, image.ErrNotAttached) {
				t.Errorf("%v: error %v, want ErrNotAttached", nothing, err)
			}
		}
	})
}

// TestAttachToARegistryThatListsLittle is about go-containerregistry's own, whose
// list has no annotations and the media type of the configuration for the type.
func TestAttachToARegistryThatListsLittle(t *testing.T) {
	for _, login := range []func(*imagetest.Registry, string, string){(*imagetest.Registry).RequireLogin, (*imagetest.Registry).RequireToken} {
		reg := imagetest.NewRegistry(t)
		reg.MustPush(t, "app:1", imagetest.Must(t, twoLayers))
		login(reg, "user", "secret")
		opts := options(t)
		opts.Insecure, opts.Scanned = []string{reg.Host}, reg.Host+"/app:1"
		opts.Username, opts.Password = "user", "secret"
		f := newFinder(t, opts)
		img := open(t, "registry:"+reg.Host+"/app:1", opts)
		for n, database := range []string{"a", "b", "b"} {
			_, err := f.Attach(t.Context(), img, reportOf(n+1, database))
			if (database == "b" && n == 2) != errors.Is(err, image.ErrAttachedAlready) {
				t.Errorf("%d: %v", n, err)
			}
		}
		found, err := f.Attached(t.Context(), reg.Host+"/app:1", "", reportType)
		ok(t, err)
		if found.Annotations["io.imgscan.database"] != "b" {
			t.Errorf("found the report of database %v", found.Annotations)
		}
	}
}

// TestAttachTheSame writes nothing.
func TestAttachTheSame(t *testing.T) {
	bothWays(t, func(t *testing.T, w *writable) {
		f := newFinder(t, w.opts)
		first := w.attach(f, reportOf(2, "a"))
		w.forget()
		digest, err := f.Attach(t.Context(), open(t, "registry:"+w.host+"/app:1", w.amd64()), reportOf(3, "a"))
		if !errors.Is(err, image.ErrAttachedAlready) || digest != first {
			t.Errorf("%s, %v; want %s and ErrAttachedAlready", digest, err, first)
		}
		if writes := w.wrote("PUT", "POST", "PATCH", "DELETE"); writes != nil {
			t.Errorf("it wrote: %q", writes)
		}
	})
}

// TestAttachReplaces is that an image has one report, and keeps what is not ours.
func TestAttachReplaces(t *testing.T) {
	bothWays(t, func(t *testing.T, w *writable) {
		f := newFinder(t, w.opts)
		other := reportOf(1, "other")
		other.Type = "application/vnd.example+json"
		kept := w.attach(f, other)
		var digests []string
		for n, database := range []string{"a", "b", "c"} {
			digests = append(digests, w.attach(f, reportOf(n+2, database)))
		}
		for digest, want := range map[string]bool{kept: true, digests[0]: false, digests[1]: false, digests[2]: true} {
			if w.has(digest) != want {
				t.Errorf("%s is there: %v, want %v", digest, !want, want)
			}
		}
		listed := w.listed()
		if len(listed) != 2 || listed[0].Digest.String() != kept || listed[1].Digest.String() != digests[2] {
			t.Errorf("listed: %v", listed)
		}

		// A report that is late is no reason to lose the newer one.
		w.attach(f, reportOf(2, "late"))
		found, err := f.Attached(t.Context(), w.host+"/app:1", "linux/amd64", reportType)
		ok(t, err)
		if found.Digest != digests[2] {
			t.Errorf("found the report of %v", found.Created)
		}
	})
}

// TestAttachWhereNothingCanBeDeleted asks once and leaves it at that.
func TestAttachWhereNothingCanBeDeleted(t *testing.T) {
	bothWays(t, func(t *testing.T, w *writable) {
		w.on(func(out http.ResponseWriter, req *http.Request, _ http.Handler) bool {
			if req.Method != http.MethodDelete {
				return false
			}
			http.Error(out, `{"errors":[{"code":"UNSUPPORTED"}]}`, http.StatusMethodNotAllowed)
			return true
		})
		f := newFinder(t, w.opts)
		for n, database := range []string{"a", "b", "c", "d"} {
			w.forget()
			w.attach(f, reportOf(n+1, database))
			found, err := f.Attached(t.Context(), w.host+"/app:1", "linux/amd64", reportType)
			ok(t, err)
			if found.Annotations["io.imgscan.database"] != database {
				t.Errorf("after %s, found that of database %v", database, found.Annotations)
			}
			if asked := w.wrote("DELETE"); len(asked) > 1 {
				t.Errorf("asked to delete: %q", asked)
			}
		}
		if !w.api && len(w.tagged()) != 1 {
			t.Errorf("the tag lists %v", w.tagged())
		}
	})
}

// TestAttachDeletesOnlyReports is about a tag in which somebody who may push has
// listed what somebody else is to delete.
func TestAttachDeletesOnlyReports(t *testing.T) {
	w := newWritable(t, false)
	elsewhere := w.reportManifest("x", "2025-01-01T00:00:00Z")
	elsewhere.Subject = &v1.Descriptor{MediaType: w.index.MediaType, Digest: w.index.Digest, Size: 1}
	about := w.store(elsewhere, "x", nil)
	victim := v1.Descriptor{
		MediaType: w.image.MediaType, Digest: w.image.Digest, Size: w.image.Size,
		ArtifactType: reportType, Annotations: map[string]string{createdKey: "2025-01-01T00:00:00Z"},
	}
	nameless := w.store(w.reportManifest("y", "2025-01-01T00:00:00Z"), "y", func(d *v1.Descriptor) { d.ArtifactType = "" })
	w.list(victim, about, nameless)
	w.attach(newFinder(t, w.opts), reportOf(1, "a"))
	if asked := w.wrote("DELETE"); asked != nil || !w.has(w.image.Digest.String()) {
		t.Errorf("asked to delete: %q", asked)
	}
	// What is not listed as a report stays listed.
	if listed := w.tagged(); len(listed) != 2 || listed[0].Digest != nameless.Digest {
		t.Errorf("the tag lists %v", listed)
	}
}

// TestAttachAgainstAnotherWriter is about a tag that another job writes over.
func TestAttachAgainstAnotherWriter(t *testing.T) {
	for _, tt := range []struct {
		name  string
		times int
		err   string
	}{{"once", 1, ""}, {"always", 100, "others write over the tag"}} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWritable(t, false)
			other := w.store(w.reportManifest("other", "2026-01-01T00:00:00Z"), "other", func(d *v1.Descriptor) { d.ArtifactType = "application/vnd.other" })
			left := tt.times
			w.on(func(out http.ResponseWriter, req *http.Request, backend http.Handler) bool {
				if req.Method != http.MethodPut || !strings.Contains(req.URL.Path, "/manifests/sha256-") || left == 0 {
					return false
				}
				left--
				raw, err := json.Marshal(v1.IndexManifest{SchemaVersion: 2, MediaType: types.OCIImageIndex, Manifests: []v1.Descriptor{other}})
				ok(t, err)
				req.Body = io.NopCloser(bytes.NewReader(raw))
				backend.ServeHTTP(out, req)
				return true
			})
			_, err := newFinder(t, w.opts).Attach(t.Context(), open(t, "registry:"+w.host+"/app:1", w.amd64()), reportOf(2, "a"))
			if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Fatalf("error %v, want %q", err, tt.err)
			}
			if err == nil && len(w.tagged()) != 2 {
				t.Errorf("the tag lists %v", w.tagged())
			}
		})
	}
}

// TestAttachWhereTheAPIRedirects is about GitHub's registry, which sends whoever asks
// for referrers to a web page. Nobody goes there.
func TestAttachWhereTheAPIRedirects(t *testing.T) {
	page := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) { t.Errorf("asked for %s", req.URL) }))
	defer page.Close()
	w := newWritable(t, false)
	w.opts.Insecure = append(w.opts.Insecure, strings.TrimPrefix(page.URL, "http://"))
	w.on(func(out http.ResponseWriter, req *http.Request, _ http.Handler) bool {
		if !strings.Contains(req.URL.Path, "/referrers/") {
			return false
		}
		http.Redirect(out, req, page.URL, http.StatusSeeOther)
		return true
	})
	f := newFinder(t, w.opts)
	digest := w.attach(f, reportOf(1, "a"))
	found, err := f.Attached(t.Context(), w.host+"/app:1", "linux/amd64", reportType)
	ok(t, err)
	if found.Digest != digest || len(w.tagged()) != 1 {
		t.Errorf("found %q, listed %v", found.Digest, w.tagged())
	}
}

// TestAttachAtTheOrigin is that what was read from a mirror is written to the registry.
func TestAttachAtTheOrigin(t *testing.T) {
	mirror, origin := newWritable(t, true), newWritable(t, false)
	opts := origin.amd64()
	opts.Insecure = []string{mirror.host, origin.host}
	opts.Mirrors = map[string][]string{origin.host: {mirror.host}}
	f := newFinder(t, opts)
	img := open(t, "registry:"+origin.host+"/app:1", opts)
	if len(mirror.wrote("GET")) == 0 || len(origin.wrote("GET")) != 0 {
		t.Fatal("the image was not read from the mirror")
	}
	_, err := f.Attach(t.Context(), img, reportOf(1, "a"))
	ok(t, err)
	if got := mirror.wrote("PUT", "POST", "PATCH", "DELETE"); got != nil {
		t.Errorf("the mirror got %q", got)
	}
	if _, err := f.Attached(t.Context(), origin.host+"/app:1", "linux/amd64", reportType); err != nil {
		t.Error(err)
	}

	// An image that the registry itself has no more.
	ok(t, remote.Delete(origin.repo.Digest(origin.image.Digest.String())))
	var refused *image.AttachError
	if _, err := f.Attach(t.Context(), img, reportOf(2, "b")); !errors.As(err, &refused) || !strings.Contains(refused.Reason, "404") {
		t.Errorf("error %v, want an *AttachError with 404", err)
	}
}

// TestAttachRefused is about images that nothing can be attached to, and registries
// that do not want it.
func TestAttachRefused(t *testing.T) {
	refuse := func(status int) func(http.ResponseWriter, *http.Request, http.Handler) bool {
		return func(out http.ResponseWriter, req *http.Request, _ http.Handler) bool {
			if req.Method == http.MethodGet || req.Method == http.MethodHead {
				return false
			}
			out.WriteHeader(status)
			return true
		}
	}
	for _, tt := range []struct {
		name   string
		change func(w *writable, img *image.Image, a *image.Attachment)
		want   string
	}{
		{"archive", func(_ *writable, img *image.Image, _ *image.Attachment) { img.Source = image.SourceDockerArchive }, "docker archive"},
		{"daemon", func(_ *writable, img *image.Image, _ *image.Attachment) { img.Source = image.SourceDaemon }, "prefix registry:"},
		{"no manifest", func(_ *writable, img *image.Image, _ *image.Attachment) { img.Digest = "" }, "no manifest"},
		{"no date", func(_ *writable, _ *image.Image, a *image.Attachment) { a.Created = time.Time{} }, "no date"},
		{"large", func(_ *writable, _ *image.Image, a *image.Attachment) {
			a.Content = make([]byte, image.MaxAttachment+1)
		}, "67108865 bytes, more than 67108864"},
		{"401", func(w *writable, _ *image.Image, _ *image.Attachment) { w.on(refuse(http.StatusUnauthorized)) }, "401 Unauthorized"},
		{"403", func(w *writable, _ *image.Image, _ *image.Attachment) { w.on(refuse(http.StatusForbidden)) }, "403 Forbidden: access denied); log in to 127.0.0.1"},
		{"405", func(w *writable, _ *image.Image, _ *image.Attachment) { w.on(refuse(http.StatusMethodNotAllowed)) }, "405 Method Not Allowed"},
		{"500", func(w *writable, _ *image.Image, _ *image.Attachment) { w.on(refuse(http.StatusInternalServerError)) }, "500 Internal Server Error"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWritable(t, false)
			img, a := open(t, "registry:"+w.host+"/app:1", w.amd64()), reportOf(1, "a")
			tt.change(w, img, &a)
			digest, err := newFinder(t, w.opts).Attach(t.Context(), img, a)
			var refused *image.AttachError
			if !errors.As(err, &refused) || digest != "" || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%q, error %v, want an *AttachError with %q", digest, err, tt.want)
			}
		})
	}
}

func TestAttachCancelled(t *testing.T) {
	w := newWritable(t, false)
	img := open(t, "registry:"+w.host+"/app:1", w.amd64())
	f := newFinder(t, w.opts)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.Attach(ctx, img, reportOf(1, "a")); !errors.Is(err, context.Canceled) {
		t.Errorf("Attach: %v", err)
	}
	if _, err := f.Attached(ctx, w.host+"/app:1", "", reportType); !errors.Is(err, context.Canceled) {
		t.Errorf("Attached: %v", err)
	}
}
