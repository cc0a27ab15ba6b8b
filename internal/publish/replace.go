package publish

import (
	"errors"
	"os"
	"path/filepath"
)

// Replace writes a file whole or not at all: a reader sees the old content or the
// new one, and so does everybody when it fails. A file that is there keeps its
// permissions, and a symbolic link to it stays one.
func Replace(path string, content []byte) error {
	mode := os.FileMode(0o644)
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		path = resolved
	}
	if info, err := os.Stat(path); err == nil {
		if info.IsDir() {
			return errors.New("it is a folder: name a file")
		}
		mode = info.Mode().Perm()
	}
	return replace(path, mode, func(out *os.File) error {
		_, err := out.Write(content)
		return err
	})
}

// replace writes beside a file and renames. Folders have to be there.
func replace(path string, mode os.FileMode, write func(*os.File) error) error {
	beside, err := os.CreateTemp(filepath.Dir(path), ".imgscan-*")
	if err != nil {
		return reason(err)
	}
	defer os.Remove(beside.Name()) // does nothing after the rename
	if err := errors.Join(write(beside), beside.Chmod(mode), beside.Close()); err != nil {
		return reason(err)
	}
	return reason(os.Rename(beside.Name(), path))
}
