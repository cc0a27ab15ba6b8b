package manifest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
)

// walk reads the manifests of a repository.
type walk struct {
	repo       fs.FS
	ecosystems []ecosystem

	entries, files int   // that may still be looked at
	size, total    int64 // of a file; of all that may still be read

	seen      map[string]bool // the files that were read, for includes
	documents map[string][]*document
	notes     notes
}

func newWalk(repo fs.FS, opts Options, wanted []ecosystem) *walk {
	return &walk{
		repo:       repo,
		ecosystems: wanted,
		entries:    cmp.Or(opts.MaxEntries, 1_000_000),
		files:      cmp.Or(opts.MaxFiles, 5_000),
		size:       cmp.Or(opts.MaxFileSize, 32<<20),
		total:      cmp.Or(opts.MaxTotalSize, 256<<20),
		seen:       make(map[string]bool),
		documents:  make(map[string][]*document),
	}
}

// maxDepth is how many folders deep manifests are looked for.
const maxDepth = 24

// errEnough ends a walk that reached a limit.
var errEnough = errors.New("enough")

func (w *walk) run(ctx context.Context) error {
	root, err := fs.ReadDir(w.repo, ".")
	if err != nil {
		return err
	}
	if err := w.folder(ctx, ".", root, 0); err != nil && !errors.Is(err, errEnough) {
		return err
	}
	return w.includes(ctx)
}

func (w *walk) folder(ctx context.Context, dir string, list []fs.DirEntry, depth int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if w.entries -= len(list); w.entries < 0 {
		w.notes.add(dir, 0, "the repository has too many files, so the rest was not looked at")
		return errEnough
	}
	var folders []string
	for _, e := range list {
		p := path.Join(dir, e.Name())
		switch {
		case e.IsDir():
			folders = append(folders, e.Name())
		case e.Type().IsRegular():
			if err := w.file(ctx, p); err != nil {
				return err
			}
		}
	}
	for _, name := range folders {
		p := path.Join(dir, name)
		switch {
		case slices.Contains(skippedFolders, name), slices.Contains(outputFolders, name) && isProject(list):
			continue
		case depth >= maxDepth:
			w.notes.add(p, 0, fmt.Sprintf("folders deeper than %d were not looked at", maxDepth))
			continue
		}
		inner, err := fs.ReadDir(w.repo, p)
		if err != nil {
			w.notes.add(p, 0, reason(err))
			continue
		}
		if err := w.folder(ctx, p, inner, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// skippedFolders hold what others wrote: version control, installed packages,
// caches, and the inputs of tests.
var skippedFolders = []string{
	".git", ".hg", ".svn", ".jj",
	"node_modules", "bower_components", "vendor", ".venv", "venv", "site-packages", ".bundle", "Pods",
	".yarn", ".pnpm-store", ".gradle", ".m2", ".cargo", ".tox", ".nox", "__pycache__", ".mypy_cache", ".next", ".nuxt", ".terraform",
	"testdata", "__fixtures__",
}

// outputFolders hold build output when there is a project beside them; in other
// places they are ordinary names.
var outputFolders = []string{"target", "build", "dist", "out", "bin", "obj"}

func isProject(list []fs.DirEntry) bool {
	return slices.ContainsFunc(list, func(e fs.DirEntry) bool {
		switch e.Name() {
		case "package.json", "pom.xml", "build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts",
			"Cargo.toml", "pyproject.toml", "setup.py":
			return !e.IsDir()
		}
		return isDotNetProject(e.Name())
	})
}

// file reads a file if a format wants it. Its errors end the walk.
func (w *walk) file(ctx context.Context, p string) error {
	for _, e := range w.ecosystems {
		for _, f := range e.formats {
			if f.wants(p) {
				return w.read(ctx, p, e.name, f)
			}
		}
	}
	return nil
}

func (w *walk) read(ctx context.Context, p, ecosystem string, f format) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if w.seen[p] {
		return nil
	}
	w.seen[p] = true
	if w.files--; w.files < 0 {
		w.notes.add(p, 0, "there are too many manifests, so it and the rest were not read")
		return errEnough
	}
	content, err := w.content(p)
	if err != nil {
		w.notes.add(p, 0, reason(err))
		return nil
	}
	doc, err := parse(f, p, content)
	if err != nil {
		var at *lineError
		line := 0
		if errors.As(err, &at) {
			line = at.line
		}
		w.notes.add(p, line, err.Error())
	}
	if doc != nil {
		w.documents[ecosystem] = append(w.documents[ecosystem], doc)
	}
	return nil
}

// parse reads a file as one of a format. A panic, which would be a mistake in a
// parser, costs this file.
func parse(f format, p string, content []byte) (doc *document, err error) {
	defer func() {
		if r := recover(); r != nil {
			doc, err = nil, fmt.Errorf("the parser gave up: %v", r)
		}
	}()
	text, err := newFile(p, content)
	if err != nil {
		return nil, err
	}
	doc, err = f.read(text)
	if doc != nil {
		doc.path, doc.dir = p, path.Dir(p)
	}
	return doc, err
}

// content reads a file within the limits.
func (w *walk) content(p string) ([]byte, error) {
	// Before it is opened: opening a pipe would wait for somebody to write to it.
	info, err := fs.Stat(w.repo, p)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errors.New("it is not a regular file")
	case info.Size() > w.size:
		return nil, fmt.Errorf("%d bytes is over the limit of %d", info.Size(), w.size)
	}
	f, err := w.repo.Open(p)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	limit := min(w.size, w.total)
	content, err := io.ReadAll(io.LimitReader(f, limit+1))
	switch {
	case err != nil:
		return nil, err
	case int64(len(content)) > w.total:
		return nil, errors.New("the manifests are over the limit of size together")
	case int64(len(content)) > limit:
		return nil, fmt.Errorf("it is over the limit of %d bytes", w.size)
	}
	w.total -= int64(len(content))
	return content, nil
}

// includes reads the files that others name and that no format wants by name.
func (w *walk) includes(ctx context.Context) error {
	for _, e := range w.ecosystems {
		// The list grows while included files include others.
		for i := 0; i < len(w.documents[e.name]); i++ {
			for _, p := range w.documents[e.name][i].includes {
				if w.seen[p] || !fs.ValidPath(p) || !w.isRegular(p) {
					continue
				}
				if err := w.read(ctx, p, e.name, requirements{}); err != nil {
					if errors.Is(err, errEnough) {
						return nil
					}
					return err
				}
			}
		}
	}
	return nil
}

// isRegular says whether p is a file of the repository, reached without
// symbolic links.
func (w *walk) isRegular(p string) bool {
	list, err := fs.ReadDir(w.repo, path.Dir(p))
	if err != nil {
		return false
	}
	i := slices.IndexFunc(list, func(e fs.DirEntry) bool { return e.Name() == path.Base(p) })
	return i >= 0 && list[i].Type().IsRegular()
}

// reason is an error without the path that the note gives anyway.
func reason(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err.Error()
	}
	return err.Error()
}
