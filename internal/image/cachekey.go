package image

import (
	"context"
	"fmt"
	"io/fs"
	"os"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/org/imgscan-action/internal/fileid"
)

// CacheKey says what stands for the content of the layer besides its DiffID, so
// that what was found in it can be found again; empty when nothing does. The
// DiffID alone does not: it is what an image claims, and whoever makes an image
// may claim the DiffID of another's layer.
//
//   - A daemon has checked or computed the DiffIDs of its images itself, so its
//     address stands for them.
//   - A layer that can only be read in order is verified at its end. The digest of
//     the stored bytes stands for it: a source that has other bytes under that
//     digest is caught by whoever runs the image from there.
//   - An uncompressed layer in a local file is skimmed, which verifies nothing:
//     the file stands for it, as it is now and for itself alone.
func (l *Layer) CacheKey() string {
	if l.vouched != "" {
		return l.vouched
	}
	if !l.anyOrder() {
		return "content " + l.Digest()
	}
	f, err := l.file(context.Background())
	if err != nil {
		return ""
	}
	defer f.Close()
	return fileKey(f)
}

// anyOrder says whether the layer may be read in any order, unverified. One that
// is stored under another digest than its DiffID should be compressed; if it is
// not, something is wrong with it, which reading it in order will tell.
func (l *Layer) anyOrder() bool {
	return l.file != nil && (l.digest == (v1.Hash{}) || l.digest == l.diffID)
}

// fileKey tells a file, or a part of one, from every other and from itself after
// a change; empty when the system cannot.
func fileKey(f fs.File) string {
	switch f := f.(type) {
	case *os.File:
		return fileid.Of(f)
	case *tarFile:
		if f.archive == "" {
			return ""
		}
		_, offset, size := f.Outer()
		return fmt.Sprintf("%s at %d size %d", f.archive, offset, size)
	}
	return ""
}
