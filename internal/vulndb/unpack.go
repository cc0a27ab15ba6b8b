package vulndb

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"path"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/klauspost/compress/gzip"
)

// unpackLayer writes the database's two files from a layer into dir as its bytes
// arrive, and checks the layer's size and digest at its end. An error leaves
// rubbish in dir, which the caller throws away.
func unpackLayer(ctx context.Context, layer v1.Layer, dir string, onBytes func(done, total int64)) error {
	digest, err := layer.Digest()
	if err != nil {
		return err
	}
	size, err := layer.Size()
	if err != nil {
		return err
	}
	body, err := layer.Compressed()
	if err != nil {
		return err
	}
	defer body.Close()

	counted := &meter{r: io.LimitReader(body, size+1), sum: sha256.New(), total: size, onBytes: onBytes}
	if err := unpack(ctx, counted, dir, maxDatabase); err != nil {
		return err
	}
	// What follows the archive belongs to the digest, too.
	if _, err := io.Copy(io.Discard, counted); err != nil {
		return err
	}
	if counted.done != size {
		return fmt.Errorf("the layer has %d bytes where its manifest says %d: %w", counted.done, size, io.ErrUnexpectedEOF)
	}
	if got := hex.EncodeToString(counted.sum.Sum(nil)); got != digest.Hex {
		return fmt.Errorf("the layer's digest is sha256:%s, not %s as its manifest says", got, digest)
	}
	return nil
}

// unpack reads a gzipped tar to its end and writes the two expected files, of
// limit bytes at most together, into dir.
func unpack(ctx context.Context, r io.Reader, dir string, limit int64) error {
	zr, err := gzip.NewReader(r)
	if err != nil {
		return fmt.Errorf("decompressing: %w", err)
	}
	seen := map[string]bool{}
	tr := tar.NewReader(zr)
	for {
		header, err := tr.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("unpacking: %w", err)
		}
		name := path.Clean(header.Name)
		if header.Typeflag != tar.TypeReg || (name != databaseFile && name != metadataFile) {
			continue
		}
		if seen[name] {
			return fmt.Errorf("the archive holds %s twice", name)
		}
		seen[name] = true
		written, err := writeFile(ctx, filepath.Join(dir, name), tr, limit)
		if err != nil {
			return fmt.Errorf("unpacking %s: %w", name, err)
		}
		limit -= written
	}
	for _, name := range []string{databaseFile, metadataFile} {
		if !seen[name] {
			return fmt.Errorf("the archive holds no %s", name)
		}
	}
	// The padding after the archive still carries gzip's checksum.
	if _, err := io.Copy(io.Discard, io.LimitReader(zr, 1<<20)); err != nil {
		return fmt.Errorf("decompressing: %w", err)
	}
	return nil
}

// meter counts and hashes what passes.
type meter struct {
	r       io.Reader
	sum     hash.Hash
	done    int64
	total   int64
	onBytes func(done, total int64)
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	m.sum.Write(p[:n])
	m.done += int64(n)
	if m.onBytes != nil && n > 0 {
		m.onBytes(m.done, m.total)
	}
	return n, err
}

// cancellable stops reading when its context ends.
type cancellable struct {
	ctx context.Context
	r   io.Reader
}

func (c *cancellable) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
