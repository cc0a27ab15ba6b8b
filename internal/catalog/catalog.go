// Package catalog reads what is in an image: its operating system, the packages
// of the distribution and of languages, and what could not be seen into.
//
// Every layer is read once, beside the others, as a stream or only where it
// matters; nothing is unpacked. What a layer says is plain data ([layerFacts]),
// which a [Cache] can keep for the next image with the same layer, and merging the
// layers from the lowest up is what an overlay file system would do: whiteouts,
// opaque folders and replaced files hide what is below them.
//
// The lists of packages equal those of Trivy v0.72.0; where they deliberately
// do not, the comment beside the code says so.
package catalog

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"
)

// Layer is one file-system layer of an image.
type Layer interface {
	// DiffID is the digest of the uncompressed layer ("sha256:…").
	DiffID() string

	// Open is the uncompressed tar stream. An error, from Open or while reading,
	// makes the layer unreadable and not the image: it becomes a Gap.
	Open(ctx context.Context) (io.ReadCloser, error)
}

// Options say how to read. The zero value is usable.
type Options struct {
	// Cache has what layers said before; nil means that every layer is read.
	Cache Cache

	// JavaDB is the folder of Trivy's Java database, which identifies archives
	// that do not say what they are; empty means that those are not listed.
	JavaDB string

	// Parallel is how many layers are read at a time; 0 means one per processor.
	Parallel int

	// MaxFileSize is the size in bytes above which a file is not read and is a Gap
	// instead; 0 means 1 GiB.
	MaxFileSize int64

	// Version is the program's own. What was stored by another is not used, since
	// it may have made something else of the same files.
	Version string

	// TempDir is where files too large for memory are put while they are read;
	// empty means the system's temporary folder.
	TempDir string

	// OnLayer, unless nil, is called after each layer with the number of layers
	// read so far, never twice at a time.
	OnLayer func(done int)
}

const defaultMaxFileSize = 1 << 30

// Read catalogs the image made of layers, lowest first. What cannot be read is
// a Gap in the contents; the error is for a cancelled context and for a
// machine that cannot do the work, such as a full disk.
func Read(ctx context.Context, layers []Layer, opts Options) (*Contents, error) {
	if opts.Parallel <= 0 {
		opts.Parallel = runtime.GOMAXPROCS(0)
	}
	if opts.MaxFileSize <= 0 {
		opts.MaxFileSize = defaultMaxFileSize
	}

	var index *javaIndex
	if opts.JavaDB != "" {
		var err error
		if index, err = openJavaIndex(opts.JavaDB); err != nil {
			return nil, fmt.Errorf("opening the Java database %q: %w", opts.JavaDB, err)
		}
		defer func() { _ = index.Close() }() // only read from
	}

	var (
		analyzers = analyzers(index)
		version   = factsVersion(analyzers)
		read      = make([]layerFacts, len(layers))
		limit     = newLayersLimit(read)
		buffers   = newBuffers()
		mu        sync.Mutex
		done      int
	)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(opts.Parallel)
	for i, layer := range layers {
		g.Go(func() error {
			key := opts.layerKey(layer, version)
			facts, known := opts.recall(key, layer)
			if !known {
				w := walker{analyzers: analyzers, spool: spool{dir: opts.TempDir, max: opts.MaxFileSize, buffers: buffers}}
				var err error
				if facts, err = w.read(ctx, layer); err != nil {
					return fmt.Errorf("reading layer %q: %w", layer.DiffID(), err)
				}
				opts.remember(key, &facts)
			}
			mu.Lock()
			defer mu.Unlock()
			limit.add(i, facts)
			if opts.OnLayer != nil {
				done++
				opts.OnLayer(done)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return &Contents{layers: read}, nil
}
