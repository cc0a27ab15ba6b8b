package owner

import (
	"slices"

	"github.com/org/imgscan-action/internal/finding"
)

// share tells findings of each other when several places bring the same package
// with the same vulnerability: fixing one of them leaves the others.
func share(rep *finding.Report) {
	type dependency struct{ kind, name, id string }
	keyOf := func(f finding.Finding) dependency {
		return dependency{f.Package.Type, f.Package.Name, f.ID}
	}
	everywhere := make(map[dependency][]string)
	for _, f := range rep.Findings {
		k := keyOf(f)
		for _, place := range places(rep.Lineage, f.Origin) {
			if !slices.Contains(everywhere[k], place) {
				everywhere[k] = append(everywhere[k], place)
			}
		}
	}
	for i := range rep.Findings {
		f := &rep.Findings[i]
		own := places(rep.Lineage, f.Origin)[0]
		for _, place := range everywhere[keyOf(*f)] {
			if place != own {
				f.Origin.Shared = append(f.Origin.Shared, place)
			}
		}
		slices.Sort(f.Origin.Shared)
	}
}

// places are what brings a package, the finding's own first and never none: a
// base, the manifests that ask for it, the image that it was copied from, or the
// file of the instruction.
func places(l finding.Lineage, origin finding.Origin) []string {
	owner := origin.Owner.Kind
	if owner == finding.OwnerBase {
		if n := baseOf(origin); n <= len(l.Bases) {
			return []string{l.Bases[n-1].Ref}
		}
		return []string{string(owner)}
	}
	if files := askingFiles(origin.Manifests); len(files) > 0 {
		return files
	}
	switch {
	case owner == finding.OwnerBuilder:
		return []string{origin.Builder}
	case origin.Line.File != "":
		return []string{origin.Line.File}
	}
	return []string{string(finding.OwnerApp)}
}

// askingFiles are the files of the manifests that play the same role as the
// first: a manifest and its lock file are one place, two manifests are two.
func askingFiles(manifests []finding.Manifest) []string {
	var files []string
	for _, m := range manifests {
		if m.Role == manifests[0].Role && !slices.Contains(files, m.Line.File) {
			files = append(files, m.Line.File)
		}
	}
	return files
}
