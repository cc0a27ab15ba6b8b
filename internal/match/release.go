package match

import (
	"strings"

	"github.com/aquasecurity/trivy-db/pkg/db"
	"github.com/aquasecurity/trivy-db/pkg/vulnsrc/bucket"
	"github.com/aquasecurity/trivy/pkg/detector/ospkg/version"
	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"
	"github.com/aquasecurity/trivy/pkg/types"
	bolt "go.etcd.io/bbolt"
)

// hasRelease says whether the database holds anything about the release. It
// errs on the side of yes: a family whose naming is not known here has it.
func hasRelease(target types.ScanTarget) bool {
	names := releaseBuckets(target)
	if len(names) == 0 {
		return true
	}
	found := false
	_ = (db.Config{}).Connection().View(func(tx *bolt.Tx) error {
		for _, name := range names {
			found = found || tx.Bucket([]byte(name)) != nil
		}
		return nil
	})
	return found
}

// releaseBuckets are the names under which Trivy's detectors look for the
// release, any of which will do.
func releaseBuckets(target types.ScanTarget) []string {
	release := target.OS.Name
	switch target.OS.Family {
	case ftypes.Alpine:
		if target.Repository != nil && target.Repository.Release != "" {
			release = target.Repository.Release
		}
		return []string{bucket.NewAlpine(version.Minor(release)).Name()}
	case ftypes.Debian:
		return []string{bucket.NewDebian(version.Major(release)).Name()}
	case ftypes.Ubuntu:
		base := strings.TrimSuffix(release, "-ESM")
		return []string{bucket.NewUbuntu(release).Name(), bucket.NewUbuntu(base).Name()}
	case ftypes.Alma:
		return []string{bucket.NewAlma(version.Major(release)).Name()}
	case ftypes.Rocky:
		return []string{bucket.NewRocky(version.Major(release)).Name()}
	case ftypes.Oracle:
		return []string{bucket.NewOracle(version.Major(release)).Name()}
	case ftypes.RedHat, ftypes.CentOS:
		return []string{bucket.NewRedHat("").Name()}
	case ftypes.Photon:
		return []string{bucket.NewPhoton(release).Name()}
	case ftypes.Azure:
		return []string{bucket.NewAzureLinux(version.Minor(release)).Name()}
	case ftypes.CBLMariner:
		return []string{bucket.NewMariner(version.Minor(release)).Name()}
	case ftypes.OpenSUSELeap:
		return []string{bucket.NewOpenSUSE(release).Name()}
	case ftypes.OpenSUSETumbleweed:
		return []string{bucket.NewOpenSUSETumbleweed().Name()}
	case ftypes.SLES:
		return []string{bucket.NewSUSELinuxEnterprise(release).Name()}
	case ftypes.SLEMicro:
		return []string{bucket.NewSUSELinuxEnterpriseMicro(release).Name()}
	case ftypes.Wolfi:
		return []string{bucket.NewWolfi("").Name()}
	case ftypes.Chainguard:
		return []string{bucket.NewChainguard("").Name()}
	}
	return nil
}
