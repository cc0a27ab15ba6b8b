package match

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aquasecurity/trivy/pkg/detector/ospkg"
	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"
	"github.com/aquasecurity/trivy/pkg/types"

	"github.com/org/imgscan-action/internal/finding"
)

// detectOS runs the distribution's detector over the packages of the
// distribution.
func detectOS(ctx context.Context, inv finding.Inventory) ([]detection, []finding.Gap, error) {
	os := assumedOS(inv.OS)
	target := types.ScanTarget{OS: ftypes.OS{Family: ftypes.OSType(os.Family), Name: os.Version}}
	if os.RepositoryFamily != "" {
		target.Repository = &ftypes.Repository{Family: ftypes.OSType(os.RepositoryFamily), Release: os.RepositoryRelease}
	}
	for i, p := range inv.Packages {
		if p.Class == finding.ClassOS {
			target.Packages = append(target.Packages, toTrivy(p, i))
		}
	}
	if os.Family == "" || !target.OS.Family.HasOSPackages() {
		return nil, unknownOS(inv, len(target.Packages) > 0), nil
	}
	if os.Extended {
		target.OS.Name += "-ESM" // the name of the maintained release in Trivy's tables
	}

	detector, err := ospkg.NewDetector(target)
	if errors.Is(err, ospkg.ErrUnsupportedOS) {
		return nil, []finding.Gap{{Kind: finding.GapUnknownOS, Detail: fmt.Sprintf("there are no advisories for the distribution %q", os)}}, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("matching %s: %w", os, err)
	}
	if !hasRelease(target) {
		// Red Hat's detector answers an empty database with an error, so it is not asked.
		gaps := []finding.Gap{{Kind: finding.GapNoAdvisories, Detail: fmt.Sprintf("the vulnerability database holds nothing about %s", os)}}
		return nil, append(gaps, endOfLife(ctx, target.OS, os)...), nil
	}
	vulns, over, err := detector.Detect(ctx)
	if err != nil && strings.Contains(err.Error(), "unable to find CPE indices") {
		return nil, []finding.Gap{{Kind: finding.GapNoAdvisories, Where: os.String(), Detail: "the vulnerability database does not know the package repositories that the image was made from"}}, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("matching the packages of %s: %w", os, err)
	}
	var gaps []finding.Gap
	if over {
		gaps = append(gaps, endOfLifeGap(os))
	}
	detected, err := fromTrivy(vulns, inv.Packages)
	return detected, gaps, err
}

// assumedOS is the distribution of the configured package repository when no
// release file names one, as Trivy has it.
func assumedOS(os finding.OS) finding.OS {
	if os.Family == "" && os.RepositoryFamily != "" {
		os.Family, os.Version = os.RepositoryFamily, os.RepositoryRelease
	}
	return os
}

// unknownOS reports packages whose distribution is not known, unless the
// inventory says so itself.
func unknownOS(inv finding.Inventory, hasPackages bool) []finding.Gap {
	said := slices.ContainsFunc(inv.Gaps, func(g finding.Gap) bool { return g.Kind == finding.GapUnknownOS })
	if said || !hasPackages || inv.OS.Family != "" {
		return nil
	}
	return []finding.Gap{{Kind: finding.GapUnknownOS, Detail: "there are packages of a distribution and no telling which one"}}
}

// endOfLife asks for the end of life alone: with no package, nothing is looked up.
func endOfLife(ctx context.Context, release ftypes.OS, os finding.OS) []finding.Gap {
	detector, err := ospkg.NewDetector(types.ScanTarget{OS: release})
	if err != nil {
		return nil
	}
	if _, over, err := detector.Detect(ctx); err != nil || !over {
		return nil
	}
	return []finding.Gap{endOfLifeGap(os)}
}

func endOfLifeGap(os finding.OS) finding.Gap {
	return finding.Gap{
		Kind:   finding.GapEndOfLifeOS,
		Detail: fmt.Sprintf("%s is past its end of life and gets no advisories any more, so an absent finding says nothing", os),
	}
}
