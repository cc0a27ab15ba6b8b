package image

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// readFile is the content of a regular file of at most maxManifest bytes.
func readFile(files fs.FS, name string) ([]byte, error) {
	f, size, err := openFile(files, name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if size > maxManifest {
		return nil, fmt.Errorf("%q has %d bytes, more than %d", name, size, maxManifest)
	}
	content, err := io.ReadAll(io.LimitReader(f, maxManifest))
	if err != nil {
		return nil, fmt.Errorf("reading %q: %w", name, err)
	}
	return content, nil
}

// openFile opens a regular file and gives its size. Anything else, such as a
// pipe that would never end, is an error.
func openFile(files fs.FS, name string) (fs.File, int64, error) {
	if !fs.ValidPath(name) {
		return nil, 0, fmt.Errorf("%q is not a path inside the image", name)
	}
	info, err := fs.Stat(files, name)
	if err != nil {
		return nil, 0, err
	}
	if !info.Mode().IsRegular() {
		return nil, 0, fmt.Errorf("%q is not a regular file", name)
	}
	f, err := files.Open(name)
	return f, info.Size(), err
}

// has says whether a file is there.
func has(files fs.FS, name string) bool {
	_, err := fs.Stat(files, name)
	return !errors.Is(err, fs.ErrNotExist)
}
