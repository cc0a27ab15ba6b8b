package image_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/org/imgscan-action/internal/image"
	"github.com/org/imgscan-action/internal/imagetest"
)

const attestedImage = `
-- image --
annotation: org.opencontainers.image.base.name=alpine:3.22
listed: org.opencontainers.image.base.name=docker.io/library/alpine:3.22
-- base/etc/os-release --
ID=alpine
`

// seen is what an attestation is told by in tests.
type seen struct{ PredicateType, Statement string }

func sha256Hex(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

func attestations(t *testing.T, img *image.Image) ([]seen, error) {
	t.Helper()
	found, err := img.Attestations(t.Context())
	var got []seen
	for _, a := range found {
		if a.Statement != nil && a.Digest != "sha256:"+sha256Hex(a.Statement) {
			t.Errorf("the digest of %q is given as %s", a.Statement, a.Digest)
		}
		got = append(got, seen{a.PredicateType, strings.TrimSpace(string(a.Statement))})
	}
	return got, err
}

// TestAttestations reads both forms from everywhere that keeps them.
func TestAttestations(t *testing.T) {
	const slsa02, slsa1 = "https://slsa.dev/provenance/v0.2", "https://slsa.dev/provenance/v1"
	other := "sha256:" + strings.Repeat("a", 64)
	for _, tt := range []struct {
		name, text string
		want       []seen
	}{
		{"image-like", "-- attestation --\none\n", []seen{{slsa1, "one"}}},
		{"artifact", "-- attestation artifact type=" + slsa02 + " --\none\n", []seen{{slsa02, "one"}}},
		{"artifact that only its subject ties to the image", "-- attestation artifact unmarked --\none\n", []seen{{slsa1, "one"}}},
		{"both", "-- attestation --\none\n-- attestation artifact --\ntwo\n", []seen{{slsa1, "one"}, {slsa1, "two"}}},
		{"without a mark", "-- attestation type=none --\none\n", []seen{{"", "one"}}},
		{"an SBOM is named and not read", "-- attestation type=https://spdx.dev/Document --\none\n-- attestation --\ntwo\n", []seen{{"https://spdx.dev/Document", ""}, {slsa1, "two"}}},
		{"about another image", "-- attestation about=" + other + " --\none\n", nil},
		{"artifact about another image", "-- attestation artifact unmarked about=" + other + " --\none\n", nil},
		{"nothing ties it to the image", "-- attestation unmarked --\none\n", nil},
		{"none", "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			described := described(t, attestedImage+tt.text)
			index, err := described.Published()
			ok(t, err)
			built, err := described.Build()
			ok(t, err)

			reg := imagetest.NewRegistry(t)
			opts := options(t)
			opts.Insecure = []string{reg.Host}
			byDigest := reg.MustPush(t, "app:1", index)
			dir := t.TempDir()
			layout, archive := filepath.Join(dir, "layout"), filepath.Join(dir, "oci.tar")
			ok(t, imagetest.WriteLayout(layout, imagetest.LayoutEntry{Add: index}))
			ok(t, imagetest.WriteOCIArchive(archive, imagetest.LayoutEntry{Add: index}))
			daemon := imagetest.NewDaemon(t, imagetest.Containerd, imagetest.Tagged{Ref: "app:1", Image: built, Index: index.(v1.ImageIndex)})
			ok(t, daemon.Keep(t.TempDir()))
			opts.Getenv = env("DOCKER_HOST", daemon.Host)

			for _, ref := range []string{"registry:" + reg.Host + "/app:1", "registry:" + byDigest, layout, archive, "docker:app:1"} {
				img := open(t, ref, opts)
				got, err := attestations(t, img)
				if err != nil {
					t.Errorf("%s: %v", ref, err)
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", ref, diff)
				}
				if diff := cmp.Diff("alpine:3.22", img.Annotations["org.opencontainers.image.base.name"]); diff != "" {
					t.Errorf("%s: annotation of the manifest (-want +got):\n%s", ref, diff)
				}
				if diff := cmp.Diff("docker.io/library/alpine:3.22", img.Listed["org.opencontainers.image.base.name"]); diff != "" {
					t.Errorf("%s: annotation of the index entry (-want +got):\n%s", ref, diff)
				}
			}
			if daemon.Saved() > 0 {
				t.Error("the daemon was asked to save the image")
			}

			// The manifest itself, asked for by its digest, is in no index.
			digest, err := built.Digest()
			ok(t, err)
			img := open(t, "registry:"+reg.Host+"/app@"+digest.String(), opts)
			if got, err := attestations(t, img); got != nil || err != nil || img.Listed != nil {
				t.Errorf("by the digest of the manifest: %v, %v, %v", got, err, img.Listed)
			}
		})
	}
}

