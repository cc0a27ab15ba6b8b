package image_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/org/imgscan-action/internal/image"
)

// TestAttachedHostile is about what anybody may have listed under the tag. The good
// report is of 2026-01-02.
func TestAttachedHostile(t *testing.T) {
	const newer = "2026-01-03T00:00:00Z"
	future := time.Now().Add(48 * time.Hour).UTC().Format(time.RFC3339)
	other := v1.Hash{Algorithm: "sha256", Hex: strings.Repeat("a", 64)}
	for _, tt := range []struct {
		name    string
		created string
		change  func(m *v1.Manifest)
		listed  func(d *v1.Descriptor)
	}{
		{"another subject", newer, func(m *v1.Manifest) { m.Subject.Digest = other }, nil},
		{"no subject", newer, func(m *v1.Manifest) { m.Subject = nil }, nil},
		{"another type in the manifest", newer, func(m *v1.Manifest) { m.ArtifactType = "application/x" }, func(d *v1.Descriptor) { d.ArtifactType = reportType }},
		{"another type in the list", newer, nil, func(d *v1.Descriptor) { d.ArtifactType = "application/x" }},
		{"another type of layer", newer, func(m *v1.Manifest) { m.Layers[0].MediaType = "text/html" }, nil},
		{"two layers", newer, func(m *v1.Manifest) { m.Layers = append(m.Layers, m.Layers[0]) }, nil},
		{"no layer", newer, func(m *v1.Manifest) { m.Layers = nil }, nil},
		{"large", newer, func(m *v1.Manifest) { m.Layers[0].Size = image.MaxAttachment + 1 }, nil},
		{"a manifest too large to read", newer, nil, func(d *v1.Descriptor) { d.Size = 1 << 40 }},
		{"from the future", future, nil, nil},
		{"from the end of time", "9999-12-31T23:59:59Z", nil, nil},
		{"from the future, and the list does not say so", future, nil, func(d *v1.Descriptor) { d.Annotations = map[string]string{createdKey: newer} }},
		{"from the future, and the list says nothing", future, nil, func(d *v1.Descriptor) { d.Annotations = nil }},
		{"no date", "", nil, nil},
		{"no date that anybody can read", "tomorrow\n::error::", nil, nil},
		{"gone", newer, nil, func(d *v1.Descriptor) { d.Digest = other }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWritable(t, false)
			if tt.name == "gone" {
				w.on(func(out http.ResponseWriter, req *http.Request, _ http.Handler) bool {
					if strings.HasSuffix(req.URL.Path, other.String()) {
						http.NotFound(out, req)
						return true
					}
					return false
				})
			}
			bad := w.reportManifest("bad", tt.created)
			if tt.change != nil {
				tt.change(&bad)
			}
			entry := w.store(bad, "bad", tt.listed)
			if tt.name == "gone" {
				entry.MediaType = "application/x" // so that the tag can be written
			}
			w.list(entry)
			f := newFinder(t, w.opts)
			if found, err := f.Attached(t.Context(), w.host+"/app:1", "linux/amd64", reportType); !errors.Is(err, image.ErrNotAttached) {
				t.Errorf("alone: %q, %v, want ErrNotAttached", found.Content, err)
			}
			w.list(entry, w.store(w.reportManifest("good", "2026-01-02T00:00:00Z"), "good", nil))
			found, err := f.Attached(t.Context(), w.host+"/app:1", "linux/amd64", reportType)
			if err != nil || string(found.Content) != "good" {
				t.Errorf("beside a good one: %q, %v", found.Content, err)
			}
		})
	}
}

