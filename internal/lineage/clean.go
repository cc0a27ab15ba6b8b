package lineage

import (
	"maps"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// How much of what others wrote gets into a result, in characters.
const (
	maxRef   = 300 // references and digests
	maxText  = 200 // lines of a Dockerfile, errors of a registry
	maxLabel = 120 // names of vendors and buildpacks
)

// clean is untrusted text as one line: without control characters and the
// invisible ones that reorder text, and not longer than max characters.
func clean(s string, max int) string {
	if len(s) > utf8.UTFMax*max {
		s = s[:utf8.UTFMax*max] // the rest cannot show; do not even look at it
	}
	var b strings.Builder
	n := 0
	for _, r := range strings.ToValidUTF8(s, "") {
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co) {
			r = ' '
		}
		if n++; n > max {
			return strings.TrimSpace(b.String()) + "…"
		}
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String())
}

// cleanPath is a path from the root of the repository that does not lead out of
// it, "Dockerfile" when p does.
func cleanPath(p string) string {
	p = path.Clean(clean(strings.ReplaceAll(p, `\`, "/"), maxText))
	if p == "." || path.IsAbs(p) || p == ".." || strings.HasPrefix(p, "../") || strings.Contains(p, ":") {
		return "Dockerfile"
	}
	return p
}

// sortedKeys are the keys of a map, in order.
func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
