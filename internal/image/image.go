package image

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// The places an image can come from, as [Image].Source says it.
const (
	SourceRegistry      = "registry"
	SourceDaemon        = "docker daemon"
	SourceDockerArchive = "docker archive"
	SourceOCIArchive    = "oci archive"
	SourceOCILayout     = "oci layout"
)

// Image is one image of one platform. It must be closed.
type Image struct {
	// Ref is the reference as it was given to Open.
	Ref string

	// Name is the logical name, without tag and digest and stable from build to
	// build: what [Options].Name says, else the repository as Docker prints it
	// ("alpine", "ghcr.io/org/app"), or for a file that does not carry exactly one
	// repository, or is not believed, its base name without extension.
	Name string

	// Repository is where the registry or the daemon has the image, as Docker prints
	// it: Name, unless Options.Name says otherwise. Empty for files.
	Repository string

	// Source is one of the Source constants.
	Source string

	// Digest is the digest of the manifest ("sha256:…"); empty when the source has
	// none that a registry would know: a docker archive, and a daemon with the
	// classic image store.
	Digest string

	// ID is the digest of the configuration ("sha256:…"). Never empty, but for an
	// image that [Finder.Describe] found in a daemon that does not tell it.
	ID string

	// IndexDigest is the digest of the multi-platform index that the image was
	// chosen from; empty when there was none.
	IndexDigest string

	// Platform is "os/arch" or "os/arch/variant" as the configuration says it,
	// with "unknown" for what it leaves out.
	Platform string

	// Config is the image's configuration.
	Config *v1.ConfigFile

	// RepoTags and RepoDigests are the references under which the source knows
	// the image, as Docker prints them; usually empty for registries and layouts, and
	// empty for files that are not believed.
	RepoTags    []string
	RepoDigests []string

	// Annotations are those of the image's manifest, and Listed those of the
	// descriptor that listed the manifest in its index. Both are untrusted text; nil
	// when there are none, as where the source has no manifest.
	Annotations map[string]string
	Listed      map[string]string

	layers  []*Layer
	closers []io.Closer

	// attestations reads what the index lists about the image; nil when it lists
	// nothing.
	attestations func(context.Context) ([]Attestation, error)

	// vex reads those with VEX, also from elsewhere; nil when there is nowhere.
	vex func(context.Context) ([]Attestation, error)
}

// Layers are the file-system layers, lowest first.
func (i *Image) Layers() []*Layer { return i.layers }

// Close releases files and connections. Layers cannot be opened after it.
func (i *Image) Close() error {
	var errs []error
	for _, c := range i.closers {
		errs = append(errs, c.Close())
	}
	i.closers = nil
	return errors.Join(errs...)
}

// newDescribed is an image with the given configuration and no layers; listed is
// the platform that an index gave for the image, for configurations that do not
// say.
func newDescribed(rawConfig []byte, listed *v1.Platform) (*Image, error) {
	config, err := v1.ParseConfigFile(bytes.NewReader(rawConfig))
	if err != nil {
		return nil, fmt.Errorf("parsing the image configuration: %w", err)
	}
	return &Image{
		ID:       digestOf(rawConfig).String(),
		Platform: platformString(configPlatform(config, listed)),
		Config:   config,
	}, nil
}

// newImage is an image with the given configuration and stored layers, which
// must agree on the number of layers. The layers get their DiffID and history
// here; listed is as for newDescribed.
func newImage(rawConfig []byte, layers []*Layer, listed *v1.Platform, opts Options) (*Image, error) {
	img, err := newDescribed(rawConfig, listed)
	if err != nil {
		return nil, err
	}
	diffIDs := img.Config.RootFS.DiffIDs
	if len(diffIDs) != len(layers) {
		return nil, fmt.Errorf("the image configuration lists %d layers and the manifest lists %d", len(diffIDs), len(layers))
	}
	if len(layers) > maxLayers {
		return nil, fmt.Errorf("the image has %d layers, more than %d", len(layers), maxLayers)
	}
	created := createdBy(img.Config.History, len(layers))
	for i, l := range layers {
		if diffIDs[i] == (v1.Hash{}) {
			return nil, fmt.Errorf("the image configuration lists layer %d without a digest", i+1)
		}
		l.diffID = diffIDs[i]
		l.createdBy = created[i]
		l.maxSize = opts.MaxLayer
		l.onBytes = opts.OnBytes
	}
	img.layers = layers
	return img, nil
}

// createdBy is the history entry of each of n layers: the n-th entry that is not
// marked as empty. History is optional and written by many tools; when the
// numbers do not agree, no entry can be trusted to belong to its layer.
func createdBy(history []v1.History, n int) []string {
	var made []string
	for _, h := range history {
		if !h.EmptyLayer {
			made = append(made, h.CreatedBy)
		}
	}
	if len(made) != n {
		return make([]string, n)
	}
	return made
}

func digestOf(content []byte) v1.Hash {
	h, _, _ := v1.SHA256(bytes.NewReader(content)) // reading memory cannot fail
	return h
}
