package image_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/org/imgscan-action/internal/image"
	"github.com/org/imgscan-action/internal/imagetest"
)

// TestLogicalName opens one image from everywhere, where files pretend to be
// somebody else's image.
func TestLogicalName(t *testing.T) {
	built := imagetest.Must(t, twoLayers)
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	liar := imagetest.Tagged{Ref: "ghcr.io/acme/legacy:1", Image: built}
	ok(t, imagetest.WriteDockerArchive(in("legacy-style.tar"), imagetest.Legacy, liar))
	ok(t, imagetest.WriteDockerArchive(in("modern.tar"), imagetest.Modern, liar))
	ok(t, imagetest.WriteDockerArchive(in("containerd.tar"), imagetest.Containerd, liar))
	ok(t, imagetest.WriteDockerArchive(in("unnamed.tar"), imagetest.Modern, imagetest.Tagged{Image: built}))
	ok(t, os.Rename(layoutNamed(t, built, "ghcr.io/acme/legacy:1"), in("layout")))
	reg := imagetest.NewRegistry(t)
	reg.MustPush(t, "acme/api:1", built)
	id, err := built.ConfigName()
	ok(t, err)
	daemon := imagetest.NewDaemon(t, imagetest.Modern, imagetest.Tagged{Ref: "acme/api:1", Image: built}).Host

	for _, tt := range []struct {
		ref                 string
		believed, distrusts string // the names without Options.Name
		repository          string
	}{
		{ref: in("legacy-style.tar"), believed: "ghcr.io/acme/legacy", distrusts: "legacy-style"},
		{ref: in("modern.tar"), believed: "ghcr.io/acme/legacy", distrusts: "modern"},
		{ref: in("modern.tar") + ":ghcr.io/acme/legacy:1", believed: "ghcr.io/acme/legacy", distrusts: "modern"},
		{ref: "oci-archive:" + in("modern.tar"), believed: "ghcr.io/acme/legacy", distrusts: "modern"},
		{ref: "oci-archive:" + in("containerd.tar"), believed: "ghcr.io/acme/legacy", distrusts: "containerd"},
		{ref: in("unnamed.tar"), believed: "unnamed", distrusts: "unnamed"},
		{ref: in("layout"), believed: "ghcr.io/acme/legacy", distrusts: "layout"},
		{ref: "oci-dir:" + in("layout"), believed: "ghcr.io/acme/legacy", distrusts: "layout"},
		// What a registry and a daemon call an image is no word of the image's.
		{ref: reg.Host + "/acme/api:1", believed: reg.Host + "/acme/api", distrusts: reg.Host + "/acme/api", repository: reg.Host + "/acme/api"},
		{ref: "docker:acme/api:1", believed: "acme/api", distrusts: "acme/api", repository: "acme/api"},
		{ref: "docker:" + id.String(), believed: "acme/api", distrusts: "acme/api", repository: "acme/api"},
	} {
		for _, given := range []string{"", "docker.io/acme/shop"} {
			for _, distrust := range []bool{false, true} {
				opts := options(t)
				opts.Getenv = env("DOCKER_HOST", daemon)
				opts.Insecure = []string{reg.Host}
				opts.Name, opts.DistrustNames = given, distrust
				img := open(t, tt.ref, opts)
				kept := tt.believed
				if distrust {
					kept = tt.distrusts
				}
				want := kept
				if given != "" {
					want = "acme/shop"
				}
				if img.Name != want || img.Repository != tt.repository {
					t.Errorf("%s, name %q, distrust %v: name %q, repository %q, want %q and %q", tt.ref, given, distrust, img.Name, img.Repository, want, tt.repository)
				}
				if distrust && tt.repository == "" && len(img.RepoTags) > 0 {
					t.Errorf("%s: the tags %q are believed", tt.ref, img.RepoTags)
				}

				// A base is not the image that has the name.
				opts.Given = []string{tt.ref}
				base := describe(t, newFinder(t, opts), tt.ref, "")
				if diff := cmp.Diff([]string{kept, tt.repository}, []string{base.Name, base.Repository}); diff != "" {
					t.Errorf("%s as a base (-want +got):\n%s", tt.ref, diff)
				}
			}
		}
	}
}

// layoutNamed is a layout whose only image says that it has a name.
func layoutNamed(t *testing.T, img v1.Image, name string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "layout")
	ok(t, imagetest.WriteLayout(dir, imagetest.LayoutEntry{Add: img}))
	changeIndex(t, dir, func(index *v1.IndexManifest) {
		index.Manifests[0].Annotations = map[string]string{
			"io.containerd.image.name":          name,
			"org.opencontainers.image.ref.name": name,
		}
	})
	return dir
}

// TestMalformedLogicalName is that a wrong name is told before anybody is asked.
func TestMalformedLogicalName(t *testing.T) {
	reg := imagetest.NewRegistry(t)
	opts := options(t)
	opts.Insecure = []string{reg.Host}
	for _, name := range []string{"acme/api:1", "Acme", "./x", "a\nb"} {
		opts.Name = name
		_, err := image.Open(t.Context(), reg.Host+"/acme/api:1", opts)
		var refused *image.ReferenceError
		if !errors.As(err, &refused) || refused.Ref != name {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, r := range reg.Requests() {
		t.Errorf("%s %s was asked", r.Method, r.Path)
	}
}
