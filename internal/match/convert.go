package match

import (
	"fmt"
	"strconv"

	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"
	"github.com/aquasecurity/trivy/pkg/types"

	"github.com/org/imgscan-action/internal/finding"
)

// toTrivy is the package as Trivy's detectors want it. They copy the identifier
// into their answers, so its UID carries the package's index.
func toTrivy(p finding.Package, index int) ftypes.Package {
	converted := ftypes.Package{
		ID:              p.ID,
		Name:            p.Name,
		Identifier:      ftypes.PkgIdentifier{UID: strconv.Itoa(index)},
		Version:         p.Version,
		Release:         p.Release,
		Epoch:           p.Epoch,
		Arch:            p.Arch,
		SrcName:         p.SrcName,
		SrcVersion:      p.SrcVersion,
		SrcRelease:      p.SrcRelease,
		SrcEpoch:        p.SrcEpoch,
		Modularitylabel: p.Modularity,
		FilePath:        p.Path,
	}
	if len(p.ContentSets) > 0 || p.NVR != "" {
		converted.BuildInfo = &ftypes.BuildInfo{ContentSets: p.ContentSets, Nvr: p.NVR, Arch: p.BuildArch}
	}
	if p.ThirdParty {
		converted.Repository = ftypes.PackageRepository{Class: ftypes.RepositoryClassThirdParty}
	}
	return converted
}

// fromTrivy finds the packages that the detector's answers are about.
func fromTrivy(vulns []types.DetectedVulnerability, packages []finding.Package) ([]detection, error) {
	detected := make([]detection, 0, len(vulns))
	for _, v := range vulns {
		index, err := strconv.Atoi(v.PkgIdentifier.UID)
		if err != nil || index < 0 || index >= len(packages) {
			return nil, fmt.Errorf("matching %q: the detector lost its identifier", v.PkgName)
		}
		detected = append(detected, detection{DetectedVulnerability: v, pkg: packages[index]})
	}
	return detected, nil
}
