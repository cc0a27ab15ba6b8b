package match

import (
	"cmp"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// page is the page to read first: the distribution's own on the CVE, as it says
// what the distribution does about it; else the advisory's own; else NVD's; else
// the first reference. It is empty when there is none of these.
func page(f finding.Finding) string {
	if url := distributionPage(f); url != "" {
		return url
	}
	names := append([]string{f.ID}, f.Aliases...)
	if f.Advisory.ID == "govulndb" {
		// Its records carry GitHub's name as well, which sorts first.
		slices.SortStableFunc(names, func(a, b string) int {
			return cmp.Compare(strings.Index(b, "GO-"), strings.Index(a, "GO-"))
		})
	}
	for _, name := range names {
		if url := advisoryPage(name); url != "" {
			return url
		}
	}
	if isCVE(f.ID) {
		return "https://nvd.nist.gov/vuln/detail/" + f.ID
	}
	if len(f.References) > 0 {
		return f.References[0]
	}
	return ""
}

func distributionPage(f finding.Finding) string {
	if f.Package.Class != finding.ClassOS {
		return ""
	}
	if strings.HasPrefix(f.ID, "TEMP-") && plain(f.ID) {
		return "https://security-tracker.debian.org/tracker/" + f.ID
	}
	if !isCVE(f.ID) {
		return ""
	}
	switch f.Advisory.ID {
	case "alpine":
		return "https://security.alpinelinux.org/vuln/" + f.ID
	case "amazon":
		return "https://explore.alas.aws.amazon.com/" + f.ID + ".html"
	case "debian":
		return "https://security-tracker.debian.org/tracker/" + f.ID
	case "oracle-oval":
		return "https://linux.oracle.com/cve/" + f.ID + ".html"
	case "redhat", "redhat-oval":
		return "https://access.redhat.com/security/cve/" + f.ID
	case "suse-cvrf":
		return "https://www.suse.com/security/cve/" + f.ID + ".html"
	case "ubuntu":
		return "https://ubuntu.com/security/" + f.ID
	}
	return ""
}

func advisoryPage(name string) string {
	if !plain(name) {
		return ""
	}
	prefix, _, _ := strings.Cut(name, "-")
	switch prefix {
	case "GHSA":
		return "https://github.com/advisories/" + name
	case "GO":
		return "https://pkg.go.dev/vuln/" + name
	case "PYSEC", "RUSTSEC":
		return "https://osv.dev/vulnerability/" + name
	}
	return ""
}

func isCVE(id string) bool { return strings.HasPrefix(id, "CVE-") && plain(id) }

// plain says that an identifier can stand in a URL as it is.
func plain(id string) bool {
	for _, c := range []byte(id) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '.', c == '_':
		default:
			return false
		}
	}
	return true
}
