package foreign

import (
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/package-url/packageurl-go"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
)

// subject is what an alert is about, in the words of an entry.
type subject struct {
	vulnerability string
	images        []string
	pkg           exceptions.Package
}

// about takes the identity of an alert apart, which package report puts together: the
// rule is "VULNERABILITY-TYPE-NAME", the category "imgscan/IMAGE/PLATFORM/SIDE/", and
// the path either a file of the repository or that of the package below the name of
// the image. Why says what cannot be told.
//
// A distribution's package is in an image once. One of a language may be there in
// several places, of which the alert is about one: where its path is the
// repository's, only a report of the image says which.
func (a alert) about(reports []*finding.Report) (s subject, why string) {
	images := imagesOf(a.Instance.Category)
	if len(images) == 0 {
		return s, "its category " + quote(a.Instance.Category) + " is not one of an image and a platform"
	}
	names := a.names()
	switch len(names) {
	case 0:
		return s, "its rule does not name a vulnerability and a package of a type that is known here"
	case 1:
	default:
		return s, "its rule may name several packages"
	}
	pkg, ok := names[0].pkg()
	if !ok {
		return s, "its rule does not name a package that there can be"
	}
	s = subject{names[0].vulnerability, images, pkg}
	if ofDistribution(names[0].alertType.purl) {
		return s, ""
	}
	if in, file, ok := a.fileIn(images); ok {
		s.images, s.pkg.Paths = in, []string{literalGlob(file)}
		return s, ""
	}
	shown := quote(a.Instance.Location.Path)
	switch paths := places(reports, images, a.Rule.ID); {
	case len(paths) == 0:
		return s, "it is shown at " + shown + ", and where in the image the package is, a report of the image would say (--report)"
	case len(paths) > 1:
		return s, fmt.Sprintf("it is shown at %s, and the image has the package in %d places", shown, len(paths))
	case !isPath(paths[0]):
		return s, "the path of its package, " + quote(paths[0]) + ", is none that an entry can have"
	default:
		s.pkg.Paths = []string{literalGlob(paths[0])}
		return s, ""
	}
}

// isPath says whether a path in an image can be one in an entry, and leads nowhere
// else.
func isPath(s string) bool {
	return s != "" && path.Clean("/"+s) == "/"+s && plain(s, maxText) == s
}

var alertCategory = regexp.MustCompile(`^imgscan/([A-Za-z0-9._/-]+)/(?:linux|windows|darwin|freebsd)/[a-z0-9_]+(?:/v[0-9.a-z]+)?/(?:app|base)/?$`)

// imagesOf are the names that an image of a category may have; empty when it is not a
// category of ours. Entries know no platform, so that one of an image is the image.
func imagesOf(category string) []string {
	m := alertCategory.FindStringSubmatch(category)
	if m == nil {
		return nil
	}
	images := []string{m[1]}
	// The colon of a port is a dash in a category.
	if host := dashedPort.FindStringSubmatch(m[1]); host != nil {
		images = append(images, host[1]+":"+host[2])
	}
	return images
}

var dashedPort = regexp.MustCompile(`^([^/]+)-([0-9]{2,5}/.+)$`)

// A named package is one way to read the rule of an alert.
type named struct {
	vulnerability string
	alertType     alertType
	name          string
}

// pkg is the package in any version and place; ok is false when there is no such
// package.
func (n named) pkg() (p exceptions.Package, ok bool) {
	if n.alertType.namespace == "" {
		return exceptions.Package{Name: n.name, Type: n.alertType.purl}, true
	}
	// The same package of another distribution has another rule.
	wrote := packageurl.NewPackageURL(n.alertType.purl, n.alertType.namespace, n.name, "", nil, "").ToString()
	url, ok := parsePURL(wrote)
	p.PURL = url.ToString()
	if url.Name != n.name {
		p.Name = n.name // package URLs do not tell some names apart
	}
	return p, ok
}

// names are the ways to read the rule. The tags of a rule have the type, unless
// GitHub leaves them out.
func (a alert) names() []named {
	id := a.Rule.ID
	if plain(id, maxText) != id || strings.ContainsAny(id, "…\uFFFD") {
		return nil // it was cut or cleaned when it was written
	}
	var tagged, all []named
	for _, t := range alertTypes {
		infix := "-" + t.name + "-"
		for i := range id {
			if !strings.HasPrefix(id[i:], infix) {
				continue
			}
			n := named{id[:i], t, id[i+len(infix):]}
			if n.name == "" || !isVulnerability(n.vulnerability) || !isWhole(n.vulnerability) {
				continue
			}
			all = append(all, n)
			if slices.Contains(a.Rule.Tags, t.name) {
				tagged = append(tagged, n)
			}
		}
	}
	if len(tagged) > 0 {
		return tagged
	}
	return all
}

// isWhole is false for an identifier of a well-known kind that has more to it, which
// is then part of what follows.
func isWhole(id string) bool {
	for prefix, form := range wholeIDs {
		if strings.HasPrefix(id, prefix) {
			return form.MatchString(id)
		}
	}
	return true
}

