package image

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Bounds on an index. The largest that registries serve have a few dozen entries
// and no index inside an index.
const (
	maxIndexDepth   = 8
	maxIndexEntries = 10_000
)

// store is where manifests and blobs are: a registry's repository or an OCI
// layout. Both say fs.ErrNotExist for what they do not have.
type store interface {
	manifest(ctx context.Context, d v1.Descriptor) ([]byte, error)
	blob(ctx context.Context, d v1.Descriptor) (io.ReadCloser, error)

	// verifies says whether the readers of blob check the digest themselves.
	verifies() bool
}

// candidate is one image manifest that could be chosen.
type candidate struct {
	desc     v1.Descriptor
	platform v1.Platform
	index    string // digest of the outermost index it was listed in; may be empty
}

// resolver finds the image for a platform among manifests and indexes.
type resolver struct {
	store store
	ref   string
	want  *v1.Platform // nil: none was asked for
	opts  Options

	// lazy takes the platform of a manifest from the index that lists it, without
	// reading the manifest: an index may list dozens, and a registry counts reads.
	lazy bool

	seen map[v1.Hash]bool

	// attested are the attestations in the indexes that were read; unnoted is set
	// when there were more than anyone has.
	attested []v1.Descriptor
	unnoted  bool

	// The configuration that was read last: of an image that stands alone, it is
	// asked for its platform and then read again.
	configDigest v1.Hash
	configRaw    []byte
}

// resolve opens the image that the given descriptors lead to.
func (r *resolver) resolve(ctx context.Context, roots []v1.Descriptor) (*Image, error) {
	r.seen = make(map[v1.Hash]bool)
	candidates, err := r.flatten(ctx, roots, "", 0)
	if err != nil {
		return nil, err
	}
	if len(candidates) == 0 {
		return nil, fmt.Errorf("there is no container image in %q", r.ref)
	}
	platforms := make([]v1.Platform, len(candidates))
	for i, c := range candidates {
		platforms[i] = c.platform
	}
	i := choose(platforms, r.want)
	if i < 0 {
		want := hostPlatform()
		if r.want != nil {
			want = *r.want
		}
		return nil, &PlatformError{Ref: r.ref, Want: platformString(want), Have: platformNames(platforms)}
	}
	return r.open(ctx, candidates[i])
}

// flatten lists the images under the given descriptors. Attestations, signatures
// and other artifacts that hang on an index are left out, and so is what the
// index lists and the store does not have, as a daemon does that has pulled one
// platform of many. Index is the digest of the index that listed them; empty when
// none did.
func (r *resolver) flatten(ctx context.Context, descs []v1.Descriptor, index string, depth int) ([]candidate, error) {
	if depth > maxIndexDepth {
		return nil, fmt.Errorf("indexes are nested more than %d deep", maxIndexDepth)
	}
	// One of several may be left out; what the user pointed at may not.
	optional := depth > 0 || len(descs) > 1
	var out []candidate
	for _, d := range descs {
		if !runnable(d) || r.seen[d.Digest] {
			continue
		}
		if len(r.seen) >= maxIndexEntries {
			return nil, fmt.Errorf("the index lists more than %d manifests", maxIndexEntries)
		}
		r.seen[d.Digest] = true
		if r.lazy && d.Platform != nil && d.MediaType.IsImage() {
			out = append(out, candidate{desc: d, platform: *d.Platform, index: index})
			continue
		}
		raw, err := r.manifest(ctx, d)
		if optional && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		nested, err := asIndex(raw)
		if err != nil {
			return nil, fmt.Errorf("parsing manifest %s: %w", d.Digest, err)
		}
		if nested == nil {
			platform, err := r.platformOf(ctx, d, raw)
			if optional && (errors.Is(err, fs.ErrNotExist) || errors.Is(err, errArtifact)) {
				continue
			}
			if err != nil && !errors.Is(err, errArtifact) {
				return nil, err
			}
			out = append(out, candidate{desc: d, platform: platform, index: index})
			continue
		}
		outer := index
		if outer == "" {
			outer = d.Digest.String()
		}
		r.note(nested.Manifests)
		inner, err := r.flatten(ctx, nested.Manifests, outer, depth+1)
		if err != nil {
			return nil, err
		}
		out = append(out, inner...)
	}
	return out, nil
}

