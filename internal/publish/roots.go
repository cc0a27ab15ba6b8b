package publish

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// inside is a place for a file below a folder that it does not leave, whatever
// lies there: links, in a workspace that a stranger's change has laid out.
type inside struct {
	root *os.Root
	name string // from the root
}

// openInside finds the root that path is below, and opens it. A relative path is
// taken from the working folder, as everywhere.
func openInside(roots []string, path string) (*inside, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	var named []string
	for _, root := range roots {
		if root == "" {
			continue
		}
		named = append(named, fmt.Sprintf("%q", root))
		name, ok := below(root, absolute)
		if !ok {
			continue
		}
		opened, err := os.OpenRoot(root)
		if err != nil {
			return nil, reason(err)
		}
		return &inside{opened, name}, nil
	}
	return nil, fmt.Errorf("it is outside of %s: name a file in there", strings.Join(named, " and "))
}

// below is an absolute path as seen from root. The way to the root itself may
// have links, which are the runner's.
func below(root, path string) (name string, ok bool) {
	root, err := filepath.Abs(root)
	if err != nil {
		return "", false
	}
	candidates := []string{root}
	if resolved, err := filepath.EvalSymlinks(root); err == nil {
		candidates = append(candidates, resolved)
	}
	for _, c := range candidates {
		if name, err := filepath.Rel(c, path); err == nil && filepath.IsLocal(name) {
			return name, true
		}
	}
	return "", false
}

func (p *inside) close() { _ = p.root.Close() } // a folder, which was only read

// folder is the folder of the file, or the nearest above it that is there. It is
// an error when a link or a file is in the way.
func (p *inside) folder() (existing string, missing []string, err error) {
	existing = "."
	dir := filepath.Dir(p.name)
	if dir == "." {
		return existing, nil, nil
	}
	names := strings.Split(dir, string(filepath.Separator))
	for i, name := range names {
		next := filepath.Join(existing, name)
		info, err := p.root.Lstat(next)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return existing, names[i:], nil
		case err != nil:
			return "", nil, reason(err)
		case info.Mode()&fs.ModeSymlink != 0:
			return "", nil, fmt.Errorf("its folder %q is a symbolic link, which is not followed here", filepath.ToSlash(next))
		case !info.IsDir():
			return "", nil, fmt.Errorf("%q is no folder", filepath.ToSlash(next))
		}
		existing = next
	}
	return existing, nil, nil
}

// check finds out whether the file can be written, and leaves nothing behind.
func (p *inside) check() error {
	folder, _, err := p.folder()
	if err != nil {
		return err
	}
	if err := p.replaceable(); err != nil {
		return err
	}
	probe, name, err := p.create(folder)
	if err != nil {
		return err
	}
	return reason(errors.Join(probe.Close(), p.root.Remove(name)))
}

// replaceable says why what is in the place of the file cannot be replaced. A
// link can: the file takes its place.
func (p *inside) replaceable() error {
	info, err := p.root.Lstat(p.name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return reason(err)
	case info.IsDir():
		return errors.New("it is a folder: name a file")
	case info.Mode()&fs.ModeSymlink == 0 && !info.Mode().IsRegular():
		return errors.New("it is no regular file")
	}
	return nil
}

// replace writes beside the file and renames. Missing folders are made.
func (p *inside) replace(mode os.FileMode, write func(*os.File) error) error {
	folder, missing, err := p.folder()
	if err != nil {
		return err
	}
	if err := p.replaceable(); err != nil {
		return err
	}
	for _, name := range missing {
		folder = filepath.Join(folder, name)
		if err := p.root.Mkdir(folder, 0o755); err != nil {
			return reason(err)
		}
	}
	beside, name, err := p.create(folder)
	if err != nil {
		return err
	}
	defer func() { _ = p.root.Remove(name) }() // fails after the rename
	if err := errors.Join(write(beside), beside.Chmod(mode), beside.Close()); err != nil {
		return reason(err)
	}
	return reason(p.root.Rename(name, p.name))
}

// create makes a new file of a name that nobody can guess. Nothing that is there
// already is opened.
func (p *inside) create(folder string) (*os.File, string, error) {
	name := filepath.Join(folder, ".imgscan-"+rand.Text())
	f, err := p.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, "", reason(err)
	}
	return f, name, nil
}
