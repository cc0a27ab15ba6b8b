package image

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// maxZstdWindow is the largest window that the zstd tool makes without --long
// past its default of 27 (128 MiB). A decoder allocates what the stream asks for.
const maxZstdWindow = 128 << 20

// compression is how a stream is compressed.
type compression int

const (
	uncompressed compression = iota
	gzipped
	zstandard
)

// sniff tells the compression of a stream by its first bytes (RFC 1952 §2.3.1,
// RFC 8878 §3.1.1 and §3.1.2). What it does not know it calls uncompressed.
func sniff(head []byte) compression {
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		return gzipped
	case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		return zstandard
	case len(head) >= 4 && head[0]&0xf0 == 0x50 && bytes.Equal(head[1:4], []byte{0x2a, 0x4d, 0x18}):
		return zstandard // a skippable frame, as some builders put in front
	}
	return uncompressed
}

// decompress gives the content of r, whatever its compression. Closing it does
// not close r.
func decompress(r io.Reader) (io.ReadCloser, error) {
	buffered := bufio.NewReaderSize(r, 256<<10)
	head, err := buffered.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch sniff(head) {
	case gzipped:
		z, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, fmt.Errorf("reading gzip: %w", err)
		}
		return z, nil
	case zstandard:
		// One goroutine per layer: the caller reads layers in parallel, and a panic
		// in a goroutine of the decoder could not be recovered.
		z, err := zstd.NewReader(buffered, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxZstdWindow))
		if err != nil {
			return nil, fmt.Errorf("reading zstd: %w", err)
		}
		return z.IOReadCloser(), nil
	}
	return io.NopCloser(buffered), nil
}
