package finding

import "strings"

// Spellings are the ways to write an image reference that a pattern may mean: with
// its tag and digest, without the digest, without both; each as Docker prints it
// and with Docker Hub's host written out.
func Spellings(ref string) []string {
	short, _, _ := strings.Cut(ref, "@")
	var all []string
	for _, spelling := range []string{ref, short, WithoutTag(short)} {
		all = append(all, spelling, withHost(spelling))
	}
	return all
}

// WithoutTag takes the tag off a reference without digest. The colon of a port
// comes before the last slash.
func WithoutTag(ref string) string {
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
