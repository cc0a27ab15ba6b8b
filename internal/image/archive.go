package image

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// openPath opens an image in a folder or an archive. The scheme, when there is
// one, says what it must be.
func openPath(ctx context.Context, ref reference, want *v1.Platform, opts Options) (*Image, error) {
	img, err := openPathFiles(ctx, ref, want, opts)
	if err != nil {
		return nil, fmt.Errorf("opening image %q: %w", ref.path, err)
	}
	if opts.DistrustNames {
		img.RepoTags = nil
	}
	img.Name = fileName(ref.path, img.RepoTags)
	return img, nil
}

func openPathFiles(ctx context.Context, ref reference, want *v1.Platform, opts Options) (*Image, error) {
	info, err := os.Stat(ref.path)
	if err != nil {
		return nil, errors.Unwrap(err) // the path is named by the caller
	}
	if info.IsDir() {
		return openFolder(ctx, ref, want, opts)
	}
	if ref.scheme == schemeOCIDir {
		return nil, errors.New("it is a file, not the folder of an OCI layout: use oci-archive: for a tar")
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is neither a file nor a folder")
	}
	files, closer, err := openTar(ctx, ref.path, opts)
	if err != nil {
		return nil, err
	}
	img, err := openArchive(ctx, files, ref, want, opts)
	if err != nil {
		return nil, errors.Join(err, closer.Close())
	}
	img.closers = append(img.closers, closer)
	return img, nil
}

func openFolder(ctx context.Context, ref reference, want *v1.Platform, opts Options) (*Image, error) {
	if ref.scheme == schemeDockerArchive || ref.scheme == schemeOCIArchive {
		return nil, fmt.Errorf("it is a folder, not an archive: use %s for an OCI layout", schemeOCIDir)
	}
	// Links in the folder are followed inside it and never out of it.
	root, err := os.OpenRoot(ref.path)
	if err != nil {
		return nil, errors.Unwrap(err)
	}
	files := root.FS()
	if !isLayout(files) {
		return nil, errors.Join(errors.New("it is a folder without an index.json, so no OCI layout"), root.Close())
	}
	img, err := openLayout(ctx, files, ref.path, ref.selector, want, opts)
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	img.Source = SourceOCILayout
	img.closers = append(img.closers, root)
	return img, nil
}

// openArchive reads the files of an archive as what they are. Docker writes both
// kinds into one archive since version 25; its own comes first, because an OCI
// index in there describes layers that Docker has repacked. Both have to mean the
// same images.
func openArchive(ctx context.Context, files *tarFS, ref reference, want *v1.Platform, opts Options) (*Image, error) {
	docker, oci := has(files, "manifest.json"), has(files, "index.json")
	if docker && oci {
		if err := agree(ctx, files); err != nil {
			return nil, err
		}
	}
	switch {
	case docker && ref.scheme != schemeOCIArchive:
		img, err := openDockerArchive(files, ref.path, ref.selector, want, opts)
		if err != nil {
			return nil, err
		}
		img.Source = SourceDockerArchive
		return img, nil
	case oci && ref.scheme != schemeDockerArchive:
		img, err := openLayout(ctx, files, ref.path, ref.selector, want, opts)
		if err != nil {
			return nil, err
		}
		img.Source = SourceOCIArchive
		return img, nil
	case docker:
		return nil, errors.New("it is an archive of docker save, not an OCI archive: it has no index.json")
	case oci:
		return nil, errors.New("it is an OCI archive, not one of docker save: it has no manifest.json")
	case has(files, "etc/passwd") || has(files, "etc/os-release") || has(files, "usr/lib/os-release"):
		return nil, errors.New("it is a tar of a root file system, as docker export makes it, and no image: use docker save")
	}
	return nil, errors.New("it is a tar and no image: it has neither manifest.json (docker save) nor index.json (OCI)")
}

// openTar indexes an archive. One that is compressed is copied to a temporary
// file first, since it cannot be read in any order.
func openTar(ctx context.Context, path string, opts Options) (*tarFS, io.Closer, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, errors.Unwrap(err)
	}
	key := fileKey(f)
	head := make([]byte, 4)
	if _, err := f.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, errors.Join(err, f.Close())
	}
	if sniff(head) != uncompressed {
		temp, err := expand(ctx, f, opts)
		if err := errors.Join(err, f.Close()); err != nil {
			return nil, nil, err
		}
		return indexed(temp.File, temp.size, key, temp)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return indexed(f, info.Size(), key, f)
}

// indexed is the archive in content, which came from the file that key tells.
func indexed(content io.ReaderAt, size int64, key string, closer io.Closer) (*tarFS, io.Closer, error) {
	files, err := indexTar(content, size)
	if err != nil {
		return nil, nil, errors.Join(err, closer.Close())
	}
	files.archive = key
	return files, closer, nil
}

// expand copies the content of a compressed archive to a temporary file. Panics
// of a decoder become errors, as for layers.
func expand(ctx context.Context, archive io.Reader, opts Options) (temp *tempFile, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("decoder panicked: %v", v)
		}
	}()
	content, err := decompress(archive)
	if err != nil {
		return nil, err
	}
	defer content.Close()
	return spool(ctx, content, opts.TempDir, opts.MaxLayer, opts.OnSpool)
}

var _ fs.FS = (*tarFS)(nil)
