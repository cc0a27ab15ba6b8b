package foreign

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/strictyaml"
)

// trivySections are the lists of .trivyignore.yaml, the one that is read first.
var trivySections = []string{"vulnerabilities", "misconfigurations", "secrets", "licenses"}

// readTrivyYAML reads .trivyignore.yaml.
func readTrivyYAML(im *importer, src []byte) error {
	pairs, err := parseMapping(src)
	if err != nil {
		return err
	}
	for _, p := range pairs {
		switch {
		case p.Value.Kind == strictyaml.List && p.Key.Text == trivySections[0]:
			for _, item := range p.Value.Items {
				im.trivyItem(item)
			}
		case p.Value.Kind == strictyaml.List && slices.Contains(trivySections, p.Key.Text):
			im.lose(im.at(p.Key), "%d rules for %s: only vulnerabilities are judged here", len(p.Value.Items), p.Key.Text)
		case given(p.Value):
			im.lose(im.at(p.Key), "%s is nothing that Trivy reads", quote(p.Key.Text))
		}
	}
	return nil
}

// trivyItem reads one rule. Trivy wants the identifier, one of the paths and one of
// the package URLs to match.
func (im *importer) trivyItem(n *node) {
	id, place := scalar(get(n, "id")), im.at(n)
	about := "the rule for " + quote(id)
	paths, pathsOK := scalars(get(n, "paths"))
	purls, purlsOK := scalars(get(n, "purls"))
	switch {
	case n.Kind != strictyaml.Mapping || id == "":
		im.lose(place, "a rule without an id")
		return
	case !pathsOK || !purlsOK:
		im.leaveOut(place, about, "paths and purls have to be lists of texts")
		return
	}
	for _, key := range unknown(n, "id", "paths", "purls", "expired_at", "statement") {
		im.lose(im.at(key), "%s of %s is nothing that Trivy reads", quote(key.Text), about)
	}
	r := rule{place: place, vulnerability: id, decision: finding.RiskAccepted, reason: scalar(get(n, "statement"))}
	if at := get(n, "expired_at"); given(at) {
		end, ok := parseTime(scalar(at))
		if !ok {
			im.leaveOut(place, about, "expired_at: %s is no date", quote(at.Text))
			return
		}
		r.end = end
	}
	packages, why := trivyPackages(paths, purls)
	if why != "" {
		im.leaveOut(place, about, "%s", why)
		return
	}
	r.packages = packages
	im.add(r)
}

// trivyPackages are the packages that have one of the paths and one of the package
// URLs, or why they cannot be named.
func trivyPackages(paths, purls []string) ([]exceptions.Package, string) {
	if len(paths) > maxListed || len(purls) > maxListed {
		return nil, fmt.Sprintf("it lists more than %d paths or package URLs", maxListed)
	}
	if slices.Contains(paths, "**") {
		paths = nil
	}
	paths = unique(paths)
	for _, glob := range paths {
		switch {
		case !isGlobText(glob):
			return nil, quote(glob) + " is not a path"
		case strings.HasPrefix(glob, "/"):
			return nil, "the path " + quote(glob) + " begins with a slash, so that it matches nothing in Trivy and would match here"
		case len(purls) == 0 && reachesDatabase(glob):
			return nil, "the path " + quote(glob) + " would also cover the packages of the distribution, which have no path in Trivy"
		}
	}
	if len(purls) == 0 {
		if len(paths) == 0 {
			return nil, ""
		}
		return []exceptions.Package{{Paths: paths}}, ""
	}
	var packages []exceptions.Package
	for _, wrote := range unique(purls) {
		url, ok := parsePURL(wrote)
		switch {
		case !ok:
			return nil, quote(wrote) + " is not a package URL"
		case len(paths) > 0 && ofDistribution(url.Type):
			return nil, "packages of the distribution such as " + quote(wrote) + " have no path in Trivy"
		case ofDistribution(url.Type) && strings.Contains(url.Version, ":"):
			return nil, quote(wrote) + " has an epoch in its version, so that it matches nothing in Trivy and would match here"
		case coarseRelease(url):
			return nil, quote(wrote) + " names a release that would also cover its point releases here"
		}
		packages = append(packages, exceptions.Package{PURL: wrote, Paths: paths})
	}
	return packages, ""
}

// databases are where distributions list their packages, which is the path that a
// package of the distribution has here.
var databases = []string{
	"lib/apk/db/installed", "usr/lib/apk/db/installed",
	"var/lib/dpkg/status", "var/lib/dpkg/status.d/base",
	"var/lib/rpm/Packages", "var/lib/rpm/Packages.db", "var/lib/rpm/rpmdb.sqlite", "var/lib/rpmmanifest/container-manifest-2",
	"usr/lib/sysimage/rpm/Packages", "usr/lib/sysimage/rpm/Packages.db", "usr/lib/sysimage/rpm/rpmdb.sqlite",
	"usr/share/rpm/Packages", "usr/share/rpm/Packages.db", "usr/share/rpm/rpmdb.sqlite",
}

// reachesDatabase says whether a glob of paths may match the database of a
// distribution's packages.
func reachesDatabase(glob string) bool {
	// Files of this folder have any name.
	if strings.HasPrefix(glob, "var/lib/dpkg/") {
		return true
	}
	return slices.ContainsFunc(databases, func(database string) bool {
		matched, err := doublestar.Match(glob, database)
		return matched || err != nil
	})
}

// isGlobText says whether a text can be a glob in an entry.
func isGlobText(s string) bool {
	return s != "" && len(s) <= maxText && plain(s, maxText) == s && doublestar.ValidatePattern(s)
}

const (
	maxText   = 1000 // bytes of a glob or a name that is carried over
	maxListed = 200  // paths, or package URLs, of one rule
)

// unique are the texts without those that are there twice.
func unique(texts []string) []string {
	var all []string
	for _, s := range texts {
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}
