package vulndb

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aquasecurity/trivy-db/pkg/types"
	"github.com/aquasecurity/trivy-db/pkg/vulnsrc/bucket"
	"github.com/aquasecurity/trivy-db/pkg/vulnsrc/vulnerability"
	"github.com/aquasecurity/trivy/pkg/detector/ospkg/version"
)

// distro is an OSV ecosystem of a distribution.
type distro struct {
	// name is the ecosystem's name in lower case, before the colon.
	name string

	// bucket names the place where Trivy's detector looks for the release, which
	// is what follows the colon; false when there is none for it.
	bucket func(release string) (string, bool)

	source types.DataSource

	// compare orders versions.
	compare version.Comparer

	// unfixed says that the detector reports advisories without a fixed version.
	unfixed bool
}

// distros are the distributions whose detectors read advisories that OSV can
// express. Red Hat is not among them: its detector selects advisories by CPE
// through tables that OSV does not carry.
func distros() []distro {
	apk, deb, rpm := version.NewAPKComparer(), version.NewDEBComparer(), version.NewRPMComparer()
	return []distro{
		{"alpine", alpineBucket, types.DataSource{ID: vulnerability.Alpine, Name: "Alpine Secdb", URL: "https://secdb.alpinelinux.org/"}, apk, true},
		{"debian", needed(bucket.NewDebian), types.DataSource{ID: vulnerability.Debian, Name: "Debian Security Tracker", URL: "https://salsa.debian.org/security-tracker-team/security-tracker"}, deb, true},
		{"ubuntu", ubuntuBucket, types.DataSource{ID: vulnerability.Ubuntu, Name: "Ubuntu CVE Tracker", URL: "https://git.launchpad.net/ubuntu-cve-tracker"}, deb, true},
		{"almalinux", needed(bucket.NewAlma), types.DataSource{ID: vulnerability.Alma, Name: "AlmaLinux Product Errata", URL: "https://errata.almalinux.org/"}, rpm, false},
		{"rocky linux", needed(bucket.NewRocky), types.DataSource{ID: vulnerability.Rocky, Name: "Rocky Linux updateinfo", URL: "https://download.rockylinux.org/pub/rocky/"}, rpm, false},
		{"wolfi", rolling("wolfi"), types.DataSource{ID: vulnerability.Wolfi, Name: "Wolfi Secdb", URL: "https://packages.wolfi.dev/os/security.json"}, apk, false},
		{"chainguard", rolling("chainguard"), types.DataSource{ID: vulnerability.Chainguard, Name: "Chainguard Security Data", URL: "https://packages.cgr.dev/chainguard/security.json"}, apk, false},
		{"suse", suseBucket, types.DataSource{ID: vulnerability.SuseCVRF, Name: "SUSE CVRF", URL: "https://ftp.suse.com/pub/projects/security/cvrf/"}, rpm, false},
		{"opensuse", openSUSEBucket, types.DataSource{ID: vulnerability.SuseCVRF, Name: "SUSE CVRF", URL: "https://ftp.suse.com/pub/projects/security/cvrf/"}, rpm, false},
	}
}

// languages are the OSV ecosystems that trivy-db's OSV source knows.
func languages() []string {
	return []string{
		"bitnami", "crates.io", "go", "hex", "julia", "kubernetes", "maven", "npm", "nuget", "packagist", "pub", "pypi",
		"rubygems", "swifturl",
	}
}

func isLanguage(ecosystem string) bool {
	name, _, _ := strings.Cut(strings.ToLower(ecosystem), ":")
	return slices.Contains(languages(), name)
}

// distroOf is the distribution that the ecosystem means, with the bucket of its
// release; false for languages and for what is not known.
func distroOf(ecosystem string) (distro, string, bool) {
	name, release, _ := strings.Cut(strings.ToLower(ecosystem), ":")
	for _, d := range distros() {
		if d.name == name {
			place, ok := d.bucket(release)
			return d, place, ok
		}
	}
	return distro{}, "", false
}

func knownEcosystem(ecosystem string) error {
	if isLanguage(ecosystem) {
		return nil
	}
	if _, _, ok := distroOf(ecosystem); ok {
		return nil
	}
	name, _, _ := strings.Cut(strings.ToLower(ecosystem), ":")
	known := languages()
	for _, d := range distros() {
		if d.name == name {
			return fmt.Errorf("unknown release in ecosystem %q", ecosystem)
		}
		known = append(known, d.name)
	}
	slices.Sort(known)
	return fmt.Errorf("unknown ecosystem %q: expected one of %s", ecosystem, strings.Join(known, ", "))
}

// needed is the bucket of a release that must be named: "12", "9".
func needed(make func(string) bucket.Bucket) func(string) (string, bool) {
	return func(release string) (string, bool) { return make(release).Name(), release != "" }
}

func rolling(name string) func(string) (string, bool) {
	return func(release string) (string, bool) { return name, release == "" }
}

// alpineBucket reads "v3.10" and "edge".
func alpineBucket(release string) (string, bool) {
	release = strings.TrimPrefix(release, "v")
	return bucket.NewAlpine(release).Name(), release != ""
}

// ubuntuBucket reads "22.04:lts", "23.10" and "pro:18.04:lts", which is extended
// maintenance; the FIPS and real-time variants have no bucket.
func ubuntuBucket(release string) (string, bool) {
	release, pro := strings.CutPrefix(release, "pro:")
	release = strings.TrimSuffix(release, ":lts")
	if len(release) != len("22.04") || strings.Trim(release, "0123456789.") != "" {
		return "", false
	}
	if pro {
		release += "-ESM"
	}
	return bucket.NewUbuntu(release).Name(), true
}

// suseBucket reads "linux enterprise server 15 sp5" and the modules of that
// name, "linux enterprise micro 5.3" and "linux micro 6.0".
func suseBucket(release string) (string, bool) {
	words := strings.Fields(release)
	if len(words) < 3 || words[0] != "linux" {
		return "", false
	}
	last := words[len(words)-1]
	if strings.HasPrefix(release, "linux micro ") || strings.HasPrefix(release, "linux enterprise micro ") {
		return bucket.NewSUSELinuxEnterpriseMicro(last).Name(), startsWithDigit(last)
	}
	for i, word := range words {
		if !startsWithDigit(word) {
			continue
		}
		if i+1 < len(words) && strings.HasPrefix(words[i+1], "sp") {
			word += "." + strings.TrimPrefix(words[i+1], "sp")
		}
		return bucket.NewSUSELinuxEnterprise(word).Name(), true
	}
	return "", false
}

// openSUSEBucket reads "leap 15.5", "leap micro 5.3" and "tumbleweed".
func openSUSEBucket(release string) (string, bool) {
	words := strings.Fields(release)
	switch {
	case release == "tumbleweed":
		return bucket.NewOpenSUSETumbleweed().Name(), true
	case len(words) == 2 && words[0] == "leap":
		return bucket.NewOpenSUSE(words[1]).Name(), startsWithDigit(words[1])
	case len(words) == 3 && words[0] == "leap" && words[1] == "micro":
		return bucket.NewOpenSUSELeapMicro(words[2]).Name(), startsWithDigit(words[2])
	}
	return "", false
}

func startsWithDigit(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }
