package foreign

import (
	"fmt"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/strictyaml"
)

// grypeFilters are settings of Grype's that hide findings and are no rules.
var grypeFilters = []string{"exclude", "only-fixed", "only-notfixed", "ignore-wontfix", "ignore-states", "vex-add", "vex-documents"}

// readGrype reads the ignore rules of .grype.yaml, as grype/match/ignore.go applies
// them: all that a rule says must hold, and the rule has no end.
func readGrype(im *importer, src []byte) error {
	pairs, err := parseMapping(src)
	if err != nil {
		return err
	}
	for _, p := range pairs {
		switch key := p.Key.Text; {
		case key == "ignore" && p.Value.Kind == strictyaml.List:
			for _, item := range p.Value.Items {
				im.grypeRule(item)
			}
		case key == "ignore" && given(p.Value):
			im.lose(im.at(p.Key), "ignore is not a list")
		case slices.Contains(grypeFilters, key) && given(p.Value):
			im.lose(im.at(p.Key), "%s is no rule for a vulnerability or a package", key)
		}
	}
	return nil
}

func (im *importer) grypeRule(n *node) {
	place := im.at(n)
	if n.Kind != strictyaml.Mapping {
		im.lose(place, "a rule that is not a mapping")
		return
	}
	id, pkg := scalar(get(n, "vulnerability")), get(n, "package")
	packages, why := grypePackages(pkg)
	switch {
	case why != "":
	case id == "" && len(packages) == 0:
		why = "it names neither a vulnerability nor a package"
	default:
		why = unsaidByGrype(n)
	}
	if why != "" {
		about := "the rule for every vulnerability"
		if id != "" {
			about = "the rule for " + quote(id)
		}
		im.leaveOut(place, about, "%s", why)
		return
	}
	im.add(rule{place: place, vulnerability: id, packages: packages, decision: finding.RiskAccepted, reason: scalar(get(n, "reason"))})
}

// unsaidByGrype is a condition of a rule that an entry cannot have, and without
// which it would cover more; empty when there is none.
func unsaidByGrype(n *node) string {
	for _, key := range []string{"namespace", "fix-state", "match-type", "vex-status", "vex-justification"} {
		if v := get(n, key); given(v) && scalar(v) != "" {
			return fmt.Sprintf("an entry has no %s (%s)", key, quote(scalar(v)))
		} else if given(v) && !isScalar(v) {
			return key + " is not a text"
		}
	}
	known := []string{"vulnerability", "include-aliases", "reason", "namespace", "fix-state", "package", "match-type", "vex-status", "vex-justification"}
	if keys := unknown(n, known...); len(keys) > 0 {
		return quote(keys[0].Text) + " is not known here"
	}
	return ""
}

// grypePackages are the packages of a rule, or why they cannot be named. Nil means
// any.
func grypePackages(n *node) ([]exceptions.Package, string) {
	if !given(n) {
		return nil, ""
	}
	if n.Kind != strictyaml.Mapping {
		return nil, "its package is not a mapping"
	}
	known := []string{"name", "version", "language", "type", "location", "upstream-name"}
	if keys := unknown(n, known...); len(keys) > 0 {
		return nil, quote(keys[0].Text) + " of a package is not known here"
	}
	value := make(map[string]string)
	for _, key := range known {
		v := get(n, key)
		text := scalar(v)
		switch {
		case given(v) && (!isScalar(v) || plain(text, maxText) != text):
			return nil, key + " is not a text of one line"
		case text != "":
			value[key] = text
		}
	}
	if len(value) == 0 {
		return nil, ""
	}
	return grypePackage(value)
}

func grypePackage(value map[string]string) ([]exceptions.Package, string) {
	var p exceptions.Package
	var ok bool
	if p.Type, ok = purlTypeOf(value["type"], value["language"]); !ok {
		return nil, fmt.Sprintf("no type of package is exactly what it says (%s)", quote(strings.TrimSpace(value["type"]+" "+value["language"])))
	}
	if v := value["version"]; v != "" {
		p.Versions = []string{literalGlob(v)}
	}
	if glob := value["location"]; glob != "" {
		if !isGlobText(glob) || !strings.HasPrefix(glob, "/") && !strings.HasPrefix(glob, "**/") && glob != "**" {
			return nil, "the location " + quote(glob) + " is not a path from the root"
		}
		p.Paths = []string{glob}
	}
	names, namesOK := grypeNames(value["name"])
	sources, sourcesOK := grypeNames(value["upstream-name"])
	switch {
	case !namesOK:
		return nil, "the name " + quote(value["name"]) + " is a regular expression"
	case !sourcesOK:
		return nil, "the upstream-name " + quote(value["upstream-name"]) + " is a regular expression"
	case len(sources) > 0 && len(names) == 0:
		// Grype gives a package that has the name of its source package no upstream.
		return nil, "an entry for the source package " + quote(value["upstream-name"]) + " would also cover the package of that name"
	}
	var packages []exceptions.Package
	for _, name := range orOne(names, "") {
		for _, source := range orOne(sources, "") {
			if source != "" && source == name {
				return nil, "an entry for the source package " + quote(source) + " would also cover the package of that name"
			}
			p := p
			p.Name, p.Source = name, source
			if name == "" && source == "" && len(p.Paths) == 0 {
				p.Paths = []string{"**"} // an entry has to select by more than a type or a version
			}
			packages = append(packages, p)
		}
	}
	return packages, ""
}

// orOne are the texts, or the one that stands for none.
func orOne(texts []string, one string) []string {
	if len(texts) == 0 {
		return []string{one}
	}
	return texts
}

// grypeNames are the names that a pattern of Grype's matches: itself, unless it has
// characters that make Grype take it for a regular expression.
func grypeNames(pattern string) (names []string, ok bool) {
	switch {
	case pattern == "":
		return nil, true
	case !strings.ContainsAny(pattern, grypeRegexp):
		return []string{pattern}, true
	}
	return literals(pattern)
}

// grypeRegexp are the characters that make a name a regular expression for Grype.
const grypeRegexp = `^$*+?[](){}|\`

// literalGlob is the glob that matches only a text.
func literalGlob(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune(`*?[]{}\`, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
