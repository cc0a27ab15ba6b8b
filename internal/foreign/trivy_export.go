package foreign

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/package-url/packageurl-go"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
)

// Trivyignore writes the entries that are in force for an image as
// .trivyignore.yaml, as pkg/result/ignore.go of Trivy reads it. What Trivy would
// apply to more than imgscan does is left out, and said in a sentence each. Trivy
// knows neither review_when nor kev_ack: entries with the former are left out, and
// nothing of the file yields to a vulnerability's being exploited.
func Trivyignore(files []*exceptions.File, img finding.Image, now time.Time) ([]byte, []string) {
	entries, lost := suppressing(files, img, now)
	var b strings.Builder
	for _, e := range entries {
		text, why := trivyEntry(e, img)
		if why != "" {
			lost = append(lost, e.ID+": "+why)
			continue
		}
		b.WriteString(text)
		for _, p := range e.Packages {
			if less := lessInTrivy(p); less != "" {
				lost = append(lost, e.ID+": it covers less there: "+less)
			}
		}
	}
	if b.Len() == 0 {
		return []byte(header(img) + "vulnerabilities: []\n"), lost
	}
	return []byte(header(img) + "vulnerabilities:\n" + b.String()), lost
}

// trivyEntry are the rules for one entry, or why there are none.
func trivyEntry(e *exceptions.Entry, img finding.Image) (text, why string) {
	switch {
	case len(e.ReviewWhen) > 0:
		return "", "it has to be reviewed when something happens, which the file cannot say: " + strings.Join(e.ReviewWhen, ", ")
	case slices.Contains(e.Vulnerabilities, "*"):
		return "", "it is about every vulnerability, which the file cannot say"
	}
	selections := []trivySelection{{}} // any package
	if len(e.Packages) > 0 {
		selections = nil
	}
	for _, p := range e.Packages {
		s, why := selectForTrivy(p, img)
		if why != "" {
			return "", why
		}
		selections = append(selections, s)
	}
	var b strings.Builder
	for _, id := range e.Vulnerabilities {
		for _, s := range selections {
			fmt.Fprintf(&b, "  - id: %s\n", yamlText(canonical(id)))
			writeList(&b, "purls", s.purls)
			writeList(&b, "paths", s.paths)
			// Trivy's rule ends at the beginning of the day that it names.
			fmt.Fprintf(&b, "    expired_at: %s\n", e.Expires.AddDate(0, 0, 1).Format(time.DateOnly))
			fmt.Fprintf(&b, "    statement: %s\n", yamlText(statement(e)))
		}
	}
	return b.String(), ""
}

func writeList(b *strings.Builder, key string, texts []string) {
	if len(texts) == 0 {
		return
	}
	fmt.Fprintf(b, "    %s:\n", key)
	for _, s := range texts {
		fmt.Fprintf(b, "      - %s\n", yamlText(s))
	}
}

// trivySelection is what a rule of Trivy's selects packages by: one of each list,
// and anything for an empty one.
type trivySelection struct{ purls, paths []string }

func selectForTrivy(p exceptions.Package, img finding.Image) (s trivySelection, why string) {
	if !anywhere(p.Paths) {
		for _, glob := range p.Paths {
			glob = strings.TrimPrefix(glob, "/")
			if coversTarget(glob, img) {
				return s, "the path " + quote(glob) + " also matches what Trivy calls a whole result"
			}
			s.paths = append(s.paths, glob)
		}
	}
	if p.PURL == "" {
		if p.Name != "" || p.Source != "" || p.Type != "" || len(p.Versions) > 0 {
			return s, "it selects packages by something other than package URLs and paths, which the file cannot say"
		}
		return s, ""
	}
	url, ok := parsePURL(p.PURL)
	switch {
	case !ok:
		return s, quote(p.PURL) + " is not a package URL"
	case p.Source != "":
		return s, "it selects packages by their source package, which the file cannot say"
	case p.Name != "" && p.Name != fullName(url):
		return s, "its package has a name besides its package URL, which the file cannot say"
	case p.Type != "" && !strings.EqualFold(p.Type, url.Type):
		return s, "its package has a type besides its package URL, which the file cannot say"
	case len(p.Versions) > 0 && url.Version != "":
		return s, "its package has versions besides that of its package URL, which the file cannot say"
	}
	versions := p.Versions
	if len(versions) == 0 {
		versions = []string{url.Version}
	}
	for _, version := range versions {
		if !isLiteral(version) {
			return s, "the version " + quote(version) + " is a glob, which the file cannot say"
		}
		s.purls = append(s.purls, versioned(url, version))
	}
	return s, ""
}

// lessInTrivy is why Trivy's rule selects fewer packages than the entry; empty when it
// selects the same.
func lessInTrivy(p exceptions.Package) string {
	if url, ok := parsePURL(p.PURL); ok && coarseRelease(url) {
		return "Trivy compares the release in " + quote(p.PURL) + " exactly"
	}
	if !anywhere(p.Paths) && slices.ContainsFunc(p.Paths, func(glob string) bool { return reachesDatabase(strings.TrimPrefix(glob, "/")) }) {
		return "packages of the distribution have no path in Trivy"
	}
	return ""
}

// versioned is the package URL of a version as package managers print it. dpkg and
// rpm put an epoch before the version, and package URLs put it into a qualifier.
func versioned(url packageurl.PackageURL, version string) string {
	epoch, rest, found := strings.Cut(version, ":")
	if found && ofDistribution(url.Type) {
		version = rest
		if _, has := url.Qualifiers.Map()["epoch"]; !has {
			url.Qualifiers = append(slices.Clone(url.Qualifiers), packageurl.Qualifier{Key: "epoch", Value: epoch})
		}
	}
	return packageurl.NewPackageURL(url.Type, url.Namespace, url.Name, version, url.Qualifiers, url.Subpath).ToString()
}

// fullName is the name of a package with what package URLs keep apart.
func fullName(url packageurl.PackageURL) string {
	switch {
	case url.Namespace == "" || ofDistribution(url.Type):
		return url.Name
	case url.Type == "maven":
		return url.Namespace + ":" + url.Name
	}
	return url.Namespace + "/" + url.Name
}

// coversTarget says whether a glob matches what stands where Trivy has no file: the
// name of a whole result, or nothing.
func coversTarget(glob string, img finding.Image) bool {
	targets := []string{"", "Node.js", "Python", "Ruby", "Java", "Conda", img.Ref + " (debian 12)", img.Name + " (debian 12)"}
	return slices.ContainsFunc(targets, func(target string) bool {
		matched, err := doublestar.Match(glob, target)
		return matched || err != nil
	})
}
