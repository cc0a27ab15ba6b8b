package policy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// maxNamed is how many findings or gaps a reason names before it only counts.
const maxNamed = 5

// reasons explains a verdict, the most important first. It works on copies in a
// fixed order, so that the order of the report does not show.
func reasons(rep *finding.Report, p Policy, v finding.Verdict) []string {
	findings := slices.Clone(rep.Findings)
	finding.Sort(findings)
	gaps := slices.Clone(rep.Gaps)
	finding.SortGaps(gaps)

	var lines []string
	for _, line := range []string{
		reasonMode(v),
		reasonSeverity(findings, p),
		reasonUnknown(findings, p),
		reasonOpenGaps(gaps),
		reasonNothingBreaks(findings, v),
		reasonSpared(findings, "only-fixable", "has no fix", "have no fix"),
		reasonSpared(findings, "scope", "is out of scope", "are out of scope"),
		reasonAcceptedGaps(gaps),
	} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// reasonMode says why a build passes that would not pass under block.
func reasonMode(v finding.Verdict) string {
	if v.Outcome == v.Judged {
		return ""
	}
	would := "would have failed"
	if v.Judged == finding.Inconclusive {
		would = "would have been inconclusive"
	}
	switch {
	case v.Mode == finding.Observe:
		return would + ", but the policy only observes"
	case v.EnforceFrom.IsZero():
		return would + ", but the policy only warns"
	}
	return fmt.Sprintf("%s, but the policy only warns until it blocks from %s", would, v.EnforceFrom.UTC().Format(time.DateOnly))
}

func reasonSeverity(findings []finding.Finding, p Policy) string {
	return reasonBreaking(findings, "severity", p.FailOn.String(), p)
}

func reasonUnknown(findings []finding.Finding, p Policy) string {
	return reasonBreaking(findings, "unknown", "unrated, which counts as "+p.FailOn.String(), p)
}

func reasonBreaking(findings []finding.Finding, rule, what string, p Policy) string {
	var names []string
	n := 0
	for _, f := range findings {
		if !f.Judgement.Breaks || f.Judgement.Rule != rule {
			continue
		}
		n++
		// The same package in two places is two findings and one name.
		if name := f.Package.Name + " " + f.ID; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if n == 0 {
		return ""
	}
	fixable := ""
	if p.OnlyFixable {
		fixable = plural(n, " and has a fix", " and have a fix")
	}
	return fmt.Sprintf("%s %s %s%s: %s", count(n, "finding"), plural(n, "is", "are"), what, fixable, few(names, ", "))
}

func reasonOpenGaps(gaps []finding.Gap) string {
	var texts []string
	for _, g := range gaps {
		if !g.Accepted {
			texts = append(texts, fmt.Sprintf("%s (%s)", g.Detail, g.Kind))
		}
	}
	if len(texts) == 0 {
		return ""
	}
	return "the scan is incomplete: " + few(texts, "; ")
}

func reasonNothingBreaks(findings []finding.Finding, v finding.Verdict) string {
	switch {
	case v.Breaking > 0:
		return ""
	case len(findings) == 0:
		return "nothing was found"
	}
	return fmt.Sprintf("%s the policy (%s)",
		plural(len(findings), "the one finding does not break", fmt.Sprintf("none of %d findings breaks", len(findings))), v.Threshold)
}

// reasonSpared counts the findings that a rule of the policy's choosing spared.
func reasonSpared(findings []finding.Finding, rule, one, many string) string {
	n := 0
	for _, f := range findings {
		if !f.Judgement.Breaks && f.Judgement.Rule == rule {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%s %s and %s not count", count(n, "finding"), plural(n, one, many), plural(n, "does", "do"))
}

func reasonAcceptedGaps(gaps []finding.Gap) string {
	var kinds []string
	n := 0
	for _, g := range gaps {
		if !g.Accepted {
			continue
		}
		n++
		if !slices.Contains(kinds, string(g.Kind)) {
			kinds = append(kinds, string(g.Kind))
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%s %s accepted: %s", count(n, "gap"), plural(n, "is", "are"), strings.Join(kinds, ", "))
}

// few joins the first of the words and counts the rest.
func few(words []string, separator string) string {
	if len(words) <= maxNamed {
		return strings.Join(words, separator)
	}
	return fmt.Sprintf("%s and %d more", strings.Join(words[:maxNamed], separator), len(words)-maxNamed)
}

func count(n int, noun string) string { return fmt.Sprintf("%d %s", n, plural(n, noun, noun+"s")) }

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
