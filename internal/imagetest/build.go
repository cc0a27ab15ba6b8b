package imagetest

import (
	"archive/tar"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Build makes the image. Equal descriptions give equal digests.
func (img *Image) Build() (v1.Image, error) {
	platform, err := v1.ParsePlatform(cmp.Or(img.Platform, "linux/amd64"))
	if err != nil {
		return nil, err
	}
	b := &built{docker: img.Docker}
	config := v1.ConfigFile{
		OS: platform.OS, Architecture: platform.Architecture, Variant: platform.Variant,
		Created: v1.Time{Time: img.Created},
		Config:  v1.Config{Env: img.Env, Cmd: img.Cmd, Labels: img.Labels},
		RootFS:  v1.RootFS{Type: "layers", DiffIDs: []v1.Hash{}},
	}
	for _, l := range img.Layers {
		layer, err := l.build(cmp.Or(l.Compression, img.Compression, Gzip), img.Docker)
		if err != nil {
			return nil, fmt.Errorf("building layer %q: %w", l.Name, err)
		}
		b.layers = append(b.layers, layer)
		config.RootFS.DiffIDs = append(config.RootFS.DiffIDs, layer.diffID)
		if !img.NoHistory {
			config.History = append(config.History, v1.History{CreatedBy: l.CreatedBy})
		}
	}
	for _, h := range img.History {
		config.History = append(config.History, v1.History{CreatedBy: h, EmptyLayer: true})
	}
	if b.config, err = json.Marshal(config); err != nil {
		return nil, err
	}
	if b.manifest, err = json.Marshal(b.describe()); err != nil {
		return nil, err
	}
	return partial.CompressedToImage(b)
}

// BuildText parses and builds.
func BuildText(text string) (v1.Image, error) {
	img, err := Parse([]byte(text))
	if err != nil {
		return nil, err
	}
	return img.Build()
}

// built is a finished image.
type built struct {
	docker           bool
	config, manifest []byte
	layers           []*builtLayer
}

var _ partial.CompressedImageCore = (*built)(nil)

func (b *built) describe() v1.Manifest {
	configHash, configSize, _ := v1.SHA256(bytes.NewReader(b.config)) // memory
	m := v1.Manifest{
		SchemaVersion: 2,
		MediaType:     types.OCIManifestSchema1,
		Config:        v1.Descriptor{MediaType: types.OCIConfigJSON, Digest: configHash, Size: configSize},
		Layers:        []v1.Descriptor{},
	}
	if b.docker {
		m.MediaType, m.Config.MediaType = types.DockerManifestSchema2, types.DockerConfigJSON
	}
	for _, l := range b.layers {
		m.Layers = append(m.Layers, v1.Descriptor{MediaType: l.mediaType, Digest: l.digest, Size: int64(len(l.blob)), URLs: l.urls})
	}
	return m
}

// RawConfigFile, MediaType, RawManifest and LayerByDigest implement
// partial.CompressedImageCore.
func (b *built) RawConfigFile() ([]byte, error) { return b.config, nil }

// MediaType says OCI or Docker.
func (b *built) MediaType() (types.MediaType, error) { return b.describe().MediaType, nil }

// RawManifest is the manifest's JSON.
func (b *built) RawManifest() ([]byte, error) { return b.manifest, nil }

// LayerByDigest finds a layer, or the configuration.
func (b *built) LayerByDigest(h v1.Hash) (partial.CompressedLayer, error) {
	for _, l := range b.layers {
		if l.digest == h {
			return l, nil
		}
	}
	if h == b.describe().Config.Digest {
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