// runnable says whether an index entry can be an image that runs. BuildKit marks
// attestations with an annotation and the platform unknown/unknown.
func runnable(d v1.Descriptor) bool {
	if d.Annotations[annotationReferenceType] != "" {
		return false
	}
	if d.Platform != nil && d.Platform.OS == "unknown" && d.Platform.Architecture == "unknown" {
		return false
	}
	return d.ArtifactType == "" || types.MediaType(d.ArtifactType).IsConfig()
}

// manifest reads and checks a manifest or index.
func (r *resolver) manifest(ctx context.Context, d v1.Descriptor) ([]byte, error) {
	if d.Size > maxManifest {
		return nil, fmt.Errorf("manifest %s has %d bytes, more than %d", d.Digest, d.Size, maxManifest)
	}
	raw, err := r.store.manifest(ctx, d)
	if err != nil {
		return nil, fmt.Errorf("reading manifest %s: %w", d.Digest, err)
	}
	if len(raw) > maxManifest {
		return nil, fmt.Errorf("manifest %s has %d bytes, more than %d", d.Digest, len(raw), maxManifest)
	}
	if got := digestOf(raw); got != d.Digest {
		return nil, fmt.Errorf("manifest %s has the content of %s", d.Digest, got)
	}
	return raw, nil
}

// config reads and checks the configuration of a manifest.
func (r *resolver) config(ctx context.Context, m *v1.Manifest) ([]byte, error) {
	d := m.Config
	if r.configRaw != nil && r.configDigest == d.Digest {
		return r.configRaw, nil
	}
	if d.Size > maxManifest {
		return nil, fmt.Errorf("configuration %s has %d bytes, more than %d", d.Digest, d.Size, maxManifest)
	}
	rc, err := r.store.blob(ctx, d)
	if err != nil {
		return nil, fmt.Errorf("opening configuration %s: %w", d.Digest, err)
	}
	defer rc.Close()
	raw, err := io.ReadAll(io.LimitReader(rc, maxManifest+1))
	if err != nil {
		return nil, fmt.Errorf("reading configuration %s: %w", d.Digest, err)
	}
	if len(raw) > maxManifest {
		return nil, fmt.Errorf("configuration %s has more than %d bytes", d.Digest, maxManifest)
	}
	if got := digestOf(raw); got != d.Digest {
		return nil, fmt.Errorf("configuration %s has the content of %s", d.Digest, got)
	}
	r.configDigest, r.configRaw = d.Digest, raw
	return raw, nil
}

// errArtifact is that a manifest is for something other than an image.
var errArtifact = errors.New("not a container image")

// platformOf is the platform of a manifest according to its configuration.
func (r *resolver) platformOf(ctx context.Context, d v1.Descriptor, raw []byte) (v1.Platform, error) {
	m, err := asManifest(raw)
	if err != nil {
		return v1.Platform{}, fmt.Errorf("parsing manifest %s: %w", d.Digest, err)
	}
	if !m.Config.MediaType.IsConfig() {
		return v1.Platform{}, errArtifact
	}
	rawConfig, err := r.config(ctx, m)
	if err != nil {
		return v1.Platform{}, err
	}
	config, err := v1.ParseConfigFile(bytes.NewReader(rawConfig))
	if err != nil {
		return v1.Platform{}, fmt.Errorf("parsing configuration %s: %w", m.Config.Digest, err)
	}
	return configPlatform(config, d.Platform), nil
}

