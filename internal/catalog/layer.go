package catalog

import (
	"path"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// layerFacts is all that one layer says, whatever is below or above it: plain
// data that can be stored under the layer's DiffID.
type layerFacts struct {
	DiffID string

	// Entries are the paths that the layer puts in place, files that nobody reads
	// included, since they replace what is below. A folder's ends in a slash. They
	// are all of an image that grows with its number of files.
	Entries pathList

	// Whiteouts are the paths that the layer removes, and Opaque the folders whose
	// content below it hides; "" is the root.
	Whiteouts []string
	Opaque    []string

	// Files are the facts, by path and then by analyzer, each pair once.
	Files []facts

	// Gaps are about the layer as a whole. A layer that has any was not read to
	// its end and must not be stored.
	Gaps []finding.Gap
}

// The names of the entries that remove, from the OCI image specification, which
// has them from AUFS.
const (
	whiteoutPrefix = ".wh."
	opaqueMarker   = ".wh..wh..opq"
	aufsPrefix     = ".wh..wh." // AUFS's own bookkeeping, but for opaqueMarker
)

// maxPath is PATH_MAX of Linux, in bytes. No runtime can unpack an entry with a
// longer path, and a hostile layer would use them to fill the memory.
const maxPath = 4096

// place records what the entry called name does to the layers below. It returns
// false when the entry is a marker and not a thing in the image.
func (l *layerFacts) place(name string, isDir bool) bool {
	dir, base := path.Split(name)
	switch {
	case len(name) > maxPath:
		return false
	case base == opaqueMarker:
		l.Opaque = append(l.Opaque, strings.TrimSuffix(dir, "/"))
		return false
	case strings.HasPrefix(base, aufsPrefix):
		return false
	case strings.HasPrefix(base, whiteoutPrefix):
		// ".wh.." and ".wh..." would remove the folder itself and its parent.
		if target := base[len(whiteoutPrefix):]; target != "" && target != "." && target != ".." {
			l.Whiteouts = append(l.Whiteouts, dir+target)
		}
		return false
	case isDir:
		l.Entries.add(name + "/")
	default:
		l.Entries.add(name)
	}
	return true
}

// cleanPath is the name of a tar entry as a path from the root of the image,
// without a leading slash; "" is the root. It never leads out of the root.
func cleanPath(name string) string {
	if name == "" || name[0] == '/' || strings.Contains(name, "..") {
		return path.Clean("/" + name)[1:]
	}
	// Does not allocate for a name that is clean already, as nearly all are.
	name = path.Clean(name)
	if name == "." {
		return ""
	}
	return name
}