// TestAttestationsPerPlatform is that every platform gets its own.
func TestAttestationsPerPlatform(t *testing.T) {
	amd := described(t, "-- base/x --\n-- attestation --\nabout amd64\n")
	arm := described(t, "-- image --\nplatform: linux/arm64\n-- base/x --\n-- attestation artifact --\nabout arm64\n")
	index, err := imagetest.BuildIndex(amd, arm)
	ok(t, err)
	reg := imagetest.NewRegistry(t)
	reg.MustPush(t, "app:1", index)
	opts := options(t)
	opts.Insecure = []string{reg.Host}
	for _, arch := range []string{"amd64", "arm64"} {
		opts.Platform = "linux/" + arch
		got, err := attestations(t, open(t, reg.Host+"/app:1", opts))
		ok(t, err)
		if diff := cmp.Diff([]seen{{imagetest.ProvenanceType, "about " + arch}}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", arch, diff)
		}
	}
}

// TestAttestationsAreReadOnCall is that opening an image does not read them.
func TestAttestationsAreReadOnCall(t *testing.T) {
	index, err := described(t, attestedImage+"-- attestation --\none\n").Published()
	ok(t, err)
	reg := imagetest.NewRegistry(t)
	reg.MustPush(t, "app:1", index)
	opts := options(t)
	opts.Insecure = []string{reg.Host}
	img := open(t, reg.Host+"/app:1", opts)
	before := len(reg.Requests())
	if before != 4 { // ping, index, manifest, configuration
		t.Errorf("%d requests to open the image", before)
	}
	_, err = attestations(t, img)
	ok(t, err)
	if after := len(reg.Requests()); after != before+2 {
		t.Errorf("%d requests to read an attestation, want 2", after-before)
	}
}

