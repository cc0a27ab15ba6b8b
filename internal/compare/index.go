package compare

import "github.com/org/imgscan-action/internal/finding"

// index is what one report has, to look up what is in the other.
type index struct {
	// named and alias are the packages with a finding, by what the finding is called
	// and by what else it is called.
	named, alias map[weakness]finding.Package

	// versions are those of the packages of the inventory, by where they are.
	versions map[spot][]string
}

// spot is where a package is, in whatever version.
type spot struct{ kind, name, place string }

// weakness is a vulnerability of the package in a spot.
type weakness struct {
	id string
	at spot
}

// spotOf leaves out the path of the distribution's packages: it is that of their
// database, which an upgrade of the base may move.
func spotOf(p finding.Package) spot {
	s := spot{kind: p.Type, name: p.Name}
	if p.Class != finding.ClassOS {
		s.place = p.Place()
	}
	return s
}

func indexOf(rep *finding.Report) index {
	x := index{
		named:    make(map[weakness]finding.Package, len(rep.Findings)),
		alias:    make(map[weakness]finding.Package),
		versions: make(map[spot][]string, len(rep.Packages)),
	}
	for _, f := range rep.Findings {
		at := spotOf(f.Package)
		keep(x.named, weakness{f.ID, at}, f.Package)
		for _, other := range f.Aliases {
			keep(x.alias, weakness{other, at}, f.Package)
		}
	}
	for _, p := range rep.Packages {
		at := spotOf(p)
		x.versions[at] = append(x.versions[at], p.FullVersion())
	}
	return x
}

// keep remembers the first of several.
func keep(all map[weakness]finding.Package, w weakness, p finding.Package) {
	if _, known := all[w]; !known {
		all[w] = p
	}
}

// find is the package that has the same vulnerability in the same spot. Databases
// rename a vulnerability when it gets its CVE, so one may be an alias of the other.
// Two that only share an alias differ: one vendor's advisory may be about several.
func (x index) find(f finding.Finding) (finding.Package, bool) {
	at := spotOf(f.Package)
	if p, ok := x.named[weakness{f.ID, at}]; ok {
		return p, true
	}
	if p, ok := x.alias[weakness{f.ID, at}]; ok {
		return p, true
	}
	for _, other := range f.Aliases {
		if p, ok := x.named[weakness{other, at}]; ok {
			return p, true
		}
	}
	return finding.Package{}, false
}

// version is what is installed in the spot of a package: the package's own version
// if it is one of several.
func (x index) version(p finding.Package) (version string, installed bool) {
	all := x.versions[spotOf(p)]
	for _, v := range all {
		if v == p.FullVersion() {
			return v, true
		}
	}
	if len(all) == 0 {
		return "", false
	}
	return all[0], true
}

// has says whether the package is installed in the same version.
func (x index) has(p finding.Package) bool {
	version, installed := x.version(p)
	return installed && version == p.FullVersion()
}
