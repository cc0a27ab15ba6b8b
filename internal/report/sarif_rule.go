package report

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/owenrumney/go-sarif/v2/sarif"

	"github.com/org/imgscan-action/internal/finding"
)

// maxRuleText is GitHub's limit for a rule's descriptions. GitHub counts
// characters; we count bytes, which are never fewer.
const maxRuleText = 1024

// maxRuleID bounds a rule's identifier, in bytes; only hostile names come near.
const maxRuleID = 255

// maxTags is how many of a rule's tags GitHub keeps.
const maxTags = 10

// ruleID is one rule per vulnerability and package, because GitHub takes an
// alert's severity and help from its rule, and both belong to that pair.
func ruleID(f finding.Finding) string {
	return cutBytes(clean(strings.Join([]string{f.ID, f.Package.Type, f.Package.Name}, "-")), maxRuleID)
}

// newRules describes each rule that the findings need, in the order of the
// first finding of each. index finds a rule by its identifier.
func newRules(l finding.Lineage, findings []finding.Finding) (rules []*sarif.ReportingDescriptor, index map[string]int) {
	rules = []*sarif.ReportingDescriptor{} // GitHub requires the list, empty or not
	index = make(map[string]int)
	for _, f := range findings {
		id := ruleID(f)
		i, known := index[id]
		if !known {
			i = len(rules)
			index[id] = i
			rules = append(rules, newRule(id, l, f))
		}
		if rule := rules[i]; level(f) == "error" {
			rule.DefaultConfiguration.Level = "error"
		}
	}
	return rules, index
}

// newRule describes the rule by its first finding: findings are sorted, so that
// is its worst.
func newRule(id string, l finding.Lineage, f finding.Finding) *sarif.ReportingDescriptor {
	title := fmt.Sprintf("%s in %s", sarifInk.code(f.ID), sarifInk.code(f.Package.Name))
	if f.Title != "" {
		title += ": " + sarifInk.text(f.Title)
	}
	description := cmp.Or(sarifInk.text(f.Description), title)
	properties := sarif.Properties{
		"precision": "very-high",
		"tags":      tags(f),
	}
	if score, rated := securitySeverity(f.Rating); rated {
		properties["security-severity"] = score
	}
	rule := sarif.NewRule(id).
		WithName(ruleName(f)).
		WithShortDescription(sarif.NewMultiformatMessageString(cutBytes(title, maxRuleText))).
		WithFullDescription(sarif.NewMultiformatMessageString(cutBytes(description, maxRuleText))).
		WithHelp(sarif.NewMultiformatMessageString(help(l, f, sarifInk)).WithMarkdown(help(l, f, markdownInk))).
		WithDefaultConfiguration(sarif.NewReportingConfiguration().WithLevel(level(f))).
		WithProperties(properties)
	if webAddress.MatchString(f.URL) {
		rule.WithHelpURI(f.URL)
	}
	return rule
}

// webAddress is what may stand as a rule's help address: readers of SARIF make a
// link of it.
var webAddress = regexp.MustCompile(`^https://[A-Za-z0-9.-]+(/[A-Za-z0-9._~/?&=%#+-]*)?$`)

func ruleName(f finding.Finding) string {
	if f.Package.Class == finding.ClassLanguage {
		return "VulnerableLanguagePackage"
	}
	return "VulnerableOSPackage"
}

var cweID = regexp.MustCompile(`^CWE-(\d{1,5})$`)

// tags are what an alert can be filtered by. The CWE tags are spelled as
// CodeQL's are, which GitHub knows.
func tags(f finding.Finding) []string {
	list := []string{"security", "vulnerability", cmp.Or(clean(f.Package.Type), "package")}
	for _, cwe := range f.CWEs {
		if m := cweID.FindStringSubmatch(cwe); m != nil && len(list) < maxTags {
			list = append(list, "external/cwe/cwe-"+fmt.Sprintf("%03s", m[1]))
		}
	}
	return list
}

// securitySeverity is the number that GitHub makes its severity badge of. It is
// the score, moved into the band of the severity that the policy judged, so that
// the badge and the exit code never disagree. Bands are GitHub's: over 9.0
// critical, 7.0 to 8.9 high, 4.0 to 6.9 medium, 0.1 to 3.9 low; 9.0 itself is
// avoided. A rating that is only a word gets the middle of its band. None and
// unknown have no band: GitHub then shows the level.
func securitySeverity(r finding.Rating) (score string, rated bool) {
	bands := map[finding.Severity]struct{ least, most float64 }{
		finding.Critical: {9.1, 10},
		finding.High:     {7.0, 8.9},
		finding.Medium:   {4.0, 6.9},
		finding.Low:      {0.1, 3.9},
	}
	band, rated := bands[r.Severity]
	if !rated {
		return "", false
	}
	number := (band.least + band.most) / 2
	if r.Score > 0 && !math.IsNaN(r.Score) {
		number = min(max(r.Score, band.least), band.most)
	}
	// Rounding to one decimal could leave the band only upwards, at 8.9x.
	return strconv.FormatFloat(math.Min(math.Round(number*10)/10, band.most), 'f', 1, 64), true
}

// help is the page that GitHub shows for an alert: what it is and what to do. A
// rule is about a package wherever it is, so the lines are left to the results.
func help(l finding.Lineage, f finding.Finding, in ink) string {
	f.Origin.Manifests, f.Origin.Instruction, f.Origin.Asked = nil, finding.Instruction{}, ""
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", fixWords(l, f, in))
	for _, line := range []struct{ label, value string }{
		{"Vulnerability", in.code(f.ID)},
		{"Also known as", joined(f.Aliases, in)},
		{"Package", in.code(f.Package.Name) + " (" + in.text(f.Package.Type) + ")"},
		{"Severity", f.Rating.Severity.String() + ", " + in.text(ratingWords(f.Rating))},
		{"Rated anew", beforeWords(f, in)},
		{"Source of the advisory", in.text(f.Advisory.Name)},
		{"More", in.code(f.URL)},
	} {
		if line.value != "" {
			fmt.Fprintf(&b, "- %s: %s\n", line.label, line.value)
		}
	}
	return b.String()
}
