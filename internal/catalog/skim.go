package catalog

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// skimmable is a layer whose tar need not be read as a whole.
type skimmable interface {
	// Skim is the uncompressed tar as a stream that can seek forward. What it is
	// not made to read is not verified either. The error is errors.ErrUnsupported
	// when the layer has to be read in order.
	Skim(ctx context.Context) (io.ReadSeekCloser, error)
}

// sectioned is a stream, as Skim gives it, whose next bytes can be read in any
// order until the stream has moved past them.
type sectioned interface {
	// Section is the next n bytes, without moving the stream; io.ErrUnexpectedEOF
	// when it has fewer.
	Section(n int64) (io.ReaderAt, error)
}

// skim reads the headers of a layer and the files that are wanted, and seeks
// over the rest. An unreadable error means that it is to be read in order.
func (w *walker) skim(ctx context.Context, l skimmable) error {
	stream, err := l.Skim(ctx)
	if err != nil {
		return unreadable{err}
	}
	defer stream.Close()

	in, _ := stream.(sectioned)
	watched := &endWatch{ReadSeeker: stream, ctx: ctx}
	if err := w.entries(ctx, watched, in); err != nil {
		return err
	}
	if watched.ended {
		// Without its end marker a tar that was cut between two entries looks whole.
		return unreadable{fmt.Errorf("the tar has no end: %w", io.ErrUnexpectedEOF)}
	}
	return nil
}

// endWatch notes that a stream was read to its end, and stops with the context.
type endWatch struct {
	io.ReadSeeker

	ctx   context.Context
	ended bool
}

func (e *endWatch) Read(p []byte) (int, error) {
	if err := e.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := e.ReadSeeker.Read(p)
	if errors.Is(err, io.EOF) {
		e.ended = true
	}
	return n, err
}

// inPlace is the content of an entry where it is in the tar; nil when it can only
// be read in order. The stream stands behind the entry's header.
func inPlace(in sectioned, hdr *tar.Header) (io.ReaderAt, error) {
	if in == nil || isSparse(hdr) {
		return nil, nil
	}
	at, err := in.Section(hdr.Size)
	if err != nil {
		return nil, unreadable{err}
	}
	return at, nil
}

// isSparse says whether the content of a file is in the tar with its holes left
// out.
func isSparse(hdr *tar.Header) bool {
	if hdr.Typeflag == tar.TypeGNUSparse {
		return true
	}
	for key := range hdr.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return true
		}
	}
	return false
}
