package exceptions

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/org/imgscan-action/internal/strictyaml"
)

// Where the exceptions of a project are, from the root of its repository.
const (
	mainFile = ".imgscan/exceptions.yaml"
	folder   = ".imgscan/exceptions.d"

	maxFiles = 1000
)

// Parse reads one file of exceptions. Every mistake in it is a *Mistake of its
// own, and the error joins them.
func Parse(name string, src []byte) (*File, error) {
	root, err := parseYAML(name, src)
	if err != nil {
		return nil, err
	}
	if root == nil || root.Kind == strictyaml.Null {
		return nil, inFile(name, "the file is empty: expected version: 1 and exceptions")
	}
	return decode(root)
}

// Load reads .imgscan/exceptions.yaml and .imgscan/exceptions.d/*.yaml below a
// folder, in this order; nil when there are none. The error joins the mistakes of
// all files.
func Load(fsys fs.FS) ([]*File, error) {
	names, err := list(fsys)
	if err != nil {
		return nil, fmt.Errorf("listing exceptions: %w", err)
	}
	var files []*File
	var errs []error
	for _, name := range names {
		file, err := load(fsys, name)
		switch {
		case errors.Is(err, fs.ErrNotExist) && name == mainFile:
		case err != nil:
			errs = append(errs, err)
		default:
			files = append(files, file)
		}
	}
	for _, p := range sameIDs(files) {
		errs = append(errs, &Mistake{At: p.At, Column: 1, Text: p.Text})
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return files, nil
}

// list names the files that are there, and the main one in any case.
func list(fsys fs.FS) ([]string, error) {
	entries, err := fs.ReadDir(fsys, folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	names := []string{mainFile}
	if misspelt := strings.TrimSuffix(mainFile, ".yaml") + ".yml"; exists(fsys, misspelt) {
		return nil, fmt.Errorf("%q would not be read: the name has to be %q", misspelt, mainFile)
	}
	for _, e := range entries { // sorted by name
		switch name := path.Join(folder, e.Name()); {
		case e.IsDir():
		case strings.HasSuffix(name, ".yml"):
			return nil, fmt.Errorf("%q would not be read: the name has to end in .yaml", name)
		case strings.HasSuffix(name, ".yaml"):
			names = append(names, name)
		}
	}
	if len(names) > maxFiles {
		return nil, fmt.Errorf("%d files are too many: the limit is %d", len(names), maxFiles)
	}
	return names, nil
}

func exists(fsys fs.FS, name string) bool {
	_, err := fs.Stat(fsys, name)
	return err == nil
}

func load(fsys fs.FS, name string) (*File, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("reading exceptions: %w", err)
	}
	defer f.Close()
	src, err := io.ReadAll(io.LimitReader(f, maxSize+1)) // one more, so that Parse sees that it is too long
	if err != nil {
		return nil, fmt.Errorf("reading exceptions %q: %w", name, err)
	}
	return Parse(name, src)
}
