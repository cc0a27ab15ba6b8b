package catalog

import (
	"slices"

	"github.com/org/imgscan-action/internal/finding"
)

// A joiner is an analyzer of files that only make sense together, such as a lock
// file and the project file beside it. They are joined when the layer has been
// read, and within the layer, as in Trivy: what a higher layer says of a project
// comes with a lock file of its own.
type joiner interface {
	// join completes what the analyzer said about the files of one layer, by path.
	join(files map[string]*facts)
}

// project is what a project file says about the lock file beside it, which holds
// what is needed only for development and tests as well. It is one file's own
// words, and used up when the layer has been read.
type project struct {
	// Broken is set when the file cannot be read: then all that is in the lock file
	// may be needed.
	Broken bool

	// Name and Version are of the project's own package in the lock file; empty
	// when it has none. Inherits is set when its version is that of the project
	// which it is a member of.
	Name, Version string
	Inherits      bool

	// Needs are the packages that the project needs to run.
	Needs []need

	// Members are the folders of the projects that this one consists of, from its
	// own, as patterns of [path.Match].
	Members []string

	// MembersVersion is the version of those members that inherit it.
	MembersVersion string
}

// need is a package that a project needs: by its identifier in the lock file, or
// by its name and the versions that will do.
type need struct{ ID, Name, Versions string }

// joinFiles lets the joiners among analyzers complete the facts of a layer, and
// drops the project files, which have nothing more to say.
func joinFiles(analyzers []analyzer, files []facts) []facts {
	for _, a := range analyzers {
		j, ok := a.(joiner)
		if !ok {
			continue
		}
		theirs := make(map[string]*facts)
		for i := range files {
			if files[i].Analyzer == a.name() {
				theirs[files[i].Path] = &files[i]
			}
		}
		if len(theirs) > 0 {
			j.join(theirs)
		}
	}
	return keepIf(files, func(f facts) bool { return f.Project == nil })
}

// needed are the packages that are reachable from those with the given
// identifiers, each once.
func needed(packages []finding.Package, ids []string) []finding.Package {
	byID := make(map[string]finding.Package, len(packages))
	for _, p := range packages {
		byID[p.ID] = p
	}
	reached := make(map[string]bool)
	for ids = slices.Clone(ids); len(ids) > 0; {
		id := ids[len(ids)-1]
		ids = ids[:len(ids)-1]
		if p, ok := byID[id]; ok && !reached[id] {
			reached[id] = true
			ids = append(ids, p.DependsOn...)
		}
	}
	return onceEach(packages, reached)
}

// onceEach are the packages whose identifiers are in ids, the last of each.
func onceEach(packages []finding.Package, ids map[string]bool) []finding.Package {
	var kept []finding.Package
	seen := make(map[string]bool)
	for _, p := range slices.Backward(packages) {
		if ids[p.ID] && !seen[p.ID] {
			seen[p.ID] = true
			kept = append(kept, p)
		}
	}
	slices.Reverse(kept)
	return kept
}
