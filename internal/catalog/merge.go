package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"

	"github.com/org/imgscan-action/internal/finding"
)

// merge is the image that the layers make together, lowest first. It leaves them
// as they are, to be merged again.
func merge(layers []layerFacts) (finding.Inventory, error) {
	var (
		visible overlay
		since   = origins{known: make(map[packageIdentity]*origin)}
		inv     finding.Inventory
	)
	for i := range layers {
		visible.onPackage = func(p *finding.Package, change int) { since.change(p, change, i) }
		if err := visible.apply(&layers[i], i); err != nil {
			return finding.Inventory{}, fmt.Errorf("merging layer %q: %w", layers[i].DiffID, err)
		}
		since.settle()
		inv.Gaps = append(inv.Gaps, layers[i].Gaps...)
	}

	var distribution string
	inv.OS, distribution = operatingSystem(layers)
	files, count := visible.files(), 0
	for _, f := range files {
		inv.Gaps = append(inv.Gaps, f.Gaps...)
		count += len(f.Packages)
	}
	// The list is the largest thing in memory, so it is made once and changed in
	// place.
	inv.Packages = make([]finding.Package, 0, min(count, maxPackages))
	if count > maxPackages {
		inv.Gaps = append(inv.Gaps, finding.Gap{
			Kind:   finding.GapUnreadableLayer,
			Detail: fmt.Sprintf("the layers together list %d packages, of which the first %d are looked at", count, maxPackages),
		})
	}
	for _, f := range files {
		for _, p := range f.Packages[:min(len(f.Packages), maxPackages-len(inv.Packages))] {
			p.LayerIndex = f.layer
			if p.Class == finding.ClassOS {
				p.LayerIndex = since.layer(&p)
			}
			inv.Packages = append(inv.Packages, p)
		}
	}
	inv.Packages = uniquePackages(inv.Packages, inv.OS)
	built := builds(layers)
	for i := range inv.Packages {
		p := &inv.Packages[i]
		p.Layer = layers[p.LayerIndex].DiffID
		if p.Class == finding.ClassOS {
			if b := built[p.LayerIndex]; b != nil {
				p.ContentSets, p.NVR, p.BuildArch = b.ContentSets, b.NVR, b.Arch
			}
			// Without a release file, the configured repositories tell whose they are.
			p.Type = cmp.Or(inv.OS.Family, inv.OS.RepositoryFamily, p.Type)
		}
		if p.PURL == "" {
			p.PURL = purlOf(*p, inv.OS)
		}
	}
	code, unidentified := executables(files, inv.Packages, layers)
	inv.Executables = code
	inv.Gaps = append(inv.Gaps, unidentified...)
	if gap, ok := missingOS(inv, distribution); ok {
		inv.Gaps = append(inv.Gaps, gap)
	}
	finding.SortPackages(inv.Packages)
	finding.SortGaps(inv.Gaps)
	return inv, nil
}

// unknownDistribution is why there are no advisories for a distribution that a
// release file names. One that only calls itself by its name has releases that
// nobody can tell apart.
func unknownDistribution(name string) string {
	for _, known := range []struct{ name, file string }{
		{"debian", "etc/debian_version"},
		{"ubuntu", "etc/lsb-release"},
		{"alpine", "etc/alpine-release"},
	} {
		if strings.HasPrefix(strings.ToLower(name), known.name) {
			return fmt.Sprintf("the system calls itself %q, but %s is missing, which says which release: without it no advisories can be told", name, known.file)
		}
	}
	return fmt.Sprintf("no advisories are known for %q", name)
}

// missingOS is the gap that the distribution leaves as a whole: when nobody
// knows it, or when it is known and has no packages to look at. An image that
// only has a static binary has no such gap.
func missingOS(inv finding.Inventory, distribution string) (finding.Gap, bool) {
	packages := slices.ContainsFunc(inv.Packages, func(p finding.Package) bool { return p.Class == finding.ClassOS })
	database := hasGap(inv, finding.GapPackageDatabase)
	switch known := inv.OS.Family != ""; {
	case !known && distribution != "":
		return finding.Gap{Kind: finding.GapUnknownOS, Detail: unknownDistribution(distribution)}, true
	case !known && (packages || database):
		return finding.Gap{Kind: finding.GapUnknownOS, Detail: "there is a package database and no release file that says whose it is"}, true
	case known && !packages && !database && !hasGap(inv, finding.GapUnreadableLayer) && ftypes.OSType(inv.OS.Family).HasOSPackages():
		return finding.Gap{Kind: finding.GapPackageDatabase, Detail: fmt.Sprintf("%s was recognised and no packages of it were found", inv.OS)}, true
	}
	return finding.Gap{}, false
}

func hasGap(inv finding.Inventory, kind finding.GapKind) bool {
	return slices.ContainsFunc(inv.Gaps, func(g finding.Gap) bool { return g.Kind == kind })
}
