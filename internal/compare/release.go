package compare

import (
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// sameRelease says whether the same advisories are about the packages of both
// systems: a package of one version may be affected in one release and not in the
// next.
func sameRelease(a, b finding.OS) bool {
	a.Version, b.Version = release(a), release(b)
	return a == b
}

// release is a version up to where advisories tell releases apart: 12 of Debian
// 12.7, 3.10 of Alpine 3.10.2.
func release(os finding.OS) string {
	numbers := 2
	switch os.Family {
	case "debian", "redhat", "centos", "centos-stream", "alma", "rocky", "oracle", "amazon", "fedora":
		numbers = 1
	}
	parts := strings.SplitN(os.Version, ".", numbers+1)
	return strings.Join(parts[:min(numbers, len(parts))], ".")
}
