package catalog

import (
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// uniquePackages drops what is listed twice: packages of the distribution in the
// two databases of some images, and packages in an SBOM that were found where
// they are. What an SBOM says about another distribution than os goes too.
//
// The identity of the distribution's packages, which leaves out the architecture
// of Debian's, is Trivy's, so that the lists are equal. It works in the memory of
// packages.
func uniquePackages(packages []finding.Package, os finding.OS) []finding.Package {
	packages = slices.DeleteFunc(packages, func(p finding.Package) bool { return isForeign(p, os) })
	// The package manager knows best, and an SBOM often less.
	slices.SortStableFunc(packages, func(a, b finding.Package) int {
		switch {
		case isFromBill(a) == isFromBill(b):
			return 0
		case isFromBill(a):
			return 1
		}
		return -1
	})
	seen := make(map[string]bool)
	return slices.DeleteFunc(packages, func(p finding.Package) bool {
		id := identityOf(p)
		again := seen[id]
		seen[id] = true
		return again && (p.Class != finding.ClassLanguage || isFromBill(p))
	})
}

func identityOf(p finding.Package) string {
	if p.Class == finding.ClassLanguage {
		return strings.Join([]string{p.Type, p.Name, p.Version, p.Path}, "\x00")
	}
	id := p.ID
	if id == "" {
		id = p.Name + "@" + p.FullVersion()
	}
	if isFromBill(p) && !isBill(p.Path) {
		// The SBOM says where it is, which a database does not.
		id += "\x00" + p.Path
	}
	return id
}

// isFromBill says whether only an SBOM says that p is there. No other analyzer
// gives a PURL.
func isFromBill(p finding.Package) bool { return p.PURL != "" }
