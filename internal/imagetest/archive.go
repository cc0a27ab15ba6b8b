package imagetest

import (
	"archive/tar"
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/klauspost/compress/gzip"
)

// archive writes the files of an image archive, each once.
type archive struct {
	tar    *tar.Writer
	seen   map[string]bool
	layers map[v1.Hash]string // legacy folder of each layer
}

func newArchive(w io.Writer) *archive {
	return &archive{tar: tar.NewWriter(w), seen: make(map[string]bool), layers: make(map[v1.Hash]string)}
}

func (a *archive) file(name string, content []byte) error {
	if a.seen[name] {
		return nil
	}
	a.seen[name] = true
	if err := a.tar.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(content))}); err != nil {
		return err
	}
	_, err := a.tar.Write(content)
	return err
}

func (a *archive) json(name string, v any) error {
	content, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return a.file(name, content)
}

// manifest is the manifest of an image in an archive: the one it has, or one that
// Docker makes up while saving.
type manifest struct {
	raw  []byte // nil for one that is made up
	made v1.Manifest
}

func manifestOf(img v1.Image, config []byte, style ArchiveStyle) (*manifest, error) {
	if style != Containerd {
		return &manifest{made: ociManifest(config)}, nil
	}
	m, err := img.Manifest()
	if err != nil {
		return nil, err
	}
	raw, err := img.RawManifest()
	return &manifest{raw: raw, made: *m}, err
}

// manifest writes a manifest where the style has them, and describes it with the
// annotations that Docker adds.
func (a *archive) manifest(m *manifest, tags []string, style ArchiveStyle) (v1.Descriptor, error) {
	if style == Legacy {
		return v1.Descriptor{}, nil
	}
	content := m.raw
	if content == nil {
		var err error
		if content, err = json.Marshal(m.made); err != nil {
			return v1.Descriptor{}, err
		}
	}
	d := v1.Descriptor{MediaType: m.made.MediaType, Digest: sha(content), Size: int64(len(content))}
	if len(tags) > 0 {
		tag, err := name.NewTag(tags[0])
		if err != nil {
			return v1.Descriptor{}, err
		}
		d.Annotations = map[string]string{
			"io.containerd.image.name":          "docker.io/" + strings.TrimPrefix(tag.Name(), "index.docker.io/"),
			"org.opencontainers.image.ref.name": tag.TagStr(),
		}
	}
	return d, a.file(blobPath(d.Digest), content)
}

// layoutFiles writes the two files that make an OCI layout.
func (a *archive) layoutFiles(index []v1.Descriptor) error {
	return errors.Join(
		a.file("oci-layout", []byte(`{"imageLayoutVersion":"1.0.0"}`)),
		a.json("index.json", v1.IndexManifest{SchemaVersion: 2, MediaType: types.OCIImageIndex, Manifests: index}),
	)
}

func ociManifest(config []byte) v1.Manifest {
	return v1.Manifest{
		SchemaVersion: 2,
		MediaType:     types.OCIManifestSchema1,
		Config:        v1.Descriptor{MediaType: types.OCIConfigJSON, Digest: sha(config), Size: int64(len(config))},
		Layers:        []v1.Descriptor{},
	}
}

func blobPath(h v1.Hash) string { return "blobs/" + h.Algorithm + "/" + h.Hex }

func sha(content []byte) v1.Hash {
	h, _, _ := v1.SHA256(bytes.NewReader(content)) // memory
	return h
}

func compressed(l v1.Layer) ([]byte, v1.Hash, error) {
	rc, err := l.Compressed()
	if err != nil {
		return nil, v1.Hash{}, err
	}
	defer rc.Close()
	content, err := io.ReadAll(rc)
	return content, sha(content), err
}

func uncompressed(l v1.Layer) ([]byte, error) {
	rc, err := l.Uncompressed()
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	return io.ReadAll(rc)
}

// familiar is a tag as Docker prints it.
func familiar(tag name.Tag) string {
	s := strings.TrimPrefix(tag.Name(), "index.docker.io/")
	return strings.TrimPrefix(s, "library/")
}

// gunzip gives the content of a file that may be compressed with gzip.
func gunzip(f *os.File) (io.ReadCloser, error) {
	b := bufio.NewReader(f)
	head, err := b.Peek(2)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if !bytes.Equal(head, []byte{0x1f, 0x8b}) {
		return readCloser{b, f}, nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return readCloser{z, f}, nil
}

// readCloser reads from one thing and closes another.
type readCloser struct {
	io.Reader
	io.Closer
}

func writeFile(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}
