package parity

import (
	"strings"

	"github.com/aquasecurity/trivy-db/pkg/db"
	"github.com/aquasecurity/trivy-db/pkg/types"
	redhat "github.com/aquasecurity/trivy-db/pkg/vulnsrc/redhat-oval"
	bolt "go.etcd.io/bbolt"
)

// unfixed are the statuses that an advisory without a fixed version can have.
func unfixed() []types.Status {
	return []types.Status{
		types.StatusAffected, types.StatusWillNotFix, types.StatusFixDeferred,
		types.StatusEndOfLife, types.StatusUnderInvestigation, types.StatusUnknown,
	}
}

// dpkgAdvisories are advisories around a version of dpkg.
func dpkgAdvisories(version string) []any {
	return advisories(version, version+"~rc1", version+"+b1", version+".1", next(version), previous(version), "9:"+version, withoutEpoch(version))
}

// rpmAdvisories are advisories around a version of rpm.
func rpmAdvisories(version string) []any {
	return advisories(version, version+"~rc1", version+"^1", version+".1", next(version), previous(version), "9:"+version, withoutEpoch(version))
}

// apkAdvisories are advisories around a version of apk: its revision counts up,
// a suffix comes before or after the bare version. "0" is the distribution's way
// to say that no version was affected.
func apkAdvisories(version string) []any {
	bare, revision, _ := strings.Cut(version, "-r")
	return advisories(version, bare+"_rc1-r"+revision, bare+"_p1-r"+revision, bare+".1-r0", next(version), previous(version), "0", bare)
}

// advisories are one advisory for each version as the fixed one, and one without
// a fixed version for each status.
func advisories(fixed ...string) []any {
	var all []any
	for _, version := range fixed {
		all = append(all, &types.Advisory{FixedVersion: version})
	}
	for _, status := range unfixed() {
		all = append(all, &types.Advisory{Status: status})
	}
	return all
}

// forArch are advisories for packages of arch, and one for another architecture.
func forArch(arch string) func(version string) []any {
	return func(version string) []any {
		var all []any
		for _, a := range rpmAdvisories(version) {
			fixed := a.(*types.Advisory).FixedVersion
			all = append(all, types.Advisories{FixedVersion: fixed, Entries: []types.Advisory{{FixedVersion: fixed, Arches: []string{arch}}}})
		}
		return append(all, types.Advisories{Entries: []types.Advisory{{FixedVersion: next(version), Arches: []string{"m68k"}}}})
	}
}

// The indices of the products that Red Hat's repositories of the corpus belong
// to, and of one that none does.
const (
	ourProduct = iota
	otherProduct
)

// redHatAdvisories are advisories around a version of rpm for Red Hat's products:
// for that of the corpus, and one for another.
func redHatAdvisories(version string) []any {
	entry := func(fixed string, status types.Status, product int, arches ...string) any {
		return redhat.Advisory{Entries: []redhat.Entry{{
			FixedVersion: fixed, Status: status, Arches: arches, AffectedCPEIndices: []int{product},
			Cves: []redhat.CveEntry{{Severity: types.SeverityHigh}},
		}}}
	}
	var all []any
	for _, a := range rpmAdvisories(version) {
		advisory := a.(*types.Advisory)
		all = append(all, entry(advisory.FixedVersion, advisory.Status, ourProduct))
	}
	return append(all,
		entry(next(version), types.StatusUnknown, otherProduct),
		entry(next(version), types.StatusUnknown, ourProduct, "x86_64"),
	)
}

// putRepositories says which product the repositories of the corpus belong to.
// Trivy refuses to scan an image of Red Hat's when it knows none of its
// repositories.
func putRepositories(tx *bolt.Tx) error {
	var store db.Config
	for _, repository := range []string{
		// What Trivy assumes when the image does not say.
		"rhel-6-server-rpms", "rhel-6-server-extras-rpms",
		"rhel-7-server-rpms", "rhel-7-server-extras-rpms",
		"rhel-8-for-x86_64-baseos-rpms", "rhel-8-for-x86_64-appstream-rpms",
		"rhel-9-for-x86_64-baseos-rpms", "rhel-9-for-x86_64-appstream-rpms",
		// What the images' content manifests say.
		"rhel-8-for-s390x-baseos-rpms", "rhel-8-for-s390x-appstream-rpms",
	} {
		if err := store.PutRedHatRepositories(tx, repository, []int{ourProduct}); err != nil {
			return err
		}
	}
	return nil
}
