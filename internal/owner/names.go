package owner

import (
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// references are the spellings of an image reference; none of an empty one.
func references(ref string) []string {
	if ref == "" {
		return nil
	}
	return finding.Spellings(ref)
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
