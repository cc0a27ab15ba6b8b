package parity

import (
	"strings"

	"github.com/aquasecurity/trivy-db/pkg/types"
	"github.com/aquasecurity/trivy-db/pkg/vulnsrc/bucket"
	"github.com/aquasecurity/trivy-db/pkg/vulnsrc/vulnerability"
	osver "github.com/aquasecurity/trivy/pkg/detector/ospkg/version"
	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"
)

// distroSubjects says where Trivy's detector of p's distribution looks p up.
// Nil when there is no such detector.
func distroSubjects(p Package) []subject {
	var (
		family, release = ftypes.OSType(p.Type), p.release
		binary          = subject{name: p.Name, versions: []string{p.Version}, around: rpmAdvisories}
		src             = subject{name: p.Fields.Source, versions: []string{p.Fields.SourceVersion}, around: dpkgAdvisories}
	)
	in := func(s subject, source types.SourceID, buckets ...bucket.Bucket) []subject {
		var all []subject
		for _, b := range buckets {
			s.bucket, s.source = b.Name(), source
			all = append(all, s)
		}
		return all
	}
	switch family {
	case ftypes.Debian:
		return in(src, vulnerability.Debian, bucket.NewDebian(osver.Major(release)))
	case ftypes.Ubuntu:
		base := strings.TrimSuffix(release, "-ESM")
		return in(src, vulnerability.Ubuntu, bucket.NewUbuntu(base), bucket.NewUbuntu(base+"-ESM"))
	case ftypes.Echo:
		return in(src, vulnerability.Echo, bucket.NewEcho(""))

	case ftypes.Alpine:
		// The release of the package repository counts, and the report does not
		// tell it: edge is the only one in the corpus that is not the system's.
		src.around = apkAdvisories
		return in(src, vulnerability.Alpine, bucket.NewAlpine(osver.Minor(release)), bucket.NewAlpine("edge"))
	case ftypes.Wolfi, ftypes.Chainguard, ftypes.MinimOS:
		binary.name, binary.around = src.name, apkAdvisories
		return in(binary, vulnerability.Wolfi, bucket.NewWolfi(""), bucket.NewChainguard(""), bucket.NewMinimOS(""))

	case ftypes.RedHat, ftypes.CentOS:
		binary.name = inModule(p)
		binary.around = redHatAdvisories
		return in(binary, vulnerability.RedHatOVAL, bucket.NewRedHat(""))
	case ftypes.Alma:
		binary.name = inModule(p)
		return in(binary, vulnerability.Alma, bucket.NewAlma(osver.Major(release)))
	case ftypes.Rocky:
		binary.name = inModule(p)
		binary.around = forArch(p.Arch)
		return in(binary, vulnerability.Rocky, bucket.NewRocky(osver.Major(release)))
	case ftypes.Oracle:
		binary.around = forArch(p.Arch)
		return in(binary, vulnerability.OracleOVAL, bucket.NewOracle(osver.Major(release)))
	case ftypes.Amazon:
		major := osver.Major(strings.Fields(release + " ")[0])
		if major != "2" && major != "2022" && major != "2023" {
			major = "1"
		}
		return in(binary, vulnerability.Amazon, bucket.NewAmazon(major))
	case ftypes.SLES:
		return in(binary, vulnerability.SuseCVRF, bucket.NewSUSELinuxEnterprise(release))
	case ftypes.SLEMicro:
		return in(binary, vulnerability.SuseCVRF, bucket.NewSUSELinuxEnterpriseMicro(release))
	case ftypes.OpenSUSELeap:
		return in(binary, vulnerability.SuseCVRF, bucket.NewOpenSUSE(release))
	case ftypes.OpenSUSETumbleweed:
		return in(binary, vulnerability.SuseCVRF, bucket.NewOpenSUSETumbleweed())
	case ftypes.Bottlerocket:
		return in(binary, vulnerability.Bottlerocket, bucket.NewBottlerocket())

	case ftypes.Photon:
		binary.name = src.name
		return in(binary, vulnerability.Photon, bucket.NewPhoton(release))
	case ftypes.CBLMariner:
		src.around = rpmAdvisories
		return in(src, vulnerability.CBLMariner, bucket.NewMariner(osver.Minor(release)))
	case ftypes.Azure:
		src.around = rpmAdvisories
		return in(src, vulnerability.AzureLinux, bucket.NewAzureLinux(osver.Minor(release)))
	}
	return nil
}

// inModule is the name that advisories have for a package of an rpm module:
// "nodejs:12::npm".
func inModule(p Package) string {
	parts := strings.SplitN(p.modularity, ":", 3)
	if len(parts) < 3 {
		return p.Name
	}
	return parts[0] + ":" + parts[1] + "::" + p.Name
}
