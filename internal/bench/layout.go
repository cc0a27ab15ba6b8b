package bench

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// layoutWriter writes one image or artifact as an OCI layout, a blob at a time,
// with never more than a buffer of it in memory.
type layoutWriter struct {
	dir      string
	manifest v1.Manifest
}

// newLayout begins a layout in the folder dir, which is made.
func newLayout(dir string) (*layoutWriter, error) {
	w := &layoutWriter{dir: dir, manifest: v1.Manifest{SchemaVersion: 2, MediaType: types.OCIManifestSchema1}}
	return w, os.MkdirAll(filepath.Join(dir, "blobs", "sha256"), 0o755)
}

// addLayer stores what write writes as the next layer, compressed, and gives the
// digest of what was written.
func (w *layoutWriter) addLayer(c Compression, write func(io.Writer) error) (diffID v1.Hash, err error) {
	plain := sha256.New()
	d, err := w.blob(func(out io.Writer) error {
		z, err := c.compress(out)
		if err != nil {
			return err
		}
		return errors.Join(write(io.MultiWriter(z, plain)), z.Close())
	})
	if err != nil {
		return v1.Hash{}, fmt.Errorf("writing a layer: %w", err)
	}
	d.MediaType = c.mediaType()
	w.manifest.Layers = append(w.manifest.Layers, d)
	return hashOf(plain), nil
}

// finish writes the configuration, whose layers must be those that were added,
// and the manifest.
func (w *layoutWriter) finish(configType types.MediaType, config []byte) error {
	var err error
	if w.manifest.Config, err = w.content(config); err != nil {
		return err
	}
	w.manifest.Config.MediaType = configType
	raw, err := json.Marshal(w.manifest)
	if err != nil {
		return err
	}
	d, err := w.content(raw)
	if err != nil {
		return err
	}
	d.MediaType = w.manifest.MediaType
	index, err := json.Marshal(v1.IndexManifest{SchemaVersion: 2, MediaType: types.OCIImageIndex, Manifests: []v1.Descriptor{d}})
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(w.dir, "oci-layout"), []byte(`{"imageLayoutVersion":"1.0.0"}`), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(w.dir, "index.json"), index, 0o644)
}

func (w *layoutWriter) content(content []byte) (v1.Descriptor, error) {
	return w.blob(func(out io.Writer) error {
		_, err := io.Copy(out, bytes.NewReader(content))
		return err
	})
}

// blob stores what write writes under its digest.
func (w *layoutWriter) blob(write func(io.Writer) error) (d v1.Descriptor, err error) {
	f, err := os.CreateTemp(w.dir, "blob-")
	if err != nil {
		return d, err
	}
	sum := sha256.New()
	buffered := bufio.NewWriterSize(io.MultiWriter(f, sum), 1<<20)
	err = errors.Join(write(buffered), buffered.Flush(), f.Chmod(0o644))
	stat, statErr := f.Stat()
	if err := errors.Join(err, statErr, f.Close()); err != nil {
		return d, errors.Join(err, os.Remove(f.Name()))
	}
	d.Digest, d.Size = hashOf(sum), stat.Size()
	return d, os.Rename(f.Name(), blobFile(w.dir, d.Digest))
}

// blobFile is where the layout in dir has a blob.
func blobFile(dir string, h v1.Hash) string {
	return filepath.Join(dir, "blobs", h.Algorithm, h.Hex)
}

func hashOf(sum hash.Hash) v1.Hash {
	return v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(sum.Sum(nil))}
}

// layoutManifest is the digest and the manifest of the one image in a layout.
func layoutManifest(dir string) (v1.Hash, *v1.Manifest, error) {
	index, err := os.ReadFile(filepath.Join(dir, "index.json"))
	if err != nil {
		return v1.Hash{}, nil, err
	}
	var list v1.IndexManifest
	if err := json.Unmarshal(index, &list); err != nil {
		return v1.Hash{}, nil, fmt.Errorf("reading the layout %q: %w", dir, err)
	}
	if len(list.Manifests) != 1 {
		return v1.Hash{}, nil, fmt.Errorf("the layout %q has %d images where one is expected", dir, len(list.Manifests))
	}
	digest := list.Manifests[0].Digest
	f, err := os.Open(blobFile(dir, digest))
	if err != nil {
		return v1.Hash{}, nil, err
	}
	defer f.Close()
	manifest, err := v1.ParseManifest(f)
	return digest, manifest, err
}
