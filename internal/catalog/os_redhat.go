package catalog

import (
	"regexp"
	"slices"
	"strings"

	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"

	"github.com/org/imgscan-action/internal/finding"
)

var redhatRelease = regexp.MustCompile(`(.*) release (\d[\d\.]*)`)

// parseRedHatRelease reads /etc/redhat-release, which everything derived from
// Red Hat Enterprise Linux has, and tells those apart that put their own name
// there.
func parseRedHatRelease(l *lines) *finding.OS {
	product, version := redhatProduct(l)
	switch product {
	case "":
		return nil
	case "centos", "centos linux":
		return &finding.OS{Family: string(ftypes.CentOS), Version: version}
	case "rocky", "rocky linux":
		return &finding.OS{Family: string(ftypes.Rocky), Version: version}
	case "alma", "almalinux", "alma linux":
		return &finding.OS{Family: string(ftypes.Alma), Version: version}
	case "oracle", "oracle linux", "oracle linux server":
		return &finding.OS{Family: string(ftypes.Oracle), Version: version}
	case "fedora", "fedora linux":
		return &finding.OS{Family: string(ftypes.Fedora), Version: version}
	}
	return &finding.OS{Family: string(ftypes.RedHat), Version: version}
}

func parseOracleRelease(l *lines) *finding.OS {
	// Whatever it calls itself there.
	product, version := redhatProduct(l)
	if product == "" {
		return nil
	}
	return &finding.OS{Family: string(ftypes.Oracle), Version: version}
}

func parseCentOSRelease(l *lines) *finding.OS {
	return redhatDerived(l, ftypes.CentOS, "centos", "centos linux")
}

func parseAlmaRelease(l *lines) *finding.OS {
	return redhatDerived(l, ftypes.Alma, "alma", "almalinux", "alma linux")
}

func parseRockyRelease(l *lines) *finding.OS {
	return redhatDerived(l, ftypes.Rocky, "rocky", "rocky linux")
}

func parseFedoraRelease(l *lines) *finding.OS {
	return redhatDerived(l, ftypes.Fedora, "fedora", "fedora linux")
}

// redhatDerived is family when the product in the file is one of products.
func redhatDerived(l *lines, family ftypes.OSType, products ...string) *finding.OS {
	product, version := redhatProduct(l)
	if !slices.Contains(products, product) {
		return nil
	}
	return &finding.OS{Family: string(family), Version: version}
}

// redhatProduct splits "CentOS Linux release 7.6.1810 (Core)" into the product,
// in lower case, and the version; both are empty when the first line is
// anything else.
func redhatProduct(l *lines) (product, version string) {
	line, _ := l.next()
	m := redhatRelease.FindStringSubmatch(strings.TrimSpace(line))
	if m == nil {
		return "", ""
	}
	return strings.ToLower(m[1]), m[2]
}
