package foreign

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
)

// Grype writes the entries that are in force for an image as .grype.yaml. What Grype
// would apply to more than imgscan does is left out, and said in a sentence each. A
// rule is about the identifier as it is written: Grype's include-aliases would also
// cover advisories that are about several vulnerabilities. Grype's rules have no end,
// and a sentence says when the file is out of date.
func Grype(files []*exceptions.File, img finding.Image, now time.Time) ([]byte, []string) {
	entries, lost := suppressing(files, img, now)
	var b strings.Builder
	var end time.Time // of the entry that ends first
	for _, e := range entries {
		rules, why := grypeEntry(e)
		if why != "" {
			lost = append(lost, e.ID+": "+why)
			continue
		}
		for _, r := range rules {
			r.write(&b)
		}
		for _, p := range e.Packages {
			if p.Source != "" {
				lost = append(lost, fmt.Sprintf("%s: it covers less there: for Grype, the package %s has no upstream-name", e.ID, quote(p.Source)))
			}
		}
		if end.IsZero() || e.Expires.Before(end) {
			end = e.Expires
		}
	}
	if b.Len() == 0 {
		return []byte(header(img) + "ignore: []\n"), lost
	}
	lost = append(lost, fmt.Sprintf("Grype's rules have no end: write the file again after %s", end.Format(time.DateOnly)))
	return []byte(header(img) + "ignore:\n" + b.String()), lost
}

// grypeRule is a rule as Grype has it; what is empty is not compared.
type grypeRule struct {
	vulnerability, fixState, reason         string
	name, version, kind, location, upstream string
}

// selects says whether the rule is about some packages only.
func (r grypeRule) selects() bool {
	return r.name+r.version+r.kind+r.location+r.upstream != ""
}

func (r grypeRule) write(b *strings.Builder) {
	first := "  - "
	field := func(indent, key, value string) {
		if value == "" {
			return
		}
		fmt.Fprintf(b, "%s%s: %s\n", cmp.Or(first, indent), key, yamlText(value))
		first = ""
	}
	field("    ", "vulnerability", r.vulnerability)
	field("    ", "fix-state", r.fixState)
	field("    ", "reason", r.reason)
	if !r.selects() {
		return
	}
	b.WriteString("    package:\n")
	field("      ", "name", r.name)
	field("      ", "version", r.version)
	field("      ", "type", r.kind)
	field("      ", "location", r.location)
	field("      ", "upstream-name", r.upstream)
}

// grypeEntry are the rules for one entry, or why there are none.
func grypeEntry(e *exceptions.Entry) (rules []grypeRule, why string) {
	states := []string{""}
	switch {
	case slices.Equal(e.ReviewWhen, []string{"fix_available"}):
		states = []string{"not-fixed", "wont-fix", "unknown"}
	case len(e.ReviewWhen) > 0:
		return nil, "it has to be reviewed when something happens, which the file cannot say: " + strings.Join(e.ReviewWhen, ", ")
	}
	selections := []grypeRule{{}} // any package
	if len(e.Packages) > 0 {
		selections = nil
	}
	for _, p := range e.Packages {
		some, why := selectForGrype(p)
		if why != "" {
			return nil, why
		}
		selections = append(selections, some...)
	}
	for _, id := range e.Vulnerabilities {
		for _, state := range states {
			for _, r := range selections {
				r.vulnerability, r.fixState, r.reason = canonical(id), state, statement(e)
				if id == "*" {
					r.vulnerability = ""
				}
				if id == "*" && !r.selects() {
					return nil, "it is about every vulnerability of every package"
				}
				rules = append(rules, r)
			}
		}
	}
	return rules, ""
}

// selectForGrype are the rules that select what a package of an entry does.
func selectForGrype(p exceptions.Package) (rules []grypeRule, why string) {
	r, versions, why := nameForGrype(p)
	if why != "" {
		return nil, why
	}
	locations := []string{""}
	if len(p.Paths) > 0 && !anywhere(p.Paths) {
		// Packages of a distribution have many more locations in Grype than one.
		if kind, known := kindOfPURL(cmp.Or(p.Type, purlTypeIn(p.PURL))); !known || ofDistribution(kind.purl) {
			return nil, "paths select other packages in Grype unless they are of a language"
		}
		locations = nil
		for _, glob := range p.Paths {
			locations = append(locations, "/"+strings.TrimPrefix(glob, "/"))
		}
	}
	for _, version := range versions {
		for _, location := range locations {
			r.version, r.location = version, location
			rules = append(rules, r)
		}
	}
	return rules, ""
}

// nameForGrype is the part of a rule that names a package, and the versions that it
// is for: an empty one is any.
func nameForGrype(p exceptions.Package) (r grypeRule, versions []string, why string) {
	name, purlType := p.Name, strings.ToLower(p.Type)
	versions = p.Versions
	if p.PURL != "" {
		url, ok := parsePURL(p.PURL)
		switch {
		case !ok:
			return r, nil, quote(p.PURL) + " is not a package URL"
		case name != "" && name != fullName(url), purlType != "" && purlType != url.Type:
			return r, nil, "its package has a name or a type besides its package URL"
		case len(versions) > 0 && url.Version != "":
			return r, nil, "its package has versions besides that of its package URL"
		case len(url.Qualifiers) > 0 || url.Subpath != "":
			return r, nil, "a rule cannot say the qualifiers of " + quote(p.PURL)
		}
		name, purlType = fullName(url), url.Type
		if url.Version != "" {
			versions = []string{url.Version}
		}
	}
	kind, known := kindOfPURL(purlType)
	switch {
	case purlType != "" && !known:
		return r, nil, "Grype has no type for " + quote(purlType)
	case name != "" && purlType == "":
		return r, nil, "without a type, the name " + quote(name) + " may be that of other packages in Grype"
	case name != "" && purlType == "maven":
		return r, nil, "Grype's names of Java packages lack the group"
	case slices.ContainsFunc(versions, func(v string) bool { return !isLiteral(v) }):
		return r, nil, "a version is a glob, which the file cannot say"
	}
	if len(versions) == 0 {
		versions = []string{""}
	}
	return grypeRule{name: escapeName(name), kind: kind.grype, upstream: escapeName(p.Source)}, versions, ""
}

func purlTypeIn(purl string) string {
	url, _ := parsePURL(purl)
	return url.Type
}

// escapeName is a name that Grype does not take for a regular expression, or for one
// that matches only the name.
func escapeName(name string) string {
	if strings.ContainsAny(name, grypeRegexp) {
		return regexp.QuoteMeta(name)
	}
	return name
}
