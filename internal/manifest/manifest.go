package manifest

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// Options say what to read. The zero value reads everything within the usual
// limits.
type Options struct {
	// Types are the types of the packages in the image, as in finding.Package;
	// manifests of other ecosystems are not read. Empty means all.
	Types []string

	// MaxEntries is how many files and folders are looked at, MaxFiles how many
	// manifests are read; 0 means 1,000,000 and 5,000.
	MaxEntries, MaxFiles int

	// MaxFileSize is in bytes; 0 means 32 MiB. MaxTotalSize is that of all
	// manifests together; 0 means 256 MiB.
	MaxFileSize, MaxTotalSize int64
}

// Index is what the manifests of a repository say. It does not change, so that
// several goroutines may ask it.
type Index struct {
	systems map[string]system // by the type of a package
	notes   []string
}

// A system is what the manifests of one ecosystem say.
type system interface {
	// find returns the lines for p, in any order; siblings are as in Index.Find.
	find(p finding.Package, siblings []finding.Package) []finding.Manifest
}

// Read reads the manifests of a repository. Symbolic links are not followed, and
// folders of installed packages, build output and test data are left out. A
// manifest that cannot be read is a note, not an error; errors are those of ctx
// and of reading the repository's root.
func Read(ctx context.Context, repo fs.FS, opts Options) (*Index, error) {
	wanted := wantedEcosystems(opts.Types)
	w := newWalk(repo, opts, wanted)
	if err := w.run(ctx); err != nil {
		return nil, fmt.Errorf("reading the manifests of the repository: %w", err)
	}
	x := &Index{systems: make(map[string]system), notes: w.notes.list()}
	for _, e := range wanted {
		if docs := w.documents[e.name]; len(docs) > 0 {
			built := e.build(docs)
			for _, t := range e.types {
				x.systems[t] = built
			}
		}
	}
	return x, nil
}

// Find returns the lines that choose the version of p, those to edit first;
// empty when there are none. Siblings are the packages of the image whose paths
// are among [Siblings] of p; they tell which project p belongs to.
func (x *Index) Find(p finding.Package, siblings []finding.Package) []finding.Manifest {
	s, known := x.systems[p.Type]
	if !known || p.Name == "" {
		return nil
	}
	return ordered(s.find(p, siblings))
}

// Notes are sentences, without a full stop, on the manifests that were not read
// and why; sorted, empty when all were.
func (x *Index) Notes() []string { return slices.Clone(x.notes) }

// Siblings are the paths in the image whose packages tell which project p
// belongs to; p's own path is the first.
func Siblings(p finding.Package) []string {
	paths := []string{p.Path}
	switch p.Type {
	case "node-pkg":
		if at, ok := parseInstallPath(p.Path); ok {
			paths = append(paths, path.Join(at.root, "package.json"))
		}
	case "jar":
		if outer := outermostArchive(p.Path); outer != p.Path {
			paths = append(paths, outer)
		}
	}
	return paths
}

// roleOrder is the order in which lines are worth editing.
var roleOrder = []string{roleReplace, roleProperty, roleToolchain, roleDirect, roleParent, roleLock}

// The roles of finding.Manifest.
const (
	roleDirect    = "direct"
	roleLock      = "lock"
	roleReplace   = "replace"
	roleToolchain = "toolchain"
	roleProperty  = "property"
	roleParent    = "parent"
)

// maxLines is how many lines are given for a package; nobody reads more.
const maxLines = 100

// ordered sorts lines by what to edit first and drops repetitions.
func ordered(lines []finding.Manifest) []finding.Manifest {
	slices.SortStableFunc(lines, func(a, b finding.Manifest) int {
		if c := slices.Index(roleOrder, a.Role) - slices.Index(roleOrder, b.Role); c != 0 {
			return c
		}
		if c := strings.Count(a.Line.File, "/") - strings.Count(b.Line.File, "/"); c != 0 {
			return c
		}
		if c := strings.Compare(a.Line.File, b.Line.File); c != 0 {
			return c
		}
		return a.Line.Start - b.Line.Start
	})
	lines = slices.CompactFunc(lines, func(a, b finding.Manifest) bool { return a.Line == b.Line && a.Role == b.Role })
	return lines[:min(len(lines), maxLines)]
}
