package image

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Annotations that name an entry of a layout's index.json: the OCI one, and
// containerd's, which Docker and BuildKit write with the full name.
const (
	annotationRefName   = "org.opencontainers.image.ref.name"
	annotationImageName = "io.containerd.image.name"
)

// layoutStore is an OCI image layout, in a folder or a tar.
type layoutStore struct {
	files fs.FS
}

func blobPath(h v1.Hash) string { return "blobs/" + h.Algorithm + "/" + h.Hex }

func (s layoutStore) manifest(_ context.Context, d v1.Descriptor) ([]byte, error) {
	return readFile(s.files, blobPath(d.Digest))
}

func (s layoutStore) blob(_ context.Context, d v1.Descriptor) (io.ReadCloser, error) {
	return s.blobFile(d)
}

func (s layoutStore) blobFile(d v1.Descriptor) (fs.File, error) {
	f, size, err := openFile(s.files, blobPath(d.Digest))
	if err != nil {
		return nil, err
	}
	if d.Size > 0 && size != d.Size {
		f.Close()
		return nil, fmt.Errorf("%s has %d bytes, not %d", d.Digest, size, d.Size)
	}
	return f, nil
}

func (s layoutStore) verifies() bool { return false }

// openLayout opens the image that selector names in an OCI layout: a tag, a full
// name or a digest, or nothing when there is only one image.
func openLayout(ctx context.Context, files fs.FS, path, selector string, want *v1.Platform, opts Options) (*Image, error) {
	index, err := readIndex(files)
	if err != nil {
		return nil, err
	}
	roots, err := selectLayout(index.Manifests, path, selector)
	if err != nil {
		return nil, err
	}
	r := &resolver{store: layoutStore{files}, ref: path, want: want, opts: opts}
	r.note(index.Manifests) // a flat layout has no other index
	img, err := r.resolve(ctx, roots)
	if err != nil {
		return nil, err
	}
	for _, l := range img.layers {
		if !l.Foreign() && !has(files, blobPath(l.digest)) {
			return nil, fmt.Errorf("layer %s is listed and not stored", l.digest)
		}
	}
	for _, d := range roots {
		if name := d.Annotations[annotationImageName]; name != "" {
			img.RepoTags = appendNew(img.RepoTags, familiar(name))
		}
	}
	return img, nil
}

func readIndex(files fs.FS) (*v1.IndexManifest, error) {
	raw, err := readFile(files, "index.json")
	if err != nil {
		return nil, err
	}
	index, err := asIndex(raw)
	if err == nil && index == nil {
		err = errors.New(`it lists no "manifests"`)
	}
	if err != nil {
		return nil, fmt.Errorf(`parsing "index.json": %w`, err)
	}
	return index, nil
}

// selectLayout picks the entries of index.json that selector names. Several
// entries without different names are taken together: they are the platforms of
// one image.
func selectLayout(entries []v1.Descriptor, path, selector string) ([]v1.Descriptor, error) {
	var images []v1.Descriptor
	for _, d := range entries {
		if runnable(d) {
			images = append(images, d)
		}
	}
	digest, byDigest := strings.CutPrefix(selector, "@")
	if byDigest {
		h, err := v1.NewHash(digest)
		if err != nil {
			return nil, fmt.Errorf("%q is not a digest: %w", digest, err)
		}
		for _, d := range images {
			if d.Digest == h {
				return []v1.Descriptor{d}, nil
			}
		}
		// It may be further down in an index; the digest alone identifies it.
		return []v1.Descriptor{{Digest: h}}, nil
	}
	var picked []v1.Descriptor
	names := make(map[string]bool)
	for _, d := range images {
		if selector == "" || named(d, selector) {
			picked = append(picked, d)
			names[d.Annotations[annotationImageName]+"\x00"+d.Annotations[annotationRefName]] = true
		}
	}
	if len(images) == 0 {
		return nil, fmt.Errorf("there is no container image in %q", path)
	}
	if len(picked) == 0 || selector == "" && len(names) > 1 && !sameDigest(picked) {
		return nil, &SelectError{Path: path, Selector: selector, Choices: layoutChoices(path, images)}
	}
	return picked, nil
}

// named says whether a selector is an entry's tag or full name.
func named(d v1.Descriptor, selector string) bool {
	full, tag := d.Annotations[annotationImageName], d.Annotations[annotationRefName]
	return selector == tag || full != "" && familiar(selector) == familiar(full)
}

func sameDigest(descs []v1.Descriptor) bool {
	for _, d := range descs {
		if d.Digest != descs[0].Digest {
			return false
		}
	}
	return true
}

func layoutChoices(path string, images []v1.Descriptor) []string {
	var choices []string
	for _, d := range images {
		choice := path + "@" + d.Digest.String()
		if full := d.Annotations[annotationImageName]; full != "" {
			choice = path + ":" + familiar(full)
		} else if tag := d.Annotations[annotationRefName]; tag != "" {
			choice = path + ":" + tag
		}
		choices = appendNew(choices, choice)
	}
	return choices
}

// isLayout says whether files are an OCI layout. The file oci-layout is not asked
// for: Docker did not write it at first.
func isLayout(files fs.FS) bool {
	raw, err := readFile(files, "index.json")
	return err == nil && bytes.Contains(raw, []byte(`"manifests"`))
}
