package imagetest

import (
	"archive/tar"
	"fmt"
	"io"
	"os"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// Tagged is an image and the reference it goes by; Ref may be empty.
type Tagged struct {
	Ref   string
	Image v1.Image

	// Index is the index that a daemon with containerd's store has the image from;
	// nil for none. RepoDigests are further references by which a daemon knows the
	// image, "repository@sha256:…". Archives have neither.
	Index       v1.ImageIndex
	RepoDigests []string
}

// ArchiveStyle is the generation of a docker-save archive.
type ArchiveStyle string

// The styles: before Docker 25, with a folder per layer and links instead of
// repeated layers; since, as an OCI layout with a manifest.json beside it; and
// from a daemon with containerd's image store, the same with the manifests and
// layers as they were pulled or built. Without that store Docker has layers
// uncompressed only.
const (
	Legacy     ArchiveStyle = "legacy"
	Modern     ArchiveStyle = "modern"
	Containerd ArchiveStyle = "containerd"
)

// WriteDockerArchive writes what docker save writes.
func WriteDockerArchive(path string, style ArchiveStyle, images ...Tagged) error {
	return writeFile(path, func(w io.Writer) error { return SaveDockerArchive(w, style, images...) })
}

// SaveDockerArchive is WriteDockerArchive into a writer.
func SaveDockerArchive(w io.Writer, style ArchiveStyle, images ...Tagged) error {
	a := newArchive(w)
	var manifest []tarball.Descriptor
	var index []v1.Descriptor
	for _, t := range images {
		entry, oci, err := a.dockerImage(t, style)
		if err != nil {
			return fmt.Errorf("saving %q: %w", t.Ref, err)
		}
		manifest = append(manifest, *entry)
		index = append(index, oci)
	}
	if style != Legacy {
		if err := a.layoutFiles(index); err != nil {
			return err
		}
	}
	if err := a.json("manifest.json", manifest); err != nil {
		return err
	}
	return a.tar.Close()
}

func (a *archive) dockerImage(t Tagged, style ArchiveStyle) (*tarball.Descriptor, v1.Descriptor, error) {
	config, err := t.Image.RawConfigFile()
	if err != nil {
		return nil, v1.Descriptor{}, err
	}
	layers, err := t.Image.Layers()
	if err != nil {
		return nil, v1.Descriptor{}, err
	}
	entry := &tarball.Descriptor{}
	if t.Ref != "" {
		tag, err := name.NewTag(t.Ref)
		if err != nil {
			return nil, v1.Descriptor{}, err
		}
		entry.RepoTags = []string{familiar(tag)}
	}
	manifest, err := manifestOf(t.Image, config, style)
	if err != nil {
		return nil, v1.Descriptor{}, err
	}
	entry.Config = sha(config).Hex + ".json"
	if style != Legacy {
		entry.Config = blobPath(sha(config))
	}
	if err := a.file(entry.Config, config); err != nil {
		return nil, v1.Descriptor{}, err
	}
	for i, l := range layers {
		path, err := a.dockerLayer(fmt.Sprint(t.Ref, i), l, style, manifest)
		if err != nil {
			return nil, v1.Descriptor{}, err
		}
		entry.Layers = append(entry.Layers, path)
	}
	desc, err := a.manifest(manifest, entry.RepoTags, style)
	return entry, desc, err
}

// dockerLayer writes a layer and gives its path. A made-up manifest grows with
// it. The key makes Docker's identifiers, which are chain digests, differ.
func (a *archive) dockerLayer(key string, l v1.Layer, style ArchiveStyle, m *manifest) (string, error) {
	if style == Containerd {
		blob, digest, err := compressed(l)
		if err != nil {
			return "", err
		}
		return blobPath(digest), a.file(blobPath(digest), blob)
	}
	content, err := uncompressed(l)
	if err != nil {
		return "", err
	}
	diffID := sha(content)
	if style == Legacy {
		id := sha([]byte(key + diffID.Hex)).Hex
		return id + "/layer.tar", a.legacyLayer(id, diffID, content)
	}
	m.made.Layers = append(m.made.Layers, v1.Descriptor{MediaType: layerType(None, false, false), Digest: diffID, Size: int64(len(content))})
	return blobPath(diffID), a.file(blobPath(diffID), content)
}

// legacyLayer writes a layer in a folder of its own, as a link when its content
// is there already.
func (a *archive) legacyLayer(id string, diffID v1.Hash, content []byte) error {
	if err := a.file(id+"/VERSION", []byte("1.0")); err != nil {
		return err
	}
	first, seen := a.layers[diffID]
	if seen {
		return a.tar.WriteHeader(&tar.Header{Name: id + "/layer.tar", Typeflag: tar.TypeSymlink, Linkname: "../" + first + "/layer.tar", Mode: 0o777})
	}
	a.layers[diffID] = id
	return a.file(id+"/layer.tar", content)
}

// LoadDockerArchive reads the only image of a docker-save archive, plain or
// gzip, with go-containerregistry.
func LoadDockerArchive(path string) (v1.Image, error) {
	return tarball.Image(func() (io.ReadCloser, error) {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		return gunzip(f)
	}, nil)
}
