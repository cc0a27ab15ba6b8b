package report

import (
	"strings"

	apkversion "github.com/knqyf263/go-apk-version"
	debversion "github.com/knqyf263/go-deb-version"
	rpmversion "github.com/knqyf263/go-rpm-version"
)

// newest is the newest of some versions by the rules of the package manager that a
// distribution's package is of, as its package URL says. A release of a distribution
// has one line of versions, so whoever has the newest has all of them. It is empty
// where the rules are not known or a version is none by them.
func newest(packageURL string, versions []string) string {
	switch kind, _, _ := strings.Cut(packageURL, "/"); kind {
	case "pkg:deb":
		return newestBy(versions, debversion.NewVersion, func(a, b debversion.Version) bool { return a.LessThan(b) })
	case "pkg:apk":
		return newestBy(versions, apkversion.NewVersion, apkversion.Version.LessThan)
	case "pkg:rpm":
		return newestBy(versions, func(text string) (rpmversion.Version, error) { return rpmversion.NewVersion(text), nil }, rpmversion.Version.LessThan)
	}
	return ""
}

func newestBy[V any](versions []string, parse func(string) (V, error), less func(a, b V) bool) string {
	var (
		text  string
		above V
	)
	for _, candidate := range versions {
		v, err := parse(candidate)
		if err != nil {
			return ""
		}
		if text == "" || less(above, v) {
			text, above = candidate, v
		}
	}
	return text
}
