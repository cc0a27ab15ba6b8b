package image

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// agree is that the two descriptions in one archive, Docker's manifest.json and an
// OCI layout, mean the same images. Docker without containerd's store loads what
// the first says, and containerd and all that stands on it what the second says:
// an archive where they differ has one image to be scanned and another one to run.
// A layout may have more images and more platforms, and either may list what is
// not stored.
func agree(ctx context.Context, files fs.FS) error {
	listed, err := readDockerImages(files)
	if err != nil {
		return err
	}
	if len(listed) > maxIndexEntries {
		return fmt.Errorf(`"manifest.json" lists more than %d images`, maxIndexEntries)
	}
	index, err := readIndex(files)
	if err != nil {
		return err
	}
	entries, err := listLayout(ctx, files, index.Manifests)
	if err != nil {
		return fmt.Errorf(`comparing "index.json" with "manifest.json": %w`, err)
	}
	for _, d := range listed {
		raw, err := readFile(files, path.Clean(d.Config))
		if errors.Is(err, fs.ErrNotExist) {
			continue // nobody can load this image
		}
		if err != nil {
			return fmt.Errorf("reading the image configuration: %w", err)
		}
		img, err := newDescribed(raw, nil)
		if err != nil {
			return err
		}
		if other := d.contradiction(img, entries, len(listed) == 1); other != "" {
			return fmt.Errorf("it holds two different images as one: that of its manifest.json (docker save) is %s, and that of its index.json (OCI) is %s; which of them runs depends on what loads the archive, so neither is scanned", img.ID, other)
		}
	}
	return nil
}

// contradiction is the ID of another image that a layout has for img, which d
// describes; empty when there is none. Entries with a name of img have to lead to
// it. Where none has, one of all has to, and when img is alone in manifest.json
// they are taken for its platforms.
func (d *dockerImage) contradiction(img *Image, entries []layoutEntry, alone bool) string {
	named := false
	for _, tag := range d.RepoTags {
		var images []listedImage
		for _, e := range entries {
			if e.name == familiar(tag) {
				images = append(images, e.images...)
			}
		}
		if len(images) > 0 {
			named = true
			if other := contradicting(img, images, true); other != "" {
				return other
			}
		}
	}
	if named {
		return ""
	}
	var images []listedImage
	for _, e := range entries {
		images = append(images, e.images...)
	}
	return contradicting(img, images, alone)
}

// contradicting is the ID of an image that readers of a layout take instead of img;
// empty when they take img, or find nothing. When the images are one for several
// platforms, the first of img's own platform is taken, and has to be img.
// Otherwise, and where none is for exactly that platform, it is enough that img is
// among them.
func contradicting(img *Image, images []listedImage, one bool) string {
	if len(images) == 0 {
		return ""
	}
	platform := normal(configPlatform(img.Config, nil))
	for _, o := range images {
		if one && normal(o.platform).Equals(platform) {
			if o.id == img.ID {
				return ""
			}
			return o.id
		}
	}
	for _, o := range images {
		if o.id == img.ID {
			return ""
		}
	}
	return images[0].id
}

// layoutEntry is an entry of a layout's index.json.
type layoutEntry struct {
	name   string // as Docker prints it; empty when it has none
	images []listedImage
}

// listedImage is an image that an index leads to.
type listedImage struct {
	id       string      // digest of the configuration
	platform v1.Platform // by which it is chosen
}

func listLayout(ctx context.Context, files fs.FS, descs []v1.Descriptor) ([]layoutEntry, error) {
	l := lister{files: files, resolver: &resolver{store: layoutStore{files}}}
	var entries []layoutEntry
	for _, d := range descs {
		images, err := l.list(ctx, []v1.Descriptor{d}, 0)
		if err != nil {
			return nil, err
		}
		e := layoutEntry{name: d.Annotations[annotationImageName], images: images}
		if e.name == "" {
			e.name = d.Annotations[annotationRefName]
		}
		if e.name != "" {
			e.name = familiar(e.name)
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// lister lists what a layout leads to as others see it. Unlike a resolver it
// leaves nothing out that somebody might run: a manifest that an annotation calls
// an attestation, or one that is listed a second time for another platform.
type lister struct {
	files    fs.FS
	resolver *resolver
	visited  int
}

func (l *lister) list(ctx context.Context, descs []v1.Descriptor, depth int) ([]listedImage, error) {
	if depth > maxIndexDepth {
		return nil, fmt.Errorf("indexes are nested more than %d deep", maxIndexDepth)
	}
	var images []listedImage
	for _, d := range descs {
		if l.visited++; l.visited > maxIndexEntries {
			return nil, fmt.Errorf("the index lists more than %d manifests", maxIndexEntries)
		}
		raw, err := l.resolver.manifest(ctx, d)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		index, err := asIndex(raw)
		if err != nil {
			return nil, fmt.Errorf("parsing manifest %s: %w", d.Digest, err)
		}
		if index != nil {
			inner, err := l.list(ctx, index.Manifests, depth+1)
			if err != nil {
				return nil, err
			}
			images = append(images, inner...)
			continue
		}
		m, err := asManifest(raw)
		if err != nil {
			return nil, fmt.Errorf("parsing manifest %s: %w", d.Digest, err)
		}
		platform, err := l.platform(d, m)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errArtifact) {
			continue
		}
		if err != nil {
			return nil, err
		}
		images = append(images, listedImage{id: m.Config.Digest.String(), platform: platform})
	}
	return images, nil
}

// platform is by what platform a manifest is chosen: the one that it is listed
// for, else that of its configuration. It is for something other than an image
// when it is listed for no platform, as attestations are, or neither listed for
// any nor typed as an image.
func (l *lister) platform(d v1.Descriptor, m *v1.Manifest) (v1.Platform, error) {
	switch {
	case d.Platform != nil && d.Platform.OS == "unknown":
		return v1.Platform{}, errArtifact
	case d.Platform != nil:
		return *d.Platform, nil
	case !m.Config.MediaType.IsConfig():
		return v1.Platform{}, errArtifact
	}
	raw, err := readFile(l.files, blobPath(m.Config.Digest))
	if err != nil {
		return v1.Platform{}, err
	}
	config, err := v1.ParseConfigFile(bytes.NewReader(raw))
	if err != nil {
		return v1.Platform{}, fmt.Errorf("parsing configuration %s: %w", m.Config.Digest, err)
	}
	return configPlatform(config, nil), nil
}
