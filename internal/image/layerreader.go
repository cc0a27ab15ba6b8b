package image

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// layerReader is the uncompressed stream of a layer: stored bytes, counted and
// checked, then decompressed in a goroutine of its own, bounded and checked again.
type layerReader struct {
	layer  *Layer
	stored *storedReader
	inflow io.ReadCloser // decompresses stored
	tar    *readAhead    // reads inflow
	sum    hash.Hash
	left   int64 // bytes that may still come

	ready []byte // checked and not read yet
	err   error  // comes after ready
	at    int64  // of ready in the tar
}

func newLayerReader(ctx context.Context, l *Layer, stored io.ReadCloser) (*layerReader, error) {
	s := &storedReader{ctx: ctx, rc: stored, onBytes: l.onBytes}
	// An uncompressed blob has its DiffID as digest: hashing it once is enough.
	if !l.verified && l.digest != (v1.Hash{}) && l.digest != l.diffID {
		s.sum = sha256.New()
	}
	inflow, err := decompress(s)
	if err != nil {
		return nil, err
	}
	return &layerReader{
		layer:  l,
		stored: s,
		inflow: inflow,
		tar:    newReadAhead(unpanicked{inflow}),
		sum:    sha256.New(),
		left:   l.maxSize,
	}, nil
}

// unpanicked makes an error of a panic in a decoder: the bytes come from outside.
type unpanicked struct{ io.Reader }

func (u unpanicked) Read(p []byte) (n int, err error) {
	defer func() {
		if v := recover(); v != nil {
			n, err = 0, fmt.Errorf("decoder panicked: %v", v)
		}
	}()
	return u.Reader.Read(p)
}

func (r *layerReader) Read(p []byte) (int, error) {
	if err := r.fill(); err != nil {
		return 0, err
	}
	n := copy(p, r.ready)
	r.ready = r.ready[n:]
	r.at += int64(n)
	return n, nil
}

// Seek moves forward from where the stream stands, or says where that is. What is
// left out is checked like the rest, and only not copied.
func (r *layerReader) Seek(offset int64, whence int) (int64, error) {
	if whence != io.SeekCurrent || offset < 0 {
		return 0, fmt.Errorf("seeking a layer other than forward: %w", errors.ErrUnsupported)
	}
	for offset > 0 {
		if err := r.fill(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return 0, err
		}
		n := min(offset, int64(len(r.ready)))
		r.ready = r.ready[n:]
		r.at += n
		offset -= n
	}
	return r.at, nil
}

// fill makes sure that something is ready.
func (r *layerReader) fill() error {
	for len(r.ready) == 0 {
		if r.err != nil {
			return r.err
		}
		r.ready, r.err = r.piece()
	}
	return nil
}

// piece is the next piece of the tar, checked. It turns everything that is wrong
// with the layer into an error that names it.
func (r *layerReader) piece() ([]byte, error) {
	content, err := r.tar.next()
	r.sum.Write(content)
	if r.left -= int64(len(content)); r.left < 0 {
		return nil, fmt.Errorf("reading layer %s: it expands to more than %d bytes", r.layer.DiffID(), r.layer.maxSize)
	}
	switch {
	case err == nil:
		return content, nil
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = fmt.Errorf("it is cut short: %w", err)
	case errors.Is(err, io.EOF):
		if err = r.verify(); err == nil {
			return content, io.EOF
		}
	}
	return content, fmt.Errorf("reading layer %s: %w", r.layer.DiffID(), err)
}

// verify compares digests at the end of the stream. The stored bytes are read to
// their end first, where a registry's reader does its own check.
func (r *layerReader) verify() error {
	if _, err := io.Copy(io.Discard, r.stored); err != nil {
		return err
	}
	if r.stored.sum != nil {
		if got := sumString(r.stored.sum); got != r.layer.Digest() {
			return fmt.Errorf("stored content is %s, not %s", got, r.layer.Digest())
		}
	}
	if got := sumString(r.sum); got != r.layer.DiffID() {
		return fmt.Errorf("content is %s, not what the image configuration lists", got)
	}
	return nil
}

// Close releases the source; it does not check what was not read. The source
// goes first, so that nobody waits for a connection that has nothing to say.
func (r *layerReader) Close() error {
	r.tar.stop()
	err := r.stored.rc.Close()
	r.tar.wait()
	return errors.Join(err, r.inflow.Close())
}

// storedReader reads the stored bytes: it stops when the context does, counts,
// and hashes when sum is set.
type storedReader struct {
	ctx     context.Context
	rc      io.ReadCloser
	onBytes func(int64)
	sum     hash.Hash
}

func (s *storedReader) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := s.rc.Read(p)
	if n > 0 {
		s.onBytes(int64(n))
		if s.sum != nil {
			s.sum.Write(p[:n])
		}
	}
	return n, err
}

func sumString(h hash.Hash) string {
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}
