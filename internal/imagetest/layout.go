package imagetest

import (
	"archive/tar"
	"fmt"
	"io"
	"os"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Index is a multi-platform image. Each entry's platform is the one in its
// image's configuration.
func Index(images ...v1.Image) (v1.ImageIndex, error) {
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, img := range images {
		config, err := img.ConfigFile()
		if err != nil {
			return nil, err
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: img, Descriptor: v1.Descriptor{Platform: config.Platform()}})
	}
	return index, nil
}

// LayoutEntry is what index.json lists: an image or an index.
type LayoutEntry struct {
	// Tag is the entry's ref.name annotation; empty means none.
	Tag string

	// Add is a v1.Image or a v1.ImageIndex.
	Add mutate.Appendable
}

// WriteLayout writes an OCI layout into a folder, which is made.
func WriteLayout(dir string, entries ...LayoutEntry) error {
	path, err := layout.Write(dir, empty.Index)
	if err != nil {
		return err
	}
	for _, e := range entries {
		var opts []layout.Option
		if e.Tag != "" {
			opts = append(opts, layout.WithAnnotations(map[string]string{"org.opencontainers.image.ref.name": e.Tag}))
		}
		switch add := e.Add.(type) {
		case v1.Image:
			err = path.AppendImage(add, opts...)
		case v1.ImageIndex:
			err = path.AppendIndex(add, opts...)
		default:
			err = fmt.Errorf("%T is neither an image nor an index", e.Add)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// WriteOCIArchive writes an OCI layout as a tar.
func WriteOCIArchive(path string, entries ...LayoutEntry) error {
	dir, err := os.MkdirTemp("", "imagetest-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := WriteLayout(dir, entries...); err != nil {
		return err
	}
	return writeFile(path, func(w io.Writer) error {
		t := tar.NewWriter(w)
		if err := t.AddFS(os.DirFS(dir)); err != nil {
			return err
		}
		return t.Close()
	})
}

// RemoveBlob takes a blob out of a layout folder, as when it was never copied.
func RemoveBlob(dir, digest string) error {
	h, err := v1.NewHash(digest)
	if err != nil {
		return err
	}
	return layout.Path(dir).RemoveBlob(h)
}
