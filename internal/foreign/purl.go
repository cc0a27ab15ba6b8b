package foreign

import (
	"regexp"
	"slices"
	"strings"

	"github.com/package-url/packageurl-go"
)

var packageURL = regexp.MustCompile(`^pkg:[a-z][a-z0-9.+-]*/`)

// parsePURL reads a package URL that may come from anywhere; ok is false when it is
// none, or none that an entry can have.
func parsePURL(s string) (url packageurl.PackageURL, ok bool) {
	// The parser is not ours.
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	if len(s) > maxText || plain(s, maxText) != s || !packageURL.MatchString(s) {
		return url, false
	}
	url, err := packageurl.FromString(s)
	return url, err == nil && url.Name != ""
}

// ofDistribution says whether packages of a type are those of distributions.
func ofDistribution(purlType string) bool {
	return slices.Contains([]string{"deb", "rpm", "apk"}, purlType)
}

// coarseRelease says whether a package URL names a release that has point releases:
// entries cover those too, and Trivy compares exactly. Trivy writes "debian-12.7",
// and for Alpine only "3.10.4".
func coarseRelease(url packageurl.PackageURL) bool {
	release, given := url.Qualifiers.Map()["distro"]
	dots := strings.Count(release, ".")
	switch {
	case !given:
		return false
	case url.Namespace == "alpine":
		return dots < 2
	}
	pointed := []string{"debian", "ubuntu", "redhat", "centos", "rocky", "alma", "oracle"}
	return slices.Contains(pointed, url.Namespace) && dots < 1
}
