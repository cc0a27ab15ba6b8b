package image

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// parsePath divides a path from what selects one of the images there:
// "path:repo:tag", "path:tag" and "path@sha256:…". Paths may have colons, too, so
// the files that are there decide. Where they allow two readings, neither is
// taken: one of them may have been put there to be read instead of the other.
func parsePath(scheme, text string) (reference, error) {
	var readings []reference
	for i := 1; i <= len(text); i++ {
		r := reference{scheme: scheme, path: text[:i]}
		switch {
		case i == len(text):
		case text[i] == ':':
			r.selector = text[i+1:]
		case strings.HasPrefix(text[i:], "@sha256:"):
			r.selector = text[i:]
		default:
			continue
		}
		if _, err := os.Stat(r.path); err == nil {
			readings = append(readings, r)
		}
	}
	// A folder without images is on the way to a path more often than it is meant.
	var likely []reference
	for _, r := range readings {
		if holdsImages(r.path) {
			likely = append(likely, r)
		}
	}
	switch {
	case len(likely) > 1:
		return reference{}, fmt.Errorf("opening image %q: both %q and %q exist, and each could be the path that is meant: rename one of them", text, likely[0].path, likely[1].path)
	case len(likely) == 1:
		return likely[0], nil
	case len(readings) > 0:
		return readings[len(readings)-1], nil
	}
	return reference{scheme: scheme, path: text}, nil
}

// holdsImages says whether a path can be opened: a file, or a folder that holds a
// layout. Other folders cannot, and building an image "app" out of a folder "app"
// is common.
func holdsImages(path string) bool {
	info, err := os.Stat(path)
	return err == nil && (!info.IsDir() || hasIndex(path))
}

func hasIndex(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, "index.json"))
	return err == nil
}
