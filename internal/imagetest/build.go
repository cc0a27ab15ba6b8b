package imagetest

import (
	"archive/tar"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Build makes the image. Equal descriptions give equal digests.
func (img *Image) Build() (v1.Image, error) {
	b, _, err := img.build()
	if err != nil {
		return nil, err
	}
	return b.image()
}

// BuildText parses and builds.
func BuildText(text string) (v1.Image, error) {
	img, err := Parse([]byte(text))
	if err != nil {
		return nil, err
	}
	return img.Build()
}

func (img *Image) build() (*built, *v1.ConfigFile, error) {
	b, config := &built{}, &v1.ConfigFile{RootFS: v1.RootFS{Type: "layers", DiffIDs: []v1.Hash{}}}
	switch {
	case img.Base != nil:
		var err error
		if b, config, err = img.Base.build(); err != nil {
			return nil, nil, fmt.Errorf("building base %q: %w", img.From, err)
		}
	case img.From != "":
		return nil, nil, fmt.Errorf("base %q is not there", img.From)
	}
	b.docker = img.Docker
	if err := img.configure(config); err != nil {
		return nil, nil, err
	}
	for _, l := range img.Layers {
		layer, err := l.build(cmp.Or(l.Compression, img.Compression, Gzip), img.Docker)
		if err != nil {
			return nil, nil, fmt.Errorf("building layer %q: %w", l.Name, err)
		}
		b.layers = append(b.layers, layer)
		config.RootFS.DiffIDs = append(config.RootFS.DiffIDs, layer.diffID)
	}
	config.History = append(config.History, img.entries()...)
	var err error
	if b.config, err = json.Marshal(config); err != nil {
		return nil, nil, err
	}
	configType := types.OCIConfigJSON
	if img.Docker {
		configType = types.DockerConfigJSON
	}
	b.describe(configType)
	b.made.Annotations = img.Annotations
	return b, config, nil
}

// configure changes the base's configuration into the image's.
func (img *Image) configure(config *v1.ConfigFile) error {
	if img.Base == nil || img.Platform != "" {
		platform, err := v1.ParsePlatform(cmp.Or(img.Platform, "linux/amd64"))
		if err != nil {
			return err
		}
		config.OS, config.Architecture, config.Variant = platform.OS, platform.Architecture, platform.Variant
	}
	config.Created = v1.Time{Time: img.Created}
	config.Config.Env = append(config.Config.Env, img.Env...)
	config.Config.OnBuild = img.OnBuild
	if img.Cmd != nil {
		config.Config.Cmd = img.Cmd
	}
	labels := maps.Clone(config.Config.Labels)
	if labels == nil {
		labels = make(map[string]string)
	}
	maps.Copy(labels, img.Labels)
	config.Config.Labels = labels
	return nil
}

// entries is the history above the base.
func (img *Image) entries() []v1.History {
	if img.Entries != nil {
		return img.Entries
	}
	var entries []v1.History
	if !img.NoHistory {
		for _, l := range img.Layers {
			entries = append(entries, v1.History{CreatedBy: l.CreatedBy})
		}
	}
	for _, h := range img.History {
		entries = append(entries, v1.History{CreatedBy: h, EmptyLayer: true})
	}
	return entries
}

// built is a finished manifest with what it lists.
type built struct {
	docker bool
	config []byte
	layers []*builtLayer

	// made is what describe makes of the others, and manifest its JSON.
	made     v1.Manifest
	manifest []byte
}

var _ partial.CompressedImageCore = (*built)(nil)

func (b *built) describe(configType types.MediaType) {
	b.made = v1.Manifest{
		SchemaVersion: 2,
		MediaType:     types.OCIManifestSchema1,
		Config:        v1.Descriptor{MediaType: configType, Digest: sha(b.config), Size: int64(len(b.config))},
		Layers:        []v1.Descriptor{},
	}
	if b.docker {
		b.made.MediaType = types.DockerManifestSchema2
	}
	for _, l := range b.layers {
		b.made.Layers = append(b.made.Layers, v1.Descriptor{
			MediaType: l.mediaType, Digest: l.digest, Size: int64(len(l.blob)), URLs: l.urls, Annotations: l.annotations,
		})
	}
}

// image is the whole of it.
func (b *built) image() (v1.Image, error) {
	var err error
	if b.manifest, err = json.Marshal(b.made); err != nil {
		return nil, err
	}
	return partial.CompressedToImage(b)
}

// RawConfigFile, MediaType, RawManifest and LayerByDigest implement
// partial.CompressedImageCore.
func (b *built) RawConfigFile() ([]byte, error) { return b.config, nil }

// MediaType says OCI or Docker.
func (b *built) MediaType() (types.MediaType, error) { return b.made.MediaType, nil }

// RawManifest is the manifest's JSON.
func (b *built) RawManifest() ([]byte, error) { return b.manifest, nil }

// LayerByDigest finds a layer, or the configuration.
func (b *built) LayerByDigest(h v1.Hash) (partial.CompressedLayer, error) {
	for _, l := range b.layers {
		if l.digest == h {
			return l, nil
		}
	}
	if h == b.made.Config.Digest {
		return partial.ConfigLayer(b)
	}
	return nil, fmt.Errorf("no layer %s", h)
}

// builtLayer is a finished layer.
type builtLayer struct {
	blob           []byte
	digest, diffID v1.Hash
	mediaType      types.MediaType
	urls           []string
	annotations    map[string]string
}

// Digest, Compressed, Size and MediaType implement partial.CompressedLayer.
func (l *builtLayer) Digest() (v1.Hash, error) { return l.digest, nil }

// DiffID saves partial the work of computing it.
func (l *builtLayer) DiffID() (v1.Hash, error) { return l.diffID, nil }

// Compressed is the blob.
func (l *builtLayer) Compressed() (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(l.blob)), nil
}

