package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/agext/levenshtein"

	"github.com/org/imgscan-action/internal/finding"
)

// NoMatchError says that nothing in the image is called what was asked for.
type NoMatchError struct {
	Query string
	Image string // the reference of the image

	// Similar are names that are there and look like the query, the most similar
	// first; may be empty.
	Similar []string
}

// Error is one printable line, whatever the query and the image hold.
func (e *NoMatchError) Error() string {
	message := fmt.Sprintf("no package or vulnerability of %q is called %q",
		cutBytes(clean(e.Image), maxName), cutBytes(clean(e.Query), maxName))
	if len(e.Similar) > 0 {
		message += "; similar: " + strings.Join(e.Similar, ", ")
	}
	return message
}

// story is one package that was asked about and what is wrong with it.
type story struct {
	pkg      finding.Package
	origin   finding.Origin
	findings []finding.Finding
	removed  bool // the base has the package as it is here, the image no longer
}

// stories are the packages that the query is about: by the identifier or alias of
// a vulnerability, with that vulnerability alone; else by name or package URL;
// else by the name of the source package. They are in the order of
// finding.SortPackages, what was removed last.
func stories(rep *finding.Report, query string) []story {
	query = strings.TrimSpace(query)
	named := func(f finding.Finding) bool {
		return strings.EqualFold(f.ID, query) ||
			slices.ContainsFunc(f.Aliases, func(a string) bool { return strings.EqualFold(a, query) })
	}
	for _, try := range []struct {
		pkg func(finding.Package) bool
		all bool // every finding of the package, not only those that are named
	}{
		{func(finding.Package) bool { return false }, false},
		{func(p finding.Package) bool { return strings.EqualFold(p.Name, query) || samePURL(p.PURL, query) }, true},
		{func(p finding.Package) bool { return strings.EqualFold(p.SrcName, query) }, true},
	} {
		wanted := func(f finding.Finding) bool {
			if try.all {
				return try.pkg(f.Package)
			}
			return named(f)
		}
		if list := collect(rep, try.pkg, wanted); query != "" && len(list) > 0 {
			return list
		}
	}
	return nil
}

// samePURL compares package URLs; a query without a version or qualifiers means
// any.
func samePURL(purl, query string) bool {
	if !strings.HasPrefix(strings.ToLower(query), "pkg:") || len(purl) < len(query) || !strings.EqualFold(purl[:len(query)], query) {
		return false
	}
	return len(purl) == len(query) || strings.ContainsRune("@?#", rune(purl[len(query)]))
}

// collect gathers what the report holds about the wanted packages and findings.
// A package's origin is in what was asked for, or in its findings.
func collect(rep *finding.Report, pkg func(finding.Package) bool, wanted func(finding.Finding) bool) []story {
	here, gone := make(shelf), make(shelf)
	for _, p := range rep.Packages {
		if pkg(p) {
			here.at(p)
		}
	}
	for _, a := range rep.Asked {
		if pkg(a.Package) {
			here.at(a.Package).origin = a.Origin
		}
	}
	for _, f := range rep.Findings {
		if wanted(f) {
			here.at(f.Package).add(f)
		}
	}
	for _, f := range rep.Removed {
		if wanted(f) {
			s := gone.at(f.Package)
			s.add(f)
			s.removed = true
		}
	}
	return append(here.sorted(), gone.sorted()...)
}

func (s *story) add(f finding.Finding) {
	s.origin = f.Origin
	s.findings = append(s.findings, f)
}

// installed is what tells one installed package from another.
type installed struct{ kind, name, version, arch, path string }

// shelf holds one story for each installed package.
type shelf map[installed]*story

func (h shelf) at(p finding.Package) *story {
	key := installed{p.Type, p.Name, p.FullVersion(), p.Arch, p.Path}
	if h[key] == nil {
		h[key] = &story{pkg: p}
	}
	return h[key]
}

func (h shelf) sorted() []story {
	packages := make([]finding.Package, 0, len(h))
	for _, s := range h {
		packages = append(packages, s.pkg)
	}
	finding.SortPackages(packages)
	list := make([]story, len(packages))
	for i, p := range packages {
		list[i] = *h.at(p)
	}
	return list
}

// maxSimilar is how many names to offer instead of one that is not there, and
// maxTypos by how many characters they may differ from it.
const (
	maxSimilar = 5
	maxTypos   = 2
)

// similar are the names of packages and vulnerabilities that look like the query.
func similar(rep *finding.Report, query string) []string {
	query = strings.ToLower(cutBytes(strings.TrimSpace(query), maxName))
	if query == "" {
		return nil
	}
	names := make(map[string]bool)
	for _, p := range rep.Packages {
		names[p.Name] = true
	}
	for _, list := range [][]finding.Finding{rep.Findings, rep.Removed} {
		for _, f := range list {
			names[f.ID], names[f.Package.Name] = true, true
		}
	}
	type candidate struct {
		name string
		part bool // one of the two names is part of the other
		far  int
	}
	var list []candidate
	for name := range names {
		lower := strings.ToLower(name)
		if len(lower) < 3 || len(lower) > maxName {
			continue
		}
		c := candidate{name: cutBytes(clean(name), maxWords), far: levenshtein.Distance(query, lower, nil)}
		c.part = strings.Contains(lower, query) || strings.Contains(query, lower)
		if c.part || c.far <= maxTypos && c.far < len(query)/2 {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b candidate) int {
		if a.part != b.part {
			if a.part {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(a.far, b.far), strings.Compare(a.name, b.name))
	})
	var some []string
	for _, c := range list[:min(len(list), maxSimilar)] {
		some = append(some, c.name)
	}
	return some
}
