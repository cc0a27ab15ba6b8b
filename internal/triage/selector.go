package triage

import (
	"path"
	"strings"

	"github.com/package-url/packageurl-go"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
)

// installed is a package with what is compared of it.
type installed struct {
	pkg     *finding.Package
	version string                // as the package manager prints it
	url     packageurl.PackageURL // zero when the package has none that parses
	base    string                // the URL without version and qualifiers; empty likewise
}

func installedOf(pkg *finding.Package) installed {
	p := installed{pkg: pkg, version: pkg.FullVersion()}
	if url, err := parsePURL(pkg.PURL); err == nil {
		p.url, p.base = url, purlBase(url)
	}
	return p
}

func (p installed) String() string { return strings.TrimSpace(p.pkg.Name + " " + p.version) }

// test is one comparison of an entry with a package.
type test struct {
	name  string
	wrote string

	// found is what the package has; empty when it has nothing of the kind, and then
	// holds is false.
	found func(installed) string
	holds func(installed) bool

	// version is set when the comparison fails after an update.
	version bool
}

func equal(name, wrote string, found func(installed) string) test {
	return test{name: name, wrote: wrote, found: found, holds: func(p installed) bool {
		f := found(p)
		return f != "" && f == wrote
	}}
}

func anyGlob(name string, globs []string, found func(installed) string) test {
	return test{name: name, wrote: strings.Join(globs, ", "), found: found, holds: func(p installed) bool {
		f := found(p)
		for _, glob := range globs {
			if matchGlob(glob, f) {
				return true
			}
		}
		return false
	}}
}

func never(name, wrote string, found func(installed) string) test {
	return test{name: name, wrote: wrote, found: found, holds: func(installed) bool { return false }}
}

// selector returns the comparison as Explain shows it.
func (t test) selector(p installed) Selector {
	return Selector{Name: t.name, Wrote: t.wrote, Found: t.found(p), OK: t.holds(p)}
}

// How exactly an entry names a package, from not at all to one version.
const (
	packageAny = iota
	packagePath
	packageName
	packagePURL
	packageVersion
)

// alternative is one item of an entry's packages: all of its tests must hold.
type alternative struct {
	tests []test
	rank  int
}

func newAlternative(p exceptions.Package) alternative {
	var a alternative
	add := func(rank int, tests ...test) {
		a.tests = append(a.tests, tests...)
		a.rank = max(a.rank, rank)
	}
	if p.PURL != "" {
		add(packagePURL, purlTests(p.PURL)...)
	}
	if p.Name != "" {
		add(packageName, equal("name", p.Name, func(p installed) string { return p.pkg.Name }))
	}
	if p.Source != "" {
		add(packageName, equal("source", p.Source, func(p installed) string { return p.pkg.SrcName }))
	}
	if len(p.Paths) > 0 {
		add(packagePath, anyGlob("paths", relative(p.Paths), cleanPath))
	}
	if len(a.tests) == 0 {
		return alternative{tests: []test{never("package", "nothing", installed.String)}}
	}
	if p.Type != "" {
		add(packageAny, equal("type", strings.ToLower(p.Type), func(p installed) string { return p.url.Type }))
	}
	if len(p.Versions) > 0 {
		versions := anyGlob("versions", p.Versions, func(p installed) string { return p.version })
		versions.version = true
		add(packageAny, versions)
	}
	if a.rank == packagePURL && a.pinned() {
		a.rank = packageVersion
	}
	return a
}

// pinned says whether the alternative names a version.
func (a alternative) pinned() bool {
	for _, t := range a.tests {
		if t.name == "versions" || t.name == "purl version" {
			return true
		}
	}
	return false
}

func (a alternative) holds(p installed) bool {
	for _, t := range a.tests {
		if !t.holds(p) {
			return false
		}
	}
	return true
}

// heldBefore says whether the package would be covered but for its version.
func (a alternative) heldBefore(p installed) bool {
	for _, t := range a.tests {
		if !t.version && !t.holds(p) {
			return false
		}
	}
	return true
}

// misses are the tests that fail.
func (a alternative) misses(p installed) []test {
	var missed []test
	for _, t := range a.tests {
		if !t.holds(p) {
			missed = append(missed, t)
		}
	}
	return missed
}

// distance is how far the alternative misses: another version is nearer than another
// package.
func (a alternative) distance(p installed) int {
	n := 0
	for _, t := range a.misses(p) {
		n += 2
		if t.version {
			n--
		}
	}
	return n
}

// cleanPath is the package's path; empty when the path is not in its simplest form,
// because "lib/../etc/x" is under lib for a glob and nowhere near it in the image.
func cleanPath(p installed) string {
	if p.pkg.Path == "" || path.Clean("/"+p.pkg.Path) != "/"+p.pkg.Path {
		return ""
	}
	return p.pkg.Path
}

// relative are globs of paths as an inventory has them, without a leading slash.
func relative(globs []string) []string {
	trimmed := make([]string, len(globs))
	for i, glob := range globs {
		trimmed[i] = strings.TrimPrefix(glob, "/")
	}
	return trimmed
}
