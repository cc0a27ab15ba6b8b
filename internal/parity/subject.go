package parity

import (
	"cmp"
	"slices"
	"strings"

	"github.com/aquasecurity/trivy-db/pkg/ecosystem"
	"github.com/aquasecurity/trivy-db/pkg/types"
	"github.com/aquasecurity/trivy-db/pkg/vulnsrc/vulnerability"
	"github.com/aquasecurity/trivy/pkg/detector/library"
	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"
)

// subject is what one set of advisories is about: one name in one bucket of the
// database, with all the versions of it in the corpus.
type subject struct {
	bucket, name string
	source       types.SourceID
	versions     []string // sorted

	// around gives the advisories around a version.
	around func(version string) []any
}

// subjects are what packages can be looked up by, in a fixed order.
func subjects(packages []Package) []subject {
	type key struct{ bucket, name string }
	byKey := make(map[key]*subject)
	for _, p := range packages {
		for _, s := range subjectsOf(p) {
			if s.name == "" || s.versions[0] == "" {
				continue
			}
			k := key{s.bucket, s.name}
			if have := byKey[k]; have != nil {
				have.versions = append(have.versions, s.versions...)
				continue
			}
			byKey[k] = &s
		}
	}
	var all []subject
	for _, s := range byKey {
		slices.Sort(s.versions)
		s.versions = slices.Compact(s.versions)
		all = append(all, *s)
	}
	slices.SortFunc(all, func(a, b subject) int {
		return cmp.Or(strings.Compare(a.bucket, b.bucket), strings.Compare(a.name, b.name))
	})
	return all
}

func subjectsOf(p Package) []subject {
	if p.distro {
		return distroSubjects(p)
	}
	driver, known := library.NewDriver(ftypes.LangType(p.Type))
	if !known {
		return nil
	}
	eco := ecosystem.Type(driver.Type())
	return []subject{{
		bucket:   string(eco) + "::made up for parity",
		name:     vulnerability.NormalizePkgName(eco, p.Name),
		source:   vulnerability.GHSA,
		versions: []string{p.Version},
		around:   func(version string) []any { return languageAdvisories(eco, version) },
	}}
}
