package lineage

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// spec is an image for a test. Layers are words, each the content of one layer.
type spec struct {
	ref     string
	layers  string
	history []string // created_by; "-" before it makes the entry empty, "@comment@" a comment
	labels  map[string]string
	env     []string
	onBuild []string

	author string // of every entry of the history

	annotations, listed map[string]string
	statements          []string
	platform            string // linux/amd64 when empty
}

// digest is a digest that stands for a word.
func digest(word string) string {
	return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(word)))
}

// image makes the image. Its digests follow from everything in it, as real ones do.
func (s spec) image() Image {
	if s.platform == "" {
		s.platform = "linux/amd64"
	}
	os, arch, variant := splitPlatform(s.platform)
	config := &v1.ConfigFile{OS: os, Architecture: arch, Variant: variant}
	config.Config = v1.Config{Labels: s.labels, Env: s.env, OnBuild: s.onBuild}
	img := Image{Ref: s.ref, Platform: s.platform, Config: config, Annotations: s.annotations, Listed: s.listed}
	for _, word := range strings.Fields(s.layers) {
		id, _ := v1.NewHash(digest(word))
		config.RootFS.DiffIDs = append(config.RootFS.DiffIDs, id)
		img.Stored = append(img.Stored, digest("gzip "+word))
	}
	for _, line := range s.history {
		h := v1.History{Author: s.author}
		line, h.EmptyLayer = strings.CutPrefix(line, "-")
		if rest, ok := strings.CutPrefix(line, "@"); ok {
			h.Comment, line, _ = strings.Cut(rest, "@")
		}
		h.CreatedBy = line
		config.History = append(config.History, h)
	}
	for _, raw := range s.statements {
		img.Statements = append(img.Statements, Statement{Source: "attestation " + digest(raw), Raw: []byte(raw)})
	}
	all, _ := json.Marshal([]any{config, s.annotations})
	img.ID = digest("config " + string(all))
	img.Digest = digest("manifest " + img.ID)
	img.IndexDigest = digest("index " + img.ID)
	return img
}

// fake is a registry. A request that the test does not expect fails it.
type fake struct {
	t      testing.TB
	images map[string]Image
	errors map[string]error
	heads  map[string]string

	mu    sync.Mutex
	calls []string
}

var _ Finder = (*fake)(nil)

// newFake is a registry that has images under their tags and digests.
func newFake(t testing.TB, images ...Image) *fake {
	f := &fake{t: t, images: make(map[string]Image), errors: make(map[string]error), heads: make(map[string]string)}
	for _, img := range images {
		f.tag(img)
		f.byDigest(img)
	}
	return f
}

func (f *fake) tag(img Image) {
	f.images[img.Ref] = img
	f.heads[img.Ref] = img.IndexDigest
}

func (f *fake) byDigest(img Image) {
	ref, err := parseReference(img.Ref)
	if err != nil {
		f.t.Fatal(err)
	}
	f.images[ref.at(img.Digest)] = img
	f.images[ref.at(img.IndexDigest)] = img
}

func (f *fake) Describe(_ context.Context, ref, platform string) (Image, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, "GET "+ref)
	if err, ok := f.errors[ref]; ok {
		return Image{}, err
	}
	img, ok := f.images[ref]
	if !ok {
		f.t.Errorf("unexpected request for %q (%s)", ref, platform)
		return Image{}, ErrNotFound
	}
	return img, nil
}

func (f *fake) Head(_ context.Context, ref string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, "HEAD "+ref)
	if err, ok := f.errors["HEAD "+ref]; ok {
		return "", err
	}
	digest, ok := f.heads[ref]
	if !ok {
		f.t.Errorf("unexpected request for the digest of %q", ref)
		return "", ErrNotFound
	}
	return digest, nil
}

// The history of Debian's image, which the classic builder wrote, and that of
// what a Dockerfile with BuildKit adds.
var (
	debianHistory = []string{`/bin/sh -c #(nop) ADD file:9f1c in / `, `-/bin/sh -c #(nop)  CMD ["bash"]`}
	appHistory    = []string{
		`@buildkit.dockerfile.v0@RUN /bin/sh -c apt-get update && apt-get install -y curl # buildkit`,
		`@buildkit.dockerfile.v0@COPY app /app # buildkit`,
		`-@buildkit.dockerfile.v0@CMD ["/app"]`,
	}
)

const appDockerfile = `FROM debian:12
RUN apt-get update && apt-get install -y curl
COPY app /app
CMD ["/app"]
`

// debian is a base whose index says that it stands on nothing, as Docker's do.
func debian(layer string) Image {
	return spec{
		ref: "debian:12", layers: layer, history: debianHistory,
		listed: map[string]string{baseName: "scratch"},
		labels: map[string]string{"maintainer": "Debian <debian@example.org>"},
	}.image()
}

func app(base string, extra func(*spec)) Image {
	s := spec{ref: "ghcr.io/acme/app:1", layers: base + " curl app", history: slices.Concat(debianHistory, appHistory)}
	if extra != nil {
		extra(&s)
	}
	return s.image()
}

// material is a dependency of a build, as BuildKit writes it.
func material(uri, digest string) map[string]any {
	return map[string]any{"uri": uri, "digest": map[string]string{"sha256": strings.TrimPrefix(digest, "sha256:")}}
}

// predicate is a provenance of BuildKit, SLSA v1 in mode=min.
func predicate(args map[string]string, materials ...map[string]any) map[string]any {
	return map[string]any{
		"buildDefinition": map[string]any{
			"buildType": "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md",
			"externalParameters": map[string]any{
				"request": map[string]any{"frontend": "dockerfile.v0", "args": args},
			},
			"resolvedDependencies": materials,
		},
		"runDetails": map[string]any{"builder": map[string]any{"id": ""}},
	}
}

// statement is a predicate as an attestation.
func statement(predicate map[string]any) string {
	raw, _ := json.Marshal(map[string]any{
		"_type":         "https://in-toto.io/Statement/v1",
		"predicateType": "https://slsa.dev/provenance/v1",
		"subject":       []any{},
		"predicate":     predicate,
	})
	return string(raw)
}
