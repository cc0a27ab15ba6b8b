package bench

import (
	"fmt"
	"io"

	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// convertArchive writes the image of a docker archive as an OCI layout in dir.
func convertArchive(archive, dir string, c Compression) error {
	img, err := tarball.ImageFromPath(archive, nil)
	if err != nil {
		return fmt.Errorf("reading %q: %w", archive, err)
	}
	layers, err := img.Layers()
	if err != nil {
		return fmt.Errorf("reading %q: %w", archive, err)
	}
	config, err := img.RawConfigFile()
	if err != nil {
		return fmt.Errorf("reading %q: %w", archive, err)
	}
	w, err := newLayout(dir)
	if err != nil {
		return err
	}
	for _, layer := range layers {
		want, err := layer.DiffID()
		if err != nil {
			return err
		}
		got, err := w.addLayer(c, func(out io.Writer) error {
			content, err := layer.Uncompressed()
			if err != nil {
				return err
			}
			defer content.Close()
			_, err = io.Copy(out, content)
			return err
		})
		if err != nil {
			return err
		}
		if got != want {
			return fmt.Errorf("reading %q: layer %s has the content of %s", archive, want, got)
		}
	}
	return w.finish(types.OCIConfigJSON, config)
}
