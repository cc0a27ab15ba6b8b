package image

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// dockerImage is an entry of manifest.json, which `docker save` writes (moby,
// image/tarexport).
type dockerImage struct {
	Config   string
	RepoTags []string
	Layers   []string

	// LayerSources describes foreign layers by their DiffID.
	LayerSources map[string]v1.Descriptor
}

// openDockerArchive opens the image that selector names in an archive of `docker
// save`, of any age: layers at <id>/layer.tar, some of them links to others, or
// at blobs/sha256/<digest>.
func openDockerArchive(files fs.FS, archive, selector string, want *v1.Platform, opts Options) (*Image, error) {
	all, err := readDockerImages(files)
	if err != nil {
		return nil, err
	}
	chosen, err := selectDockerImage(files, all, archive, selector)
	if err != nil {
		return nil, err
	}
	img, err := chosen.open(files, opts)
	if err != nil {
		return nil, err
	}
	have := configPlatform(img.Config, nil)
	if want != nil && !satisfies(have, *want) {
		return nil, &PlatformError{Ref: archive, Want: platformString(*want), Have: []string{img.Platform}}
	}
	return img, nil
}

func readDockerImages(files fs.FS) ([]dockerImage, error) {
	raw, err := readFile(files, "manifest.json")
	if err != nil {
		return nil, err
	}
	var all []dockerImage
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, fmt.Errorf(`parsing "manifest.json": %w`, err)
	}
	return all, nil
}

// selectDockerImage picks the entry of manifest.json that selector names: a
// repository with its tag, or "@" and the digest of the configuration.
func selectDockerImage(files fs.FS, all []dockerImage, archive, selector string) (*dockerImage, error) {
	if len(all) == 0 {
		return nil, errors.New(`"manifest.json" lists no image`)
	}
	if selector == "" && len(all) == 1 {
		return &all[0], nil
	}
	if digest, ok := strings.CutPrefix(selector, "@"); ok {
		for i, d := range all {
			raw, err := readFile(files, path.Clean(d.Config))
			if err == nil && digestOf(raw).String() == digest {
				return &all[i], nil
			}
		}
	} else if selector != "" {
		for i, d := range all {
			for _, tag := range d.RepoTags {
				if familiar(tag) == familiar(selector) {
					return &all[i], nil
				}
			}
		}
	}
	e := &SelectError{Path: archive, Selector: selector}
	for _, d := range all {
		if len(d.RepoTags) > 0 {
			e.Choices = append(e.Choices, archive+":"+d.RepoTags[0])
		} else if raw, err := readFile(files, path.Clean(d.Config)); err == nil {
			e.Choices = append(e.Choices, archive+"@"+digestOf(raw).String())
		}
	}
	return nil, e
}

func (d *dockerImage) open(files fs.FS, opts Options) (*Image, error) {
	configPath := path.Clean(d.Config)
	rawConfig, err := readFile(files, configPath)
	if err != nil {
		return nil, fmt.Errorf("reading the image configuration: %w", err)
	}
	if h, ok := blobDigest(configPath); ok && h != digestOf(rawConfig) {
		return nil, fmt.Errorf("configuration %s has the content of %s", h, digestOf(rawConfig))
	}
	layers := make([]*Layer, len(d.Layers))
	for i, name := range d.Layers {
		layers[i] = &Layer{}
		layers[i].digest, _ = blobDigest(path.Clean(name))
	}
	img, err := newImage(rawConfig, layers, nil, opts)
	if err != nil {
		return nil, err
	}
	img.RepoTags = d.RepoTags
	for i, l := range layers {
		source := d.LayerSources[l.DiffID()]
		l.mediaType, l.urls = source.MediaType, source.URLs
		if err := l.in(files, path.Clean(d.Layers[i])); err != nil {
			return nil, err
		}
	}
	return img, nil
}

// in sets up the layer to be read from a file. A layer that is not there is an
// error now, unless it is foreign: then the rest of the image can be read.
func (l *Layer) in(files fs.FS, name string) error {
	f, size, err := openFile(files, name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && l.Foreign():
		l.stored = func(context.Context) (io.ReadCloser, error) {
			return nil, &ForeignError{DiffID: l.DiffID(), URLs: l.urls}
		}
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("layer %q is listed and not stored", name)
	case err != nil:
		return fmt.Errorf("opening layer %q: %w", name, err)
	}
	l.size = size
	l.stored = func(context.Context) (io.ReadCloser, error) { return files.Open(name) }
	l.file = func(context.Context) (fs.File, error) { return files.Open(name) }
	return f.Close()
}

// blobDigest is the digest that a path of the form blobs/sha256/<hex> promises.
func blobDigest(name string) (v1.Hash, bool) {
	hex, ok := strings.CutPrefix(name, "blobs/sha256/")
	if !ok {
		return v1.Hash{}, false
	}
	h, err := v1.NewHash("sha256:" + hex)
	return h, err == nil
}