// TestOneOfManyAttestations is that one that cannot be read does not hide the
// others.
func TestOneOfManyAttestations(t *testing.T) {
	described := described(t, attestedImage+"-- attestation --\none\n-- attestation --\ntwo\n-- attestation --\nthree\n")
	index, err := described.Published()
	ok(t, err)
	manifest, err := index.(v1.ImageIndex).IndexManifest()
	ok(t, err)
	broken := manifest.Manifests[2].Digest.String()
	reg := imagetest.NewRegistry(t)
	reg.MustPush(t, "app:1", index)
	reg.Fail(imagetest.Failure{Contains: "/manifests/" + broken, Status: http.StatusNotFound})
	opts := options(t)
	opts.Insecure = []string{reg.Host}
	got, err := attestations(t, open(t, reg.Host+"/app:1", opts))
	if err == nil || !strings.Contains(err.Error(), "reading attestation manifest "+broken) {
		t.Errorf("error %v", err)
	}
	if diff := cmp.Diff([]seen{{imagetest.ProvenanceType, "one"}, {imagetest.ProvenanceType, "three"}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	// A daemon that has pulled the image does not keep them.
	dir := filepath.Join(t.TempDir(), "layout")
	ok(t, imagetest.WriteLayout(dir, imagetest.LayoutEntry{Add: index}))
	ok(t, imagetest.RemoveBlob(dir, broken))
	if got, err := attestations(t, open(t, dir, options(t))); len(got) != 2 || err == nil {
		t.Errorf("%v, %v", got, err)
	}
}

// layoutWith is a layout with an image in an index, whose entries a test adds to.
func layoutWith(t *testing.T, change func(dir string, image v1.Descriptor) []v1.Descriptor) string {
	t.Helper()
	dir := changedManifest(t, func(*v1.Manifest) {})
	raw, err := os.ReadFile(filepath.Join(dir, "index.json"))
	ok(t, err)
	var index v1.IndexManifest
	ok(t, json.Unmarshal(raw, &index))
	index.MediaType = types.OCIImageIndex
	index.Manifests = append(index.Manifests, change(dir, index.Manifests[0])...)
	raw, err = json.Marshal(index)
	ok(t, err)
	writeManifest(t, dir, raw)
	return dir
}

// attestationEntry is an index entry for an attestation manifest, which it writes.
func attestationEntry(t *testing.T, dir string, about v1.Hash, layers ...v1.Descriptor) v1.Descriptor {
	t.Helper()
	config := writeBlob(t, dir, []byte("{}"))
	config.MediaType = types.OCIConfigJSON
	raw, err := json.Marshal(v1.Manifest{SchemaVersion: 2, MediaType: types.OCIManifestSchema1, Config: config, Layers: layers})
	ok(t, err)
	d := writeBlob(t, dir, raw)
	d.MediaType = types.OCIManifestSchema1
	d.Platform = &v1.Platform{OS: "unknown", Architecture: "unknown"}
	d.Annotations = map[string]string{"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": about.String()}
	return d
}

func writeBlob(t *testing.T, dir string, content []byte) v1.Descriptor {
	t.Helper()
	h := v1.Hash{Algorithm: "sha256", Hex: sha256Hex(content)}
	ok(t, os.WriteFile(filepath.Join(dir, "blobs", "sha256", h.Hex), content, 0o600))
	return v1.Descriptor{Digest: h, Size: int64(len(content))}
}

func statement(t *testing.T, dir, content string) v1.Descriptor {
	t.Helper()
	d := writeBlob(t, dir, []byte(content))
	d.MediaType = "application/vnd.in-toto+json"
	d.Annotations = map[string]string{"in-toto.io/predicate-type": imagetest.ProvenanceType}
	return d
}

func TestHostileAttestations(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(t *testing.T, dir string, image v1.Descriptor) []v1.Descriptor
		want   int    // attestations
		err    string // in the error; empty for none
	}{
		{"2 GiB declared", func(t *testing.T, dir string, image v1.Descriptor) []v1.Descriptor {
			huge := statement(t, dir, "one")
			huge.Size = 2 << 30
			return []v1.Descriptor{attestationEntry(t, dir, image.Digest, huge, statement(t, dir, "two"))}
		}, 1, "it has 2147483648 bytes, more than 41943040"},
		{"more than declared", func(t *testing.T, dir string, image v1.Descriptor) []v1.Descriptor {
			small := statement(t, dir, strings.Repeat(" ", 40<<20+1))
			small.Size = -1
			return []v1.Descriptor{attestationEntry(t, dir, image.Digest, small)}
		}, 0, "it has more than 41943040 bytes"},
		{"more than all may have", func(t *testing.T, dir string, image v1.Descriptor) []v1.Descriptor {
			return []v1.Descriptor{attestationEntry(t, dir, image.Digest,
				statement(t, dir, strings.Repeat(" ", 40<<20)), statement(t, dir, strings.Repeat("x", 40<<20)), statement(t, dir, "too much"))}
		}, 2, "it has 8 bytes, more than 0"},
		{"other content", func(t *testing.T, dir string, image v1.Descriptor) []v1.Descriptor {
			d := statement(t, dir, "one")
			ok(t, os.WriteFile(filepath.Join(dir, "blobs", "sha256", d.Digest.Hex), []byte("two"), 0o600))
			return []v1.Descriptor{attestationEntry(t, dir, image.Digest, d)}
		}, 0, "it has the content of sha256:3fc4ccfe"},
		{"other manifest", func(t *testing.T, dir string, image v1.Descriptor) []v1.Descriptor {
			d := attestationEntry(t, dir, image.Digest, statement(t, dir, "one"))
			ok(t, os.WriteFile(filepath.Join(dir, "blobs", "sha256", d.Digest.Hex), []byte("{}"), 0o600))
			return []v1.Descriptor{d}
		}, 0, "has the content of sha256:44136fa3"},
		{"huge manifest", func(t *testing.T, dir string, image v1.Descriptor) []v1.Descriptor {
			d := attestationEntry(t, dir, image.Digest)
			d.Size = 2 << 30
			return []v1.Descriptor{d}
		}, 0, "has 2147483648 bytes, more than 8388608"},
		{"no statements", func(t *testing.T, dir string, image v1.Descriptor) []v1.Descriptor {
			other := statement(t, dir, "one")
			other.MediaType = types.OCILayer
			return []v1.Descriptor{attestationEntry(t, dir, image.Digest, other)}
		}, 0, ""},
		{"the image attests itself", func(t *testing.T, _ string, image v1.Descriptor) []v1.Descriptor {
			image.Annotations = map[string]string{"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": image.Digest.String()}
			return []v1.Descriptor{image}
		}, 0, ""},
		{"an attestation of an attestation", func(t *testing.T, dir string, image v1.Descriptor) []v1.Descriptor {
			first := attestationEntry(t, dir, image.Digest, statement(t, dir, "one"))
			return []v1.Descriptor{first, attestationEntry(t, dir, first.Digest, statement(t, dir, "two"))}
		}, 1, ""},
		{"an index as attestation", func(t *testing.T, dir string, image v1.Descriptor) []v1.Descriptor {
			raw, err := os.ReadFile(filepath.Join(dir, "index.json"))
			ok(t, err)
			d := attestationEntry(t, dir, image.Digest)
			index := writeBlob(t, dir, raw)
			d.Digest, d.Size = index.Digest, index.Size
			return []v1.Descriptor{d}
		}, 0, "it is no image manifest"},
		{"listed twice", func(t *testing.T, dir string, image v1.Descriptor) []v1.Descriptor {
			d := attestationEntry(t, dir, image.Digest, statement(t, dir, "one"))
			return []v1.Descriptor{d, d}
		}, 1, ""},
		{"subject and annotation disagree", func(t *testing.T, dir string, image v1.Descriptor) []v1.Descriptor {
			one := statement(t, dir, "one")
			d := attestationEntry(t, dir, image.Digest)
			raw, err := json.Marshal(v1.Manifest{SchemaVersion: 2, Config: one, Layers: []v1.Descriptor{one}, Subject: &one})
			ok(t, err)
			manifest := writeBlob(t, dir, raw)
			d.Digest, d.Size = manifest.Digest, manifest.Size
			return []v1.Descriptor{d}
		}, 0, ""},
		{"an artifact about nothing", func(t *testing.T, dir string, image v1.Descriptor) []v1.Descriptor {
			d := attestationEntry(t, dir, image.Digest, statement(t, dir, "one"))
			d.Annotations, d.ArtifactType = nil, "application/vnd.docker.attestation.manifest.v1+json"
			return []v1.Descriptor{d}
		}, 0, ""},
		{"100 statements", func(t *testing.T, dir string, image v1.Descriptor) []v1.Descriptor {
			var layers []v1.Descriptor
			for i := range 100 {
				layers = append(layers, statement(t, dir, fmt.Sprint(i)))
			}
			return []v1.Descriptor{attestationEntry(t, dir, image.Digest, layers...)}
		}, 16, "more than 16 attestations"},
		{"100 manifests", func(t *testing.T, dir string, image v1.Descriptor) []v1.Descriptor {
			var entries []v1.Descriptor
			for i := range 100 {
				other := writeBlob(t, dir, fmt.Append(nil, i)) // only to make the manifests differ
				entries = append(entries, attestationEntry(t, dir, image.Digest, other))
			}
			return entries
		}, 0, "more than 16 attestation manifests"},
		{"many entries", func(t *testing.T, _ string, image v1.Descriptor) []v1.Descriptor {
			var entries []v1.Descriptor
			for i := range 20_000 {
				entries = append(entries, v1.Descriptor{
					Digest:      v1.Hash{Algorithm: "sha256", Hex: fmt.Sprintf("%064x", i)},
					Annotations: map[string]string{"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": "x"},
				})
			}
			return entries
		}, 0, "more than 10000 attestations"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := layoutWith(t, func(dir string, image v1.Descriptor) []v1.Descriptor { return tt.change(t, dir, image) })
			got, err := attestations(t, open(t, dir, options(t)))
			if len(got) != tt.want {
				t.Errorf("%d attestations, want %d", len(got), tt.want)
			}
			if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Errorf("error %.300v, want %q", err, tt.err)
			}
		})
	}
}

