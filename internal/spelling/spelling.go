// Package spelling tells the paths of files from the names of images by their
// spelling alone.
//
// Whoever can put a file into the working folder must not decide what a text in
// somebody else's settings means. A pull request may hold a file
// "ghcr.io/acme/app:1" or a folder "ghcr.io/acme/trivy-db:2"; the image and the
// database of these names are meant all the same.
package spelling

import "strings"

// Kind is what a text is.
type Kind int

const (
	// Word is what could be either, "alpine" or "build/layout": a path where one
	// exists, unless the caller knows better, and else a name.
	Word Kind = iota

	// Path is what begins like a path or is an archive, and never a name.
	Path

	// Reference is what has a tag, a digest or a registry's host, and never a path.
	Reference
)

// Of says what a text is. No file is looked at.
func Of(text string) Kind {
	first, _, several := strings.Cut(text, "/")
	switch {
	case beginsLikePath(text) || namesArchive(text):
		return Path
	case strings.ContainsAny(text, ":@"), several && looksLikeHost(first):
		return Reference
	}
	return Word
}

func beginsLikePath(text string) bool {
	for _, start := range []string{"/", "./", "../", "~"} {
		if strings.HasPrefix(text, start) {
			return true
		}
	}
	return text == "." || text == ".."
}

// namesArchive says whether the extension of an archive ends a text, or ends the
// path in it: one of several images may be named behind, "app.tar:repo:tag" or
// "app.tar@sha256:…". A registry would allow some of these names, and nobody uses
// them.
func namesArchive(text string) bool {
	lower := strings.ToLower(text)
	for _, ext := range []string{".tar", ".tar.gz", ".tgz", ".tar.zst", ".tzst"} {
		if strings.HasSuffix(lower, ext) || strings.Contains(lower, ext+":") || strings.Contains(lower, ext+"@sha256:") {
			return true
		}
	}
	return false
}

// looksLikeHost says whether the first of several parts is a registry's host, by
// Docker's rule for the same question. No host begins with a dot, and hidden
// folders do.
func looksLikeHost(first string) bool {
	return first == "localhost" || strings.Contains(first, ".") && !strings.HasPrefix(first, ".")
}
