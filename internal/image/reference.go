package image

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// The prefixes that settle where an image is.
const (
	schemeDaemon        = "docker:"
	schemeRegistry      = "registry:"
	schemeDockerArchive = "docker-archive:"
	schemeOCIArchive    = "oci-archive:"
	schemeOCIDir        = "oci-dir:"
)

func schemes() []string {
	return []string{schemeDaemon, schemeRegistry, schemeDockerArchive, schemeOCIArchive, schemeOCIDir}
}

// reference is what the user asked for, taken apart.
type reference struct {
	scheme string // with its colon; empty when the user gave none

	// path is set for files and folders, and name for everything else.
	path, name string

	// selector names one of several images in path: "repo:tag" or "tag", or "@"
	// and a digest; empty when the user gave none.
	selector string
}

// ReferenceError is the error for text that cannot name an image at all.
type ReferenceError struct {
	Ref string // as it was given; may be empty, and cut when it is very long

	nameOnly bool // a path would not have done
}

func (e *ReferenceError) Error() string {
	const expected = "expected an existing path, or an image reference such as alpine:3.22 or ghcr.io/org/app@sha256:…"
	if e.nameOnly {
		return fmt.Sprintf("%q is not the name of an image", e.Ref)
	}
	if e.Ref == "" {
		return "the image reference is empty: " + expected
	}
	return fmt.Sprintf("%q is no image reference: %s", e.Ref, expected)
}

// parseReference takes a reference apart, looking at the file system for the
// path in it.
func parseReference(ref string) (reference, error) {
	if ref == "" {
		return reference{}, &ReferenceError{Ref: ref}
	}
	for _, scheme := range schemes() {
		rest, ok := strings.CutPrefix(ref, scheme)
		if !ok {
			continue
		}
		if rest == "" {
			return reference{}, &ReferenceError{Ref: ref}
		}
		if scheme == schemeDaemon || scheme == schemeRegistry {
			return reference{scheme: scheme, name: rest}, nil
		}
		path, selector := splitSelector(rest)
		return reference{scheme: scheme, path: path, selector: selector}, nil
	}
	if isImagePath(ref) {
		return reference{path: ref}, nil
	}
	if !looksLikePath(ref) {
		return reference{name: ref}, nil
	}
	path, selector := splitSelector(ref)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return reference{}, fmt.Errorf("opening image %q: no such file or folder; it was taken for a path and no registry was asked", ref)
	}
	return reference{path: path, selector: selector}, nil
}

// isImagePath says whether ref as a whole is a path to open. A folder that holds
// no layout is not: building an image "app" out of a folder "app" is common.
func isImagePath(ref string) bool {
	info, err := os.Stat(ref)
	if err != nil {
		return false
	}
	if !info.IsDir() || looksLikePath(ref) {
		return true
	}
	_, err = os.Stat(filepath.Join(ref, "index.json"))
	return err == nil
}

// looksLikePath says whether ref can only be meant as a path: it starts like
// one, or it names an archive. No registry allows such a name except the last
// kind, and nobody uses that.
func looksLikePath(ref string) bool {
	for _, start := range []string{"/", "./", "../", "~"} {
		if strings.HasPrefix(ref, start) {
			return true
		}
	}
	if ref == "." || ref == ".." {
		return true
	}
	// The extension ends the path; a selector may follow it.
	lower := strings.ToLower(ref)
	for _, ext := range []string{".tar", ".tar.gz", ".tgz", ".tar.zst", ".tzst"} {
		if strings.HasSuffix(lower, ext) || strings.Contains(lower, ext+":") || strings.Contains(lower, ext+"@sha256:") {
			return true
		}
	}
	return false
}

// splitSelector divides "path:repo:tag" and "path@sha256:…" at the end of the
// longest path that exists; all of it is the path when none does.
func splitSelector(s string) (path, selector string) {
	if _, err := os.Stat(s); err == nil {
		return s, ""
	}
	for i := len(s) - 1; i > 0; i-- {
		if s[i] != ':' && s[i] != '@' {
			continue
		}
		if _, err := os.Stat(s[:i]); err != nil {
			continue
		}
		if s[i] == '@' {
			return s[:i], s[i:]
		}
		return s[:i], s[i+1:]
	}
	return s, ""
}