// TestAttachedNewest reads few manifests where the list has the dates, and all where
// it does not.
func TestAttachedNewest(t *testing.T) {
	for _, tt := range []struct {
		name   string
		listed func(n int, d *v1.Descriptor)
		reads  int
	}{
		{"dates in the list", nil, 1},
		{"no dates in the list", func(_ int, d *v1.Descriptor) { d.Annotations, d.ArtifactType = nil, "" }, 20},
		{"the newest without a date in the list", func(n int, d *v1.Descriptor) {
			if n == 11 {
				d.Annotations = nil
			}
		}, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWritable(t, false)
			var entries []v1.Descriptor
			for n := range 20 {
				n = (n*7 + 3) % 20 // not in their order
				content := fmt.Sprint(n)
				entries = append(entries, w.store(w.reportManifest(content, day(n+1).Format(time.RFC3339)), content, func(d *v1.Descriptor) {
					if tt.listed != nil {
						tt.listed(n, d)
					}
				}))
			}
			w.list(entries...)
			f := newFinder(t, w.opts)
			w.forget()
			found, err := f.Attached(t.Context(), w.host+"/app@"+w.image.Digest.String(), "", reportType)
			ok(t, err)
			if string(found.Content) != "19" || !found.Created.Equal(day(20)) {
				t.Errorf("found %q of %s", found.Content, found.Created)
			}
			reads := 0
			for _, r := range w.wrote("GET") {
				if strings.Contains(r, "/manifests/sha256:") && !strings.HasSuffix(r, w.image.Digest.String()) {
					reads++
				}
			}
			if reads != tt.reads {
				t.Errorf("%d manifests read, want %d", reads, tt.reads)
			}
		})
	}
}

// TestAttachedFlood is that a list is not read for ever.
func TestAttachedFlood(t *testing.T) {
	w := newWritable(t, false)
	var entries []v1.Descriptor
	for n := range 60 {
		m := w.reportManifest(fmt.Sprint(n), "2026-01-03T00:00:00Z")
		m.ArtifactType = "application/x"
		entries = append(entries, w.store(m, fmt.Sprint(n), func(d *v1.Descriptor) { d.ArtifactType = reportType }))
	}
	w.list(entries...)
	w.forget()
	if _, err := newFinder(t, w.opts).Attached(t.Context(), w.host+"/app:1", "linux/amd64", reportType); !errors.Is(err, image.ErrNotAttached) {
		t.Errorf("error %v, want ErrNotAttached", err)
	}
	if reads := len(w.wrote("GET")); reads > 50 {
		t.Errorf("%d requests", reads)
	}
}

func TestAttachedErrors(t *testing.T) {
	w := newWritable(t, false)
	w.list(w.store(w.reportManifest("good", "2026-01-02T00:00:00Z"), "good", nil))
	f := newFinder(t, w.opts)
	attached := func(ref, platform string) error {
		_, err := f.Attached(t.Context(), ref, platform, reportType)
		return err
	}
	ok(t, attached(w.host+"/app:1", "linux/amd64"))

	if err := attached(w.host+"/app:2", ""); !image.IsNotFound(err) {
		t.Errorf("no such tag: %v", err)
	}
	var platform *image.PlatformError
	if err := attached(w.host+"/app:1", "linux/s390x"); !errors.As(err, &platform) {
		t.Errorf("no such platform: %v", err)
	}
	for _, ref := range []string{"/etc/passwd", "docker:app:1", "localhost/app:1", "registry:" + w.host + "/app:1"} {
		if err := attached(ref, ""); err == nil || errors.Is(err, image.ErrNotAttached) {
			t.Errorf("%s: %v", ref, err)
		}
	}

	for _, tt := range []struct {
		name, part string
		status     int
		want       string
	}{
		{"the list", "/manifests/sha256-", http.StatusForbidden, "403"},
		{"the manifest", "/manifests/sha256:", http.StatusForbidden, "403"},
		{"the document is not there", "/blobs/" + digestOf([]byte("good")).String(), http.StatusNotFound, "404"},
		{"the document is another", "/blobs/" + digestOf([]byte("good")).String(), http.StatusOK, "verifying"},
	} {
		w.on(func(out http.ResponseWriter, req *http.Request, _ http.Handler) bool {
			if !strings.Contains(req.URL.Path, tt.part) || strings.HasSuffix(req.URL.Path, w.image.Digest.String()) {
				return false
			}
			out.WriteHeader(tt.status)
			if tt.status == http.StatusOK {
				fmt.Fprint(out, "evil")
			}
			return true
		})
		if err := attached(w.host+"/app:1", "linux/amd64"); err == nil || errors.Is(err, image.ErrNotAttached) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}
