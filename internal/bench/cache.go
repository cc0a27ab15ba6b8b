package bench

import (
	"io/fs"
	"os"
	"path/filepath"
)

// freshCache makes dir a copy of the folder template and of nothing else. Files
// are linked, not copied: a database of a gigabyte is in it.
func freshCache(dir, template string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return filepath.WalkDir(template, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(template, path)
		if err != nil {
			return err
		}
		to := filepath.Join(dir, rel)
		if d.IsDir() {
			return os.MkdirAll(to, 0o755)
		}
		return os.Link(path, to)
	})
}
