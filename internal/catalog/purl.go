package catalog

import (
	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"
	"github.com/aquasecurity/trivy/pkg/purl"
	"github.com/aquasecurity/trivy/pkg/types"

	"github.com/org/imgscan-action/internal/finding"
)

// purlOf is the package URL as Trivy writes it; empty when p has no usable
// name, or belongs to a distribution that was not recognised.
func purlOf(p finding.Package, os finding.OS) string {
	if p.Name == "" || p.Class == finding.ClassOS && os.Family == "" {
		return ""
	}
	var metadata types.Metadata
	if p.Class == finding.ClassOS {
		metadata.OS = &ftypes.OS{Family: ftypes.OSType(os.Family), Name: os.Version}
	}
	url, err := purl.New(ftypes.TargetType(p.Type), metadata, ftypes.Package{
		ID:              p.ID,
		Name:            p.Name,
		Version:         p.Version,
		Release:         p.Release,
		Epoch:           p.Epoch,
		Arch:            p.Arch,
		SrcName:         p.SrcName,
		SrcVersion:      p.SrcVersion,
		SrcRelease:      p.SrcRelease,
		SrcEpoch:        p.SrcEpoch,
		Modularitylabel: p.Modularity,
	})
	if err != nil || url == nil {
		return ""
	}
	return url.String()
}
