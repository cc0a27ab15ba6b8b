package vulndb

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"

	"github.com/org/imgscan-action/internal/spelling"
)

// located is a folder with a database in it.
type located struct {
	dir  string
	info Info

	// refetchable says that the folder is the cache's copy of something that a
	// registry has.
	refetchable bool
}

// locate finds the folder that opts.Source stands for, filling the cache on the
// way where need be. A source that is spelt like a reference is one, whatever
// files there are: see package spelling.
func locate(ctx context.Context, opts Options) (located, error) {
	if opts.Source == "" {
		return fromRegistry(ctx, opts)
	}
	kind := spelling.Of(opts.Source)
	if kind == spelling.Word && opts.MarkedPaths {
		if exists(opts.Source) {
			return located{}, fmt.Errorf("%q could be a reference or what is in this folder under that name: write %q for the latter, or the reference with its registry", opts.Source, "./"+opts.Source)
		}
		kind = spelling.Reference
	}
	if kind == spelling.Reference {
		found, err := fromRegistry(ctx, opts)
		if err != nil && ctx.Err() == nil && exists(opts.Source) {
			err = fmt.Errorf("%w; write %q for what is in this folder under that name, which was not looked at", err, "./"+opts.Source)
		}
		return found, err
	}
	stat, err := os.Stat(opts.Source)
	switch {
	case err == nil && !stat.IsDir():
		return fromArchive(ctx, opts)
	case err == nil && exists(filepath.Join(opts.Source, databaseFile)):
		return fromFolder(opts.Source, opts.CacheDir)
	case err == nil && exists(filepath.Join(opts.Source, "index.json")):
		return fromLayout(ctx, opts, opts.Source)
	case err == nil:
		return located{}, fmt.Errorf("the folder %q holds neither %s nor an OCI layout", opts.Source, databaseFile)
	case !errors.Is(err, fs.ErrNotExist):
		return located{}, fmt.Errorf("reading the database %q: %w", opts.Source, err)
	case kind == spelling.Path || strings.HasPrefix(opts.Source, "."):
		return located{}, fmt.Errorf("there is no database at %q", opts.Source)
	}
	return fromRegistry(ctx, opts)
}

// onDisk says whether a source is a file or a folder that is there.
func onDisk(source string) bool {
	return spelling.Of(source) != spelling.Reference && exists(source)
}

// fromFolder describes a database that is used where it is.
func fromFolder(dir, cacheDir string) (located, error) {
	meta, err := readMetadata(dir)
	if err != nil {
		return located{}, err
	}
	digest, err := rememberedDigest(filepath.Join(dir, databaseFile), cacheDir)
	if err != nil {
		return located{}, err
	}
	return located{dir: dir, info: Info{
		Source:     dir,
		Digest:     digest,
		Built:      meta.UpdatedAt.UTC(),
		NextUpdate: meta.NextUpdate.UTC(),
		Downloaded: meta.DownloadedAt.UTC(),
	}}, nil
}

// fromLayout unpacks the one image of an OCI layout into the cache.
func fromLayout(ctx context.Context, opts Options, dir string) (located, error) {
	img, err := layoutImage(dir)
	if err != nil {
		return located{}, fmt.Errorf("reading the OCI layout %q: %w", opts.Source, err)
	}
	store, err := newCache(opts.CacheDir)
	if err != nil {
		return located{}, err
	}
	got, err := store.add(ctx, img, opts.OnBytes)
	if err != nil {
		return located{}, fmt.Errorf("unpacking the database from %q: %w", opts.Source, err)
	}
	return store.describe(entry{Source: opts.Source, Digest: got.manifest.String(), Layer: got.layer.String()})
}

func layoutImage(dir string) (v1.Image, error) {
	index, err := layout.ImageIndexFromPath(dir)
	if err != nil {
		return nil, err
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		return nil, err
	}
	if len(manifest.Manifests) != 1 {
		return nil, fmt.Errorf("it holds %d images where one is expected", len(manifest.Manifests))
	}
	return index.Image(manifest.Manifests[0].Digest)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