// Size is the blob's.
func (l *builtLayer) Size() (int64, error) { return int64(len(l.blob)), nil }

// MediaType fits the compression.
func (l *builtLayer) MediaType() (types.MediaType, error) { return l.mediaType, nil }

func (l *Layer) build(c Compression, docker bool) (*builtLayer, error) {
	content, err := l.Tar()
	if err != nil {
		return nil, err
	}
	out := &builtLayer{urls: l.URLs, mediaType: layerType(c, docker, l.Foreign)}
	if out.diffID, _, err = v1.SHA256(bytes.NewReader(content)); err != nil {
		return nil, err
	}
	if out.blob, err = Compress(content, c); err != nil {
		return nil, err
	}
	out.digest, _, err = v1.SHA256(bytes.NewReader(out.blob))
	return out, err
}

// layerType is the media type of a layer. Docker has none for zstd, and BuildKit
// uses OCI's there.
func layerType(c Compression, docker, foreign bool) types.MediaType {
	switch {
	case foreign && docker:
		return types.DockerForeignLayer
	case foreign:
		return types.OCIRestrictedLayer
	case c == Zstd:
		return types.OCILayerZStd
	case docker && c == None:
		return types.DockerUncompressedLayer
	case docker:
		return types.DockerLayer
	case c == None:
		return types.OCIUncompressedLayer
	}
	return types.OCILayer
}

// Tar is the layer as an uncompressed tar, with no dates in it.
func (l *Layer) Tar() ([]byte, error) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range l.Files {
		h := &tar.Header{Name: f.Path, Mode: cmp.Or(f.Mode, 0o644), Uid: f.UID, Typeflag: tar.TypeReg}
		switch {
		case f.Symlink != "":
			h.Typeflag, h.Linkname = tar.TypeSymlink, f.Symlink
		case f.Hardlink != "":
			h.Typeflag, h.Linkname = tar.TypeLink, f.Hardlink
		case strings.HasSuffix(f.Path, "/"):
			h.Typeflag, h.Mode = tar.TypeDir, cmp.Or(f.Mode, 0o755)
		default:
			h.Size = int64(len(f.Content))
		}
		if err := w.WriteHeader(h); err != nil {
			return nil, err
		}
		if h.Size > 0 {
			if _, err := w.Write(f.Content); err != nil {
				return nil, err
			}
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
