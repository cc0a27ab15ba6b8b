package owner

import (
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// references are the spellings of an image reference that a pattern may mean:
// with its tag and digest, without the digest, without both; each as Docker
// prints it and with Docker Hub's host written out.
func references(ref string) []string {
	if ref == "" {
		return nil
	}
	short, _, _ := strings.Cut(ref, "@")
	var all []string
	for _, spelling := range []string{ref, short, withoutTag(short)} {
		all = append(all, spelling, withHost(spelling))
	}
	return all
}

// withoutTag takes the tag off a reference without digest. The colon of a port
// comes before the last slash.
func withoutTag(ref string) string {
	if colon := strings.LastIndexByte(ref, ':'); colon > strings.LastIndexByte(ref, '/') {
		return ref[:colon]
	}
	return ref
}

// withHost writes out what Docker leaves out: docker.io, and library for its
// official images.
func withHost(ref string) string {
	first, _, nested := strings.Cut(ref, "/")
	switch {
	case !nested:
		return "docker.io/library/" + ref
	case strings.ContainsAny(first, ".:") || first == "localhost":
		return ref
	}
	return "docker.io/" + ref
}

// packageNames are the name of a package and its package URL: whole, without
// qualifiers, and without version.
func packageNames(p finding.Package) []string {
	if p.Name == "" {
		return nil
	}
	names := []string{p.Name}
	if p.PURL == "" {
		return names
	}
	plain := p.PURL
	if end := strings.IndexAny(plain, "?#"); end >= 0 {
		plain = plain[:end]
	}
	versionless := plain
	if at := strings.LastIndexByte(plain, '@'); at > strings.LastIndexByte(plain, '/') {
		versionless = plain[:at]
	}
	return append(names, p.PURL, plain, versionless)
}
