package imagetest

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Compression is how a layer or an archive is compressed.
type Compression string

// The compressions.
const (
	None Compression = "none"
	Gzip Compression = "gzip"
	Zstd Compression = "zstd"
)

func parseCompression(s string) (Compression, error) {
	switch c := Compression(s); c {
	case None, Gzip, Zstd:
		return c, nil
	}
	return "", fmt.Errorf("compression is none, gzip or zstd, not %q", s)
}

// Compress compresses content.
func Compress(content []byte, c Compression) ([]byte, error) {
	var b bytes.Buffer
	var w io.WriteCloser
	switch c {
	case None:
		return content, nil
	case Gzip:
		w = gzip.NewWriter(&b)
	case Zstd:
		var err error
		if w, err = zstd.NewWriter(&b); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("unknown compression %q", c)
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// CompressFile writes the compressed content of one file to another.
func CompressFile(from, to string, c Compression) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	content, err = Compress(content, c)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o600)
}
