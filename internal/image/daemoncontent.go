package image

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// contentStore is containerd's folder of blobs, below its root folder. Inside, it
// is as in an OCI layout.
const contentStore = "io.containerd.content.v1.content"

// contentFolders are the places of a daemon's content store: that of a containerd
// that the daemon started itself, and that of the machine's.
func (f *daemonFolders) contentFolders() []string {
	return []string{
		filepath.Join(f.root, "containerd", "daemon", contentStore),
		filepath.Join("/var/lib/containerd", contentStore),
	}
}

// readContent opens an image in the content store of a daemon that keeps images
// as registries do. The digests tell whether it is the right store. It must have
// the layers, too, when they are needed.
func (d *daemon) readContent(ctx context.Context, folders *daemonFolders, name string, found *inspected, want *v1.Platform, layers bool) (*Image, error) {
	var errs []error
	for _, folder := range folders.contentFolders() {
		img, err := d.readContentIn(ctx, folder, name, found, want, layers)
		if err == nil {
			return img, nil
		}
		errs = append(errs, err)
	}
	return nil, errors.Join(errs...)
}

func (d *daemon) readContentIn(ctx context.Context, folder, name string, found *inspected, want *v1.Platform, layers bool) (*Image, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	files := root.FS()
	r := &resolver{store: layoutStore{files}, ref: name, want: want, opts: d.opts}
	img, err := r.resolve(ctx, []v1.Descriptor{*found.Descriptor})
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	// A store may drop what has been unpacked.
	for _, l := range img.layers {
		if layers && !l.Foreign() && !has(files, blobPath(l.digest)) {
			return nil, errors.Join(fmt.Errorf("layer %s is not kept", l.digest), root.Close())
		}
	}
	img.closers = append(img.closers, root)
	return img, nil
}