var wholeIDs = map[string]*regexp.Regexp{
	"CVE-":  regexp.MustCompile(`^CVE-[0-9]+-[0-9]+$`),
	"TEMP-": regexp.MustCompile(`^TEMP-[0-9]+-[0-9A-F]+$`),
	"GHSA-": regexp.MustCompile(`^GHSA(-[0-9a-z]{4}){3}$`),
}

// alertType is a type that packages have in rules: the family of a distribution, or
// what was read of a language. A package URL of the type has purl and, of a
// distribution, namespace.
type alertType struct{ name, purl, namespace string }

// alertTypes are Trivy's, and a test compares.
var alertTypes = []alertType{
	{"alma", "rpm", "alma"},
	{"alpine", "apk", "alpine"},
	{"amazon", "rpm", "amazon"},
	{"azurelinux", "rpm", "azurelinux"},
	{"cbl-mariner", "rpm", "cbl-mariner"},
	{"centos", "rpm", "centos"},
	{"chainguard", "apk", "chainguard"},
	{"coreos", "rpm", "coreos"},
	{"debian", "deb", "debian"},
	{"echo", "deb", "echo"},
	{"fedora", "rpm", "fedora"},
	{"minimos", "apk", "minimos"},
	{"opensuse", "rpm", "opensuse"},
	{"opensuse-leap", "rpm", "opensuse"},
	{"opensuse-tumbleweed", "rpm", "opensuse"},
	{"oracle", "rpm", "oracle"},
	{"photon", "rpm", "photon"},
	{"redhat", "rpm", "redhat"},
	{"rocky", "rpm", "rocky"},
	{"slem", "rpm", "suse"},
	{"sles", "rpm", "suse"},
	{"ubuntu", "deb", "ubuntu"},
	{"wolfi", "apk", "wolfi"},

	{"bitnami", "bitnami", ""},
	{"bun", "npm", ""},
	{"bundler", "gem", ""},
	{"cargo", "cargo", ""},
	{"composer", "composer", ""},
	{"composer-vendor", "composer", ""},
	{"conan", "conan", ""},
	{"conda-environment", "conda", ""},
	{"conda-pkg", "conda", ""},
	{"dotnet-core", "nuget", ""},
	{"gemspec", "gem", ""},
	{"gobinary", "golang", ""},
	{"gomod", "golang", ""},
	{"gradle", "maven", ""},
	{"hex", "hex", ""},
	{"jar", "maven", ""},
	{"julia", "julia", ""},
	{"node-pkg", "npm", ""},
	{"npm", "npm", ""},
	{"nuget", "nuget", ""},
	{"packages-props", "nuget", ""},
	{"pip", "pypi", ""},
	{"pipenv", "pypi", ""},
	{"pnpm", "npm", ""},
	{"poetry", "pypi", ""},
	{"pom", "maven", ""},
	{"pub", "pub", ""},
	{"pylock", "pypi", ""},
	{"python-pkg", "pypi", ""},
	{"rustbinary", "cargo", ""},
	{"sbt", "maven", ""},
	{"swift", "swift", ""},
	{"uv", "pypi", ""},
	{"yarn", "npm", ""},
}

// fileIn is the path of the package in the image, and the names that the image may
// have then; ok is false when the alert is shown at a file of the repository. A path
// in an image has no lines and is shown at the first.
func (a alert) fileIn(images []string) (names []string, file string, ok bool) {
	at := a.Instance.Location
	if at.StartLine > 1 || at.EndLine > 1 {
		return nil, "", false
	}
	shown := at.Path
	// GitHub does not say whether it decodes what it was given.
	if decoded, err := url.PathUnescape(shown); err == nil {
		shown = decoded
	}
	if base := strings.ToLower(path.Base(shown)); strings.Contains(base, "dockerfile") || strings.Contains(base, "containerfile") {
		return nil, "", false
	}
	for _, image := range images {
		rest, found := strings.CutPrefix(shown, withoutHost(image)+"/")
		if !found || !isPath(rest) {
			continue
		}
		if file != "" && rest != file {
			return nil, "", false
		}
		names, file = append(names, image), rest
	}
	return names, file, file != ""
}

// withoutHost is the name of an image as paths of alerts begin with it.
func withoutHost(image string) string {
	host, rest, found := strings.Cut(image, "/")
	if found && (strings.ContainsAny(host, ".:") || host == "localhost") {
		return rest
	}
	return image
}

// places are the paths at which reports of an image have the package of a rule, each
// once; empty for a package that has none.
func places(reports []*finding.Report, images []string, rule string) []string {
	var paths []string
	for _, rep := range reports {
		if !slices.Contains(images, rep.Image.Name) {
			continue
		}
		for _, f := range rep.Findings {
			p := f.Package
			if strings.Join([]string{f.ID, p.Type, p.Name}, "-") == rule && !slices.Contains(paths, p.Path) {
				paths = append(paths, p.Path)
			}
		}
	}
	return paths
}
