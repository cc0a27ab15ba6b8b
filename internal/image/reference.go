package image

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/org/imgscan-action/internal/spelling"
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

// parseReference takes a reference apart. What it is shows in its spelling; only
// for a word that could be either, such as "alpine", a path that is there counts,
// and not even that where paths are marked (see [Options].MarkedPaths).
func parseReference(ref string, marked bool) (reference, error) {
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
		return parsePath(scheme, rest)
	}
	switch spelling.Of(ref) {
	case spelling.Reference:
		return reference{name: ref}, nil
	case spelling.Word:
		if marked || !holdsImages(ref) {
			return reference{name: ref}, nil
		}
		return reference{path: ref}, nil
	}
	parsed, err := parsePath("", ref)
	if err != nil {
		return reference{}, err
	}
	if _, err := os.Stat(parsed.path); errors.Is(err, fs.ErrNotExist) {
		return reference{}, fmt.Errorf("opening image %q: no such file or folder; it was taken for a path and no registry was asked", ref)
	}
	return parsed, nil
}
