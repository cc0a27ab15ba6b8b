package bench

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"runtime"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"golang.org/x/sync/errgroup"
)

// Limit does to the layers of the layout in dir only what no scanner can leave
// out that checks what it reads: decompress every byte, and hash it before and
// after. It uses imgscan's decoders, and as many layers at a time as there are
// processors. What it takes is the least that a scan of compressed layers can take.
func Limit(ctx context.Context, dir string, c Compression) error {
	_, manifest, err := layoutManifest(dir)
	if err != nil {
		return err
	}
	workers, _ := errgroup.WithContext(ctx)
	workers.SetLimit(runtime.GOMAXPROCS(0))
	for _, layer := range manifest.Layers {
		workers.Go(func() error { return readThrough(dir, layer.Digest, c) })
	}
	return workers.Wait()
}

func readThrough(dir string, digest v1.Hash, c Compression) error {
	f, err := os.Open(blobFile(dir, digest))
	if err != nil {
		return err
	}
	defer f.Close()
	stored := sha256.New()
	z, err := c.decompress(io.TeeReader(f, stored))
	if err != nil {
		return err
	}
	defer z.Close()
	plain := sha256.New()
	if _, err := io.CopyBuffer(onlyWriter{plain}, z, make([]byte, 256<<10)); err != nil {
		return fmt.Errorf("reading layer %s: %w", digest, err)
	}
	if got := hashOf(stored); got != digest {
		return fmt.Errorf("layer %s has the content of %s", digest, got)
	}
	return nil
}

// onlyWriter hides what else a writer or a reader could do, so that the copy uses
// the buffer that it is given.
type onlyWriter struct{ io.Writer }
