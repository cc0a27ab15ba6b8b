package parity

import (
	"github.com/aquasecurity/trivy-db/pkg/ecosystem"
	"github.com/aquasecurity/trivy-db/pkg/types"
)

// languageAdvisories are advisories around a version of a language's package: as
// ranges of vulnerable versions, as GitHub writes them, and as lists of patched
// and unaffected ones, as the Ruby advisory database does.
func languageAdvisories(eco ecosystem.Type, version string) []any {
	before, after := previous(version), next(version)
	pre := version + preRelease(eco)
	ranges := func(vulnerable []string, patched ...string) any {
		return &types.Advisory{VulnerableVersions: vulnerable, PatchedVersions: patched}
	}
	return []any{
		ranges([]string{"<" + version}, version),
		ranges([]string{"<=" + version}),
		ranges([]string{"=" + version}, after),
		ranges([]string{"<" + after}, after),
		ranges([]string{">=" + before + ", <" + after}, after),
		ranges([]string{">" + version}),
		ranges([]string{"<" + pre}, pre),
		ranges([]string{">=" + pre + ", <" + after}),
		ranges([]string{"<" + before, ">=" + version + ", <" + after}, before, after),
		ranges([]string{">=0"}),
		ranges([]string{"<" + after + preRelease(eco)}),
		&types.Advisory{PatchedVersions: []string{">=" + after}},
		&types.Advisory{PatchedVersions: []string{">=" + version}},
		&types.Advisory{PatchedVersions: []string{"~>" + after}, UnaffectedVersions: []string{"<" + before}},
		&types.Advisory{PatchedVersions: []string{">=" + after}, UnaffectedVersions: []string{"<=" + version}},
		ranges([]string{"no version"}),
		ranges([]string{""}),
	}
}

// preRelease is what makes a version one before itself.
func preRelease(eco ecosystem.Type) string {
	switch eco {
	case ecosystem.Pip:
		return "rc1"
	case ecosystem.RubyGems:
		return ".rc1"
	}
	return "-rc.1"
}
