package image

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// tempFile is a temporary copy of something that cannot be read in any order.
type tempFile struct {
	*os.File
	size  int64
	named bool // its name could not be removed while it was open
}

// spool copies r to a temporary file of at most limit bytes, calling onBytes as
// it goes.
func spool(ctx context.Context, r io.Reader, dir string, limit int64, onBytes func(int64)) (*tempFile, error) {
	f, err := os.CreateTemp(dir, "imgscan-*.tar")
	if err != nil {
		return nil, fmt.Errorf("making a temporary file: %w", err)
	}
	// Without a name the file disappears with the process, however that ends.
	// Where an open file cannot be removed, Close does it.
	t := &tempFile{File: f, named: os.Remove(f.Name()) != nil}
	in := &storedReader{ctx: ctx, rc: io.NopCloser(r), onBytes: onBytes}
	t.size, err = io.Copy(f, io.LimitReader(in, limit+1))
	if err == nil && t.size > limit {
		err = fmt.Errorf("it has more than %d bytes", limit)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("copying to a temporary file in %q: %w", dir, err), t.Close())
	}
	return t, nil
}

// Close closes and removes the file.
func (t *tempFile) Close() error {
	err := t.File.Close()
	if t.named {
		err = errors.Join(err, os.Remove(t.Name()))
	}
	return err
}