// open makes an image of a candidate.
func (r *resolver) open(ctx context.Context, c candidate) (*Image, error) {
	raw, err := r.manifest(ctx, c.desc)
	if err != nil {
		return nil, err
	}
	m, err := asManifest(raw)
	if err != nil {
		return nil, fmt.Errorf("parsing manifest %s: %w", c.desc.Digest, err)
	}
	rawConfig, err := r.config(ctx, m)
	if err != nil {
		return nil, err
	}
	layers := make([]*Layer, len(m.Layers))
	for i, d := range m.Layers {
		if d.Digest == (v1.Hash{}) {
			return nil, fmt.Errorf("manifest %s lists a layer without a digest", c.desc.Digest)
		}
		layers[i] = &Layer{digest: d.Digest, size: max(0, d.Size), verified: r.store.verifies(), mediaType: d.MediaType, urls: d.URLs}
		layers[i].stored = r.opener(layers[i], d)
		if s, ok := r.store.(layoutStore); ok {
			layers[i].file = func(context.Context) (fs.File, error) { return s.blobFile(d) }
		}
	}
	img, err := newImage(rawConfig, layers, c.desc.Platform, r.opts)
	if err != nil {
		if !m.Config.MediaType.IsConfig() {
			err = fmt.Errorf("it is an artifact of type %q and no container image: %w", m.Config.MediaType, err)
		}
		return nil, fmt.Errorf("reading manifest %s: %w", c.desc.Digest, err)
	}
	img.Digest = c.desc.Digest.String()
	img.IndexDigest = c.index
	img.Annotations = m.Annotations
	img.Listed = c.desc.Annotations
	img.attestations = r.attestations(c.desc.Digest)
	img.vex = r.vex(c.desc.Digest, c.index)
	return img, nil
}

// opener opens the stored bytes of a layer.
func (r *resolver) opener(l *Layer, d v1.Descriptor) func(context.Context) (io.ReadCloser, error) {
	return func(ctx context.Context) (io.ReadCloser, error) {
		rc, err := r.store.blob(ctx, d)
		if errors.Is(err, fs.ErrNotExist) && l.Foreign() {
			return nil, &ForeignError{DiffID: l.DiffID(), URLs: l.urls}
		}
		return rc, err
	}
}

// shape is what tells a manifest from an index. The media type is not asked:
// registries and tools get it wrong or leave it out.
type shape struct {
	SchemaVersion int             `json:"schemaVersion"`
	Manifests     json.RawMessage `json:"manifests"`
	Layers        json.RawMessage `json:"layers"`
	Config        json.RawMessage `json:"config"`
	FSLayers      json.RawMessage `json:"fsLayers"`
}

// asIndex parses an index; nil when raw is a manifest.
func asIndex(raw []byte) (*v1.IndexManifest, error) {
	var s shape
	if err := json.Unmarshal(raw, &s); err != nil {
		return nil, err
	}
	switch {
	case s.Manifests == nil:
		return nil, nil
	case s.Layers != nil || s.Config != nil:
		// Readers that disagree on what this is would see different images
		// (CVE-2021-41190).
		return nil, errors.New("it is a manifest and an index at once")
	}
	return v1.ParseIndexManifest(bytes.NewReader(raw))
}

// asManifest parses an image manifest.
func asManifest(raw []byte) (*v1.Manifest, error) {
	var s shape
	if err := json.Unmarshal(raw, &s); err != nil {
		return nil, err
	}
	switch {
	case s.SchemaVersion == 1 || s.FSLayers != nil:
		return nil, errors.New("it has Docker's schema 1, which was withdrawn in 2019: push the image again with a current tool")
	case s.Config == nil:
		return nil, errors.New("it is no image manifest: it has no configuration")
	}
	m, err := v1.ParseManifest(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	if len(m.Layers) > maxLayers {
		return nil, fmt.Errorf("it lists %d layers, more than %d", len(m.Layers), maxLayers)
	}
	return m, nil
}