// TestAttestationsInNestedIndexes is that a statement is found in whichever index
// lists it, and that a flat layout lists them, too.
func TestAttestationsInNestedIndexes(t *testing.T) {
	dir := layoutWith(t, func(dir string, image v1.Descriptor) []v1.Descriptor {
		return []v1.Descriptor{attestationEntry(t, dir, image.Digest, statement(t, dir, "inner"))}
	})
	raw, err := os.ReadFile(filepath.Join(dir, "index.json"))
	ok(t, err)
	writeManifest(t, dir, raw) // once more
	if got, err := attestations(t, open(t, dir, options(t))); err != nil || len(got) != 1 {
		t.Errorf("nested: %v, %v", got, err)
	}

	var flat v1.IndexManifest
	dir = layoutWith(t, func(dir string, image v1.Descriptor) []v1.Descriptor {
		flat.Manifests = []v1.Descriptor{image, attestationEntry(t, dir, image.Digest, statement(t, dir, "flat"))}
		return nil
	})
	raw, err = json.Marshal(flat)
	ok(t, err)
	ok(t, os.WriteFile(filepath.Join(dir, "index.json"), raw, 0o600))
	if got, err := attestations(t, open(t, dir, options(t))); err != nil || len(got) != 1 {
		t.Errorf("flat: %v, %v", got, err)
	}
}
