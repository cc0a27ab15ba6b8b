package image

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Layer is one file-system layer of an image. Its methods are safe for
// concurrent use.
type Layer struct {
	diffID    v1.Hash
	digest    v1.Hash // zero when the source stores no blob under a digest
	verified  bool    // stored checks the digest itself
	size      int64
	mediaType types.MediaType
	urls      []string // where a foreign layer says that it can be had
	createdBy string

	// stored opens the bytes as stored. Its error is a *ForeignError when they are
	// elsewhere.
	stored func(context.Context) (io.ReadCloser, error)

	// file opens the same as a file that can be read in any order; nil when it is
	// none.
	file func(context.Context) (fs.File, error)

	// folder is where a daemon has unpacked the layer; nil when that is not known
	// or cannot be read.
	folder *unpacked

	// vouched is the CacheKey of a layer whose source vouches for its DiffID;
	// empty for the others.
	vouched string

	maxSize int64
	onBytes func(int64)
}

// DiffID is the digest of the uncompressed layer ("sha256:…").
func (l *Layer) DiffID() string { return l.diffID.String() }

// Digest is the digest of the layer as stored, compressed or not; empty when the
// source does not store it under a digest.
func (l *Layer) Digest() string {
	if l.digest == (v1.Hash{}) {
		return ""
	}
	return l.digest.String()
}

// Size is the number of bytes as stored; 0 when unknown.
func (l *Layer) Size() int64 { return l.size }

// CreatedBy is the history entry that made the layer; empty when the image has
// no usable history.
func (l *Layer) CreatedBy() string { return l.createdBy }

// Foreign says whether the layer is marked as not for distribution, as the base
// layers of Windows are: the source may not have its content.
func (l *Layer) Foreign() bool {
	return l.mediaType == types.DockerForeignLayer || strings.Contains(string(l.mediaType), ".layer.nondistributable.")
}

// ForeignError is why a layer cannot be opened whose content the image only
// refers to.
type ForeignError struct {
	DiffID string
	URLs   []string // where the image says the content is; never contacted
}

// Error names the layer and where its content is said to be.
func (e *ForeignError) Error() string {
	if len(e.URLs) == 0 {
		return fmt.Sprintf("layer %s is foreign: its content is not stored with the image", e.DiffID)
	}
	return fmt.Sprintf("layer %s is foreign: its content is not stored with the image but at %s", e.DiffID, redactURL(e.URLs[0]))
}

// Open gives the layer as an uncompressed tar stream. Compression is told by the
// content, not by the media type, which is often wrong.
//
// The stream checks itself as it is read: it ends with io.EOF only when both the
// stored and the uncompressed bytes have the digests that the image gives, and
// with an error when they do not, when they are cut short, or when there are
// more of them than the options allow. So read it to io.EOF, past the tar's own
// end marker, before trusting what it said.
//
// The error is a *ForeignError when the source does not have the content.
func (l *Layer) Open(ctx context.Context) (io.ReadCloser, error) {
	if base, encrypted := strings.CutSuffix(string(l.mediaType), "+encrypted"); encrypted {
		return nil, fmt.Errorf("layer %s is encrypted (%s): scan the image before it is encrypted", l.DiffID(), base)
	}
	stored, err := l.stored(ctx)
	if err != nil {
		return nil, fmt.Errorf("opening layer %s: %w", l.DiffID(), err)
	}
	r, err := newLayerReader(ctx, l, stored)
	if err != nil {
		stored.Close()
		return nil, fmt.Errorf("opening layer %s: %w", l.DiffID(), err)
	}
	return r, nil
}
