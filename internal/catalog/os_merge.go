package catalog

import (
	"cmp"
	"slices"
	"strings"

	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"

	"github.com/org/imgscan-action/internal/finding"
)

// operatingSystem is what the release files of all layers say together, and
// the name of the distribution that a release file gives when no family covers
// it.
//
// A release file that was rewritten counts as the topmost layer has it. One
// that was removed still counts, as in Trivy: what it said is still installed.
func operatingSystem(layers []layerFacts) (os finding.OS, distribution string) {
	type key struct{ analyzer, path string }
	said := make(map[key]facts)
	for _, layer := range layers {
		for _, f := range layer.Files {
			if f.OS != nil {
				said[key{f.Analyzer, f.Path}] = f
			}
			if f.Distribution != "" {
				distribution = f.Distribution
			}
		}
	}
	files := make([]facts, 0, len(said))
	for _, f := range said {
		files = append(files, f)
	}

	// The order of the analyzers is the order of trust: the general ones, which
	// derived distributions also match, come first and are overruled.
	trust := make(map[string]int)
	for i, a := range analyzers(nil) {
		trust[a.name()] = i
	}
	slices.SortFunc(files, func(a, b facts) int {
		return cmp.Or(cmp.Compare(trust[a.Analyzer], trust[b.Analyzer]), strings.Compare(a.Path, b.Path))
	})
	for _, f := range files {
		os = mergeOS(os, *f.OS)
	}
	return os, distribution
}

// mergeOS adds what one more release file says, by the rules of Trivy's
// OS.Merge.
func mergeOS(os, more finding.OS) finding.OS {
	if more.RepositoryFamily != "" {
		os.RepositoryFamily, os.RepositoryRelease = more.RepositoryFamily, more.RepositoryRelease
	}
	if more.Family == "" {
		return os
	}
	switch ftypes.OSType(os.Family) {
	case ftypes.RedHat, ftypes.Debian:
		// Oracle Linux also has /etc/redhat-release, and Ubuntu /etc/debian_version.
		os.Family, os.Version, os.Extended = more.Family, more.Version, more.Extended
	default:
		os.Family = cmp.Or(os.Family, more.Family)
		os.Version = cmp.Or(os.Version, more.Version)
		os.Extended = os.Extended || more.Extended
	}
	return os
}
