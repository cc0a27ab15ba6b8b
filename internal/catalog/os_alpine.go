package catalog

import (
	"regexp"

	"github.com/aquasecurity/go-version/pkg/version"
	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"

	"github.com/org/imgscan-action/internal/finding"
)

// parseAlpineRelease reads /etc/alpine-release: "3.20.3".
func parseAlpineRelease(l *lines) *finding.OS {
	line, ok := l.next()
	if !ok {
		return nil
	}
	return &finding.OS{Family: string(ftypes.Alpine), Version: line}
}

var apkRepository = regexp.MustCompile(`(https*|ftp)://[0-9A-Za-z.-]+/([A-Za-z]+)/v?([0-9A-Za-z_.-]+)/`)

// parseAPKRepositories reads /etc/apk/repositories for the newest Alpine
// release that packages are taken from, "edge" being newer than any.
func parseAPKRepositories(l *lines) *finding.OS {
	const edge = "edge"
	var family, newest string
	for line, ok := l.next(); ok; line, ok = l.next() {
		m := apkRepository.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		if family != "" && family != m[2] {
			return nil // two distributions mixed
		}
		family = m[2]
		switch release := m[3]; {
		case newest == "":
			newest = release
		case newest == edge || release == edge:
			newest = edge
		case newerRelease(release, newest):
			newest = release
		}
	}
	if family != string(ftypes.Alpine) || newest == "" {
		return nil
	}
	return &finding.OS{RepositoryFamily: family, RepositoryRelease: newest}
}

// newerRelease says whether a is a later release than b; false when either is
// no version.
func newerRelease(a, b string) bool {
	va, err := version.Parse(a)
	if err != nil {
		return false
	}
	vb, err := version.Parse(b)
	return err == nil && va.GreaterThan(vb)
}
