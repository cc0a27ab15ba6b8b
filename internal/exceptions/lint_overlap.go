package exceptions

import (
	"maps"
	"slices"
	"strings"

	"github.com/package-url/packageurl-go"
)

// overlaps looks for pairs of entries that are about the same and of which none
// is the more specific, so that chance would decide.
func (l *linter) overlaps(files []*File) {
	about := make(map[string][]*Entry) // by vulnerability
	for _, f := range files {
		for _, e := range f.Entries {
			if e.expired(l.opts.Now) {
				continue
			}
			for _, v := range e.Vulnerabilities {
				about[strings.ToLower(v)] = append(about[strings.ToLower(v)], e)
			}
		}
	}
	told := make(map[[2]*Entry]bool) // pairs may have several vulnerabilities in common
	for _, v := range slices.Sorted(maps.Keys(about)) {
		for i, second := range about[v] {
			for _, first := range about[v][:i] {
				pair := [2]*Entry{first, second}
				if first == second || told[pair] || !overlap(first, second) {
					continue
				}
				told[pair] = true
				l.overlap(first, second)
			}
		}
	}
}

func (l *linter) overlap(first, second *Entry) {
	if first.Decision == second.Decision {
		l.warn(second, "it decides the same as %s (%s:%d) for the same images and packages", first.ID, first.At.File, first.At.Start)
		return
	}
	l.error(second, "it decides %s, and %s (%s:%d) decides %s, for the same images and packages: make one of them more specific",
		second.Decision, first.ID, first.At.File, first.At.Start, first.Decision)
}

// overlap says whether a finding may exist that two entries about one
// vulnerability match equally well, on one day.
func overlap(a, b *Entry) bool {
	return a.ApprovedOn.Compare(b.Expires) <= 0 && b.ApprovedOn.Compare(a.Expires) <= 0 &&
		anyPair(a.Images, b.Images, imagesOverlap) &&
		anyPair(orAny(a.Packages), orAny(b.Packages), packagesOverlap)
}

func anyPair[T any](as, bs []T, both func(a, b T) bool) bool {
	return slices.ContainsFunc(as, func(a T) bool {
		return slices.ContainsFunc(bs, func(b T) bool { return both(a, b) })
	})
}

// orAny makes one selector, which selects nothing in particular, of none.
func orAny(packages []Package) []Package {
	if len(packages) == 0 {
		return []Package{{}}
	}
	return packages
}

// The kinds of pattern for an image, the most specific last.
const (
	everyImage = iota
	globOfImages
	repository
	tagged
	digested
)

func imageKind(pattern string) int {
	name, tag := pattern, ""
	if i := strings.LastIndexByte(pattern, ':'); i > strings.LastIndexByte(pattern, '/') && !strings.HasPrefix(pattern, "name:") {
		name, tag = pattern[:i], pattern[i+1:]
	}
	switch {
	case pattern == "*":
		return everyImage
	case strings.Contains(pattern, "@sha256:"):
		return digested
	case strings.ContainsAny(name, "*?[{"):
		return globOfImages
	case tag != "":
		return tagged
	}
	return repository
}

func imagesOverlap(a, b string) bool {
	return imageKind(a) == imageKind(b) && globsOverlap(plainImage(a), plainImage(b))
}

// plainImage is a pattern without what Docker's own registry may be written with.
func plainImage(pattern string) string {
	for _, prefix := range []string{"index.docker.io/", "docker.io/", "library/"} {
		pattern = strings.TrimPrefix(pattern, prefix)
	}
	return pattern
}

// The kinds of selector for a package, the most specific last.
const (
	anyPackage = iota
	byPath
	byName
	byPURL
	byVersion
)

func packageKind(p Package, purl packageurl.PackageURL) int {
	switch {
	case purl.Version != "":
		return byVersion
	case p.PURL != "":
		return byPURL
	case p.Source != "" || p.Name != "":
		return byName
	case len(p.Paths) > 0:
		return byPath
	}
	return anyPackage
}

func packagesOverlap(a, b Package) bool {
	pa, pb := purlOf(a), purlOf(b)
	if packageKind(a, pa) != packageKind(b, pb) {
		return false
	}
	if a.PURL != "" && !purlsOverlap(pa, pb) {
		return false
	}
	if a.PURL == "" && a.Source != b.Source {
		return false // by name and by source may be the same package, and nobody can tell
	}
	return same(a.Name, b.Name) && same(a.Type, b.Type) && a.nameless() == b.nameless() &&
		listsOverlap(a.Versions, b.Versions) && listsOverlap(a.Paths, b.Paths)
}

func (p Package) nameless() bool { return p.Name == "" && p.PURL == "" }

func purlOf(p Package) packageurl.PackageURL {
	if checkPURL(p.PURL) != nil {
		return packageurl.PackageURL{}
	}
	purl, err := packageurl.FromString(p.PURL)
	if err != nil {
		return packageurl.PackageURL{}
	}
	return purl
}

func purlsOverlap(a, b packageurl.PackageURL) bool {
	if a.Type != b.Type || a.Namespace != b.Namespace || a.Name != b.Name || a.Version != b.Version {
		return false
	}
	qualifiers := b.Qualifiers.Map()
	for _, q := range a.Qualifiers {
		if other, ok := qualifiers[q.Key]; ok && other != q.Value {
			return false
		}
	}
	return true
}

// same says whether two texts select the same, where an empty one selects all.
func same(a, b string) bool { return a == "" || b == "" || a == b }

// listsOverlap says whether two lists of globs may match the same text, where an
// empty list matches all.
func listsOverlap(a, b []string) bool {
	return len(a) == 0 || len(b) == 0 || anyPair(a, b, globsOverlap)
}

// globsOverlap says whether a text may exist that two globs match. It takes a
// class or a choice for "*", and "*" for any text: rather an overlap too many than
// one that nobody sees.
func globsOverlap(a, b string) bool {
	if !strings.ContainsAny(a+b, "*?[{") {
		return a == b
	}
	x, y := steps(a), steps(b)
	// reach[j] says whether the first i steps of x and j steps of y match a common text.
	reach := make([]bool, len(y)+1)
	for i := 0; i <= len(x); i++ {
		next := make([]bool, len(y)+1)
		for j := 0; j <= len(y); j++ {
			switch {
			case i == 0 && j == 0:
				next[j] = true
			case i > 0 && x[i-1] == anyText && (reach[j] || j > 0 && next[j-1]),
				j > 0 && y[j-1] == anyText && (next[j-1] || i > 0 && reach[j]):
				next[j] = true
			case i > 0 && j > 0 && reach[j-1]:
				next[j] = x[i-1] == y[j-1] || x[i-1] == anyRune || y[j-1] == anyRune
			}
		}
		reach = next
	}
	return reach[len(y)]
}

const (
	anyText = -1
	anyRune = -2
)

// steps are the characters of a glob, or what stands for them.
func steps(glob string) []rune {
	var all []rune
	closing, skip := rune(0), false
	for _, r := range glob {
		switch {
		case skip:
			skip = false
			all = append(all, r)
		case closing != 0:
			if r == closing {
				closing = 0
			}
		case r == '\\':
			skip = true
		case r == '?':
			all = append(all, anyRune)
		case r == '[', r == '{', r == '*':
			all = append(all, anyText)
			switch r {
			case '[':
				closing = ']'
			case '{':
				closing = '}'
			}
		default:
			all = append(all, r)
		}
	}
	return all
}
