package vulndb

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// fromArchive reads a tar, gzipped or not, that holds either an OCI layout or
// the database's two files, which is what "oras pull" leaves behind.
func fromArchive(ctx context.Context, opts Options) (located, error) {
	store, err := newCache(opts.CacheDir)
	if err != nil {
		return located{}, err
	}
	digest, err := rememberedDigest(opts.Source, opts.CacheDir)
	if err != nil {
		return located{}, err
	}
	hash, err := v1.NewHash(digest)
	if err != nil {
		return located{}, err
	}
	here := entry{Source: opts.Source, Digest: digest, Layer: digest}
	if store.has(hash) {
		return store.describe(here)
	}

	work, err := store.workDir()
	if err != nil {
		return located{}, err
	}
	defer os.RemoveAll(work)
	if err := extractArchive(ctx, opts.Source, work); err != nil {
		return located{}, fmt.Errorf("reading the archive %q: %w", opts.Source, err)
	}
	if exists(filepath.Join(work, "index.json")) {
		return fromLayout(ctx, opts, work)
	}
	if err := store.admit(work, hash); err != nil {
		return located{}, fmt.Errorf("reading the archive %q: %w", opts.Source, err)
	}
	return store.describe(here)
}

// extractArchive writes the files of an archive that can be part of a database
// or of an OCI layout into dir, and nothing else.
func extractArchive(ctx context.Context, path, dir string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()

	var r io.Reader = bufio.NewReader(f)
	if magic, _ := r.(*bufio.Reader).Peek(2); string(magic) == "\x1f\x8b" {
		if r, err = gzip.NewReader(r); err != nil {
			return err
		}
	}
	budget := int64(maxDatabase)
	tr := tar.NewReader(r)
	for {
		header, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(filepath.ToSlash(filepath.Clean(header.Name)), "/")
		if header.Typeflag != tar.TypeReg || !expectedInArchive(name) {
			continue
		}
		target := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		written, err := writeFile(ctx, target, tr, budget)
		if err != nil {
			return fmt.Errorf("unpacking %q: %w", name, err)
		}
		budget -= written
	}
}

// expectedInArchive also keeps hostile paths out: a blob's name is letters and
// digits under blobs/<algorithm>/.
func expectedInArchive(name string) bool {
	switch name {
	case databaseFile, metadataFile, "index.json", "oci-layout":
		return true
	}
	hex, isBlob := strings.CutPrefix(name, "blobs/sha256/")
	return isBlob && len(hex) == 64 && strings.Trim(hex, "0123456789abcdef") == ""
}
