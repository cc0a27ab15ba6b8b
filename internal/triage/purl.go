package triage

import (
	"fmt"
	"slices"
	"strings"

	"github.com/package-url/packageurl-go"
)

// maxPURL is the longest package URL that is parsed, in bytes.
const maxPURL = 4096

// parsePURL reads a package URL that may come from anywhere. A panic of the
// parser is an error like any other.
func parsePURL(s string) (url packageurl.PackageURL, err error) {
	if len(s) > maxPURL {
		return url, fmt.Errorf("it is longer than %d bytes", maxPURL)
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("it cannot be parsed: %v", r)
		}
	}()
	return packageurl.FromString(s)
}

// purlBase is the package URL of a package in any version.
func purlBase(url packageurl.PackageURL) string {
	return packageurl.NewPackageURL(url.Type, url.Namespace, url.Name, "", nil, "").ToString()
}

// purlTests compare with the parts of a package URL that are written: type,
// namespace and name always, the version, the qualifiers and the subpath only where
// there are any. What cannot be parsed matches nothing.
func purlTests(wrote string) []test {
	url, err := parsePURL(wrote)
	if err != nil {
		return []test{never("purl", wrote, func(p installed) string { return p.pkg.PURL })}
	}
	tests := []test{equal("purl", purlBase(url), func(p installed) string { return p.base })}
	if url.Version != "" {
		tests = append(tests, purlVersion(url.Version))
	}
	for _, q := range url.Qualifiers {
		tests = append(tests, purlQualifier(q.Key, q.Value))
	}
	if url.Subpath != "" {
		tests = append(tests, equal("purl subpath", url.Subpath, func(p installed) string { return p.url.Subpath }))
	}
	return tests
}

// purlVersion holds for the version in the package's own URL and for the whole one:
// the URL of a dpkg or rpm package has the epoch in a qualifier.
func purlVersion(wrote string) test {
	return test{
		name: "purl version", wrote: wrote, version: true,
		found: func(p installed) string { return p.url.Version },
		holds: func(p installed) bool {
			return p.url.Version != "" && (p.url.Version == wrote || p.version == wrote)
		},
	}
}

// purlQualifier compares one qualifier. A distribution may be written as a release
// of which the package's is a point release: debian-12 covers debian-12.13, and not
// debian-120.
func purlQualifier(key, wrote string) test {
	value := func(p installed) string {
		if i := slices.IndexFunc(p.url.Qualifiers, func(q packageurl.Qualifier) bool { return q.Key == key }); i >= 0 {
			return p.url.Qualifiers[i].Value
		}
		return ""
	}
	t := equal("purl "+key, wrote, value)
	if key == "distro" {
		t.holds = func(p installed) bool {
			found := value(p)
			return found != "" && (found == wrote || strings.HasPrefix(found, wrote+"."))
		}
	}
	// A new release of the distribution is as good a reason as a new version for
	// an entry to be done with.
	t.version = key == "distro" || key == "epoch"
	return t
}
