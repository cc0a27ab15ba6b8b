package parity

import (
	"cmp"
	"slices"
	"strings"
)

// Scan is what one program says about one image, in words common to both.
type Scan struct {
	Packages []Package
	Findings []Finding

	// OS is "family version", for people.
	OS string

	release string // the OS's version alone

	// Layers are the DiffIDs, lowest first.
	Layers []string
}

// Package is one package of a list.
type Package struct {
	Type    string
	Name    string
	Version string // [epoch:]version[-release]
	Arch    string
	Path    string // empty for packages of the distribution
	Fields  PackageFields

	// What advisories are made for, known from Trivy only.
	distro     bool
	modularity string
	release    string // of the distribution
}

// PackageFields are compared between two packages that are the same one.
type PackageFields struct {
	Source        string
	SourceVersion string
	Layer         string // DiffID
}

// Finding is one finding.
type Finding struct {
	Type    string
	Package string
	Version string
	Path    string // empty for packages of the distribution
	ID      string
	Fields  FindingFields
}

// FindingFields are compared between two findings that are the same one.
type FindingFields struct {
	Fixed  string
	Status string
}

func (p Package) compare(q Package) int {
	return cmp.Or(
		strings.Compare(p.Type, q.Type),
		strings.Compare(p.Name, q.Name),
		strings.Compare(p.Path, q.Path),
		strings.Compare(p.Version, q.Version),
		strings.Compare(p.Arch, q.Arch),
		strings.Compare(p.Fields.Source, q.Fields.Source),
		strings.Compare(p.Fields.SourceVersion, q.Fields.SourceVersion),
		strings.Compare(p.Fields.Layer, q.Fields.Layer),
	)
}

func (f Finding) compare(g Finding) int {
	return cmp.Or(
		strings.Compare(f.Type, g.Type),
		strings.Compare(f.Package, g.Package),
		strings.Compare(f.Path, g.Path),
		strings.Compare(f.Version, g.Version),
		strings.Compare(f.ID, g.ID),
		strings.Compare(f.Fields.Fixed, g.Fields.Fixed),
		strings.Compare(f.Fields.Status, g.Fields.Status),
	)
}

// tidy sorts s. Equal findings count once: Trivy keeps one for all the
// architectures of a package.
func (s *Scan) tidy() {
	slices.SortFunc(s.Packages, Package.compare)
	slices.SortFunc(s.Findings, Finding.compare)
	s.Findings = slices.Compact(s.Findings)
}
