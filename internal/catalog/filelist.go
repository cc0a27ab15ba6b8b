package catalog

import (
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// fileList is the files that one package installed, as a package manager wrote
// it down.
type fileList struct {
	// Package is the package of the distribution: "name" or, for dpkg, "name:arch";
	// empty for one of a language, of which Metadata is the file that describes it.
	Package  string
	Metadata string

	// Hides says whether language packages in the files are the distribution's.
	Hides hiding

	// Files have no leading slash.
	Files []string
}

// maxListed is how many files the lists of one file may name. Large packages have
// a few ten thousand; a hostile one could fill the memory with short lines.
const maxListed = 1 << 20

// hiding says whether a list of files hides the language packages in them, which
// are then reported as the distribution's and not twice.
type hiding int

const (
	hidesNothing    hiding = iota
	hidesIfOfficial        // when the package turns out to be the distribution's own
	hidesAlways
)

// nameOwners notes for the native code of a layer which package lists it in the
// same layer. A file that a later layer replaces without its package manager has
// no owner any more.
func nameOwners(files []facts) {
	code := make(nativeFiles)
	for i := range files {
		if files[i].Native != nil {
			code.add(&files[i])
		}
	}
	if len(code) == 0 {
		return
	}
	for _, f := range files {
		for _, l := range f.Installed {
			for _, path := range l.Files {
				n := code.find(path)
				switch {
				case n == nil:
				case l.Package != "":
					n.Package, _, _ = strings.Cut(l.Package, ":")
				default:
					n.Metadata = l.Metadata
				}
			}
		}
	}
	if name := packageWithoutList(files); name != "" {
		for _, f := range files {
			if f.Native != nil && isDistributionPath(f.Path) {
				f.Native.Package = name
			}
		}
	}
}

// nativeFiles is the native code of a layer by mergedPath. Where a layer has two
// files of one, they are not the same folder, and their paths are taken as they
// are.
type nativeFiles map[string][]*facts

func (n nativeFiles) add(f *facts) {
	key := mergedPath(f.Path)
	n[key] = append(n[key], f)
}

// find is the code that a list of files has at path; nil when there is none.
func (n nativeFiles) find(path string) *native {
	same := n[mergedPath(path)]
	if len(same) == 1 {
		return same[0].Native
	}
	for _, f := range same {
		if f.Path == path {
			return f.Native
		}
	}
	return nil
}

// mergedPath is one path for those that distributions merge: /bin and /lib have
// become links to /usr/bin and /usr/lib, and /usr/sbin one to /usr/bin, while
// packages still list their files by the old names.
func mergedPath(path string) string {
	if rest, ok := strings.CutPrefix(path, "usr/"); ok {
		for _, dir := range []string{"bin/", "sbin/", "lib/", "lib32/", "lib64/", "libx32/"} {
			if strings.HasPrefix(rest, dir) {
				path = rest
				break
			}
		}
	}
	if rest, ok := strings.CutPrefix(path, "sbin/"); ok {
		return "bin/" + rest
	}
	return path
}

// packageWithoutList is a package of the distribution in a layer that lists
// packages and no files of theirs, as images without a package manager do; empty
// when there is none, or there are lists. Then nobody can tell the files of the
// packages from others, and those in the distribution's folders count as theirs.
func packageWithoutList(files []facts) string {
	name := ""
	for _, f := range files {
		for _, l := range f.Installed {
			if l.Package != "" && len(l.Files) > 0 {
				return ""
			}
		}
		if name == "" {
			name = firstOfDistribution(f)
		}
	}
	return name
}

func firstOfDistribution(f facts) string {
	for _, p := range f.Packages {
		if p.Class == finding.ClassOS {
			return p.Name
		}
	}
	return ""
}

// isDistributionPath says whether path is where a distribution's packages put
// code, and nobody else should (Filesystem Hierarchy Standard, 3 and 4).
func isDistributionPath(path string) bool {
	dir, _, _ := strings.Cut(mergedPath(path), "/")
	switch dir {
	case "bin", "lib", "lib32", "lib64", "libx32":
		return true
	case "usr":
		return !strings.HasPrefix(path, "usr/local/")
	}
	return false
}
