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
func reasons(rep *finding.Report, p Policy, v finding.Verdict, now time.Time) []string {
	findings := slices.Clone(rep.Findings)
	finding.Sort(findings)
	gaps := slices.Clone(rep.Gaps)
	finding.SortGaps(gaps)

	unusedFirst, unusedLast := "", reasonUnused(rep.Triage.Unused, p)
	if p.failsUnused(rep.Triage.Unused) {
		unusedFirst, unusedLast = unusedLast, ""
	}
	all := []string{reasonMode(rep, p, v, now)}
	all = append(all, reasonsAlways(findings, p)...)
	all = append(all, reasonsBreaking(findings, rep.Lineage, p)...)
	all = append(all,
		reasonHeld(v),
		unusedFirst,
		reasonNoComparison(rep, p),
		reasonOpenGaps(gaps),
		reasonNothingBreaks(findings, v),
		reasonSpared(findings, "decision", "is covered by a decision", "are covered by decisions"),
		reasonSpared(findings, "only-fixable", "has no fix", "have no fix"),
		reasonSpared(findings, "baseline", "is in "+p.Baseline.String(), "are in "+p.Baseline.String()),
		reasonGrace(findings),
		reasonSpared(findings, "change", "is not of this change", "are not of this change"),
		reasonSpared(findings, "scope", "is out of scope", "are out of scope"),
		reasonOtherSide(findings, p),
		reasonAcceptedGaps(gaps, p),
		reasonCommonGaps(gaps, p),
		unusedLast,
	)
	var lines []string
	for _, line := range all {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// reasonMode says why a build passes that would not pass if everything were
// blocked.
func reasonMode(rep *finding.Report, p Policy, v finding.Verdict, now time.Time) string {
	if v.Outcome == v.Judged {
		return ""
	}
	would := "would have failed"
	if v.Judged == finding.Inconclusive {
		would = "would have been inconclusive"
	}
	held := p.held(rep, v, now)
	switch {
	case !same(held, func(f force) finding.Mode { return f.at(now) }):
		return would + ", but the policy only observes or warns"
	case held[0].at(now) == finding.Observe:
		return would + ", but the policy only observes"
	case held[0].from.IsZero() || !same(held, func(f force) int64 { return f.from.Unix() }):
		return would + ", but the policy only warns"
	}
	return fmt.Sprintf("%s, but the policy only warns until it blocks from %s", would, date(held[0].from))
}

// held is how much those things stop that break the policy and stop nothing now.
func (p Policy) held(rep *finding.Report, v finding.Verdict, now time.Time) []force {
	var all []force
	for _, f := range rep.Findings {
		if f.Judgement.Breaks && f.Judgement.Mode != finding.Block {
			all = append(all, p.forceOn(newSubject(f, rep, now)))
		}
	}
	if len(all) == 0 || (p.failsUnused(rep.Triage.Unused) && v.Mode != finding.Block) {
		all = append(all, p.forceOnImage(rep.Image))
	}
	return all
}

// same says whether all of them have the same trait.
func same[T any, U comparable](all []T, trait func(T) U) bool {
	return !slices.ContainsFunc(all, func(one T) bool { return trait(one) != trait(all[0]) })
}

// reasonsAlways names what breaks the policy whatever its severity.
func reasonsAlways(findings []finding.Finding, p Policy) []string {
	likely := fmt.Sprintf("likely to be exploited (EPSS %s or more)", score(p.EPSSFailAt))
	return []string{
		reasonBreaking(findings, "finding", "kev", "known to be exploited", false),
		reasonBreaking(findings, "finding", "bod-26-04", "past the deadline of BOD 26-04", false),
		reasonBreaking(findings, "finding", "epss", likely, false),
	}
}

// reasonHeld counts what breaks the policy and stops nothing, where something
// else does.
func reasonHeld(v finding.Verdict) string {
	held := v.Breaking - v.Blocking
	if v.Blocking == 0 || held == 0 {
		return ""
	}
	return fmt.Sprintf("%d of these %d %s: the policy only observes or warns there", held, v.Breaking, plural(held, "stops nothing", "stop nothing"))
}

// reasonGrace counts what is new, and says when the first of it counts.
func reasonGrace(findings []finding.Finding) string {
	n := 0
	var first time.Time
	for _, f := range findings {
		if !f.Judgement.Breaks && f.Judgement.Rule == "grace" {
			n++
			first = earliest(first, f.Judgement.Counts)
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%s %s new and %s not count yet: %s from %s",
		count(n, "finding"), plural(n, "is", "are"), plural(n, "does", "do"), plural(n, "it counts", "the first counts"), from(first))
}

// reasonsBreaking names what breaks the policy; inherited findings by themselves
// when they have a threshold of their own.
func reasonsBreaking(findings []finding.Finding, l finding.Lineage, p Policy) []string {
	if !p.differs() {
		if !p.judges(SideApp) {
			p = p.on(SideBase)
		}
		return []string{reasonSeverity(findings, "finding", p), reasonUnknown(findings, "finding", p)}
	}
	var app, base []finding.Finding
	for _, f := range findings {
		if p.side(f, l) == SideBase {
			base = append(base, f)
		} else {
			app = append(app, f)
		}
	}
	inherited := p.on(SideBase)
	return []string{
		reasonSeverity(app, "finding", p), reasonUnknown(app, "finding", p),
		reasonSeverity(base, "inherited finding", inherited), reasonUnknown(base, "inherited finding", inherited),
	}
}

func reasonSeverity(findings []finding.Finding, noun string, p Policy) string {
	return reasonBreaking(findings, noun, "severity", p.FailOn.String(), p.OnlyFixable)
}

func reasonUnknown(findings []finding.Finding, noun string, p Policy) string {
	return reasonBreaking(findings, noun, "unknown", "unrated, which counts as "+p.FailOn.String(), p.OnlyFixable)
}

// reasonBreaking names the findings that break the policy by one rule. With
// onlyFixable they do so because they have a fix, too.
func reasonBreaking(findings []finding.Finding, noun, rule, what string, onlyFixable bool) string {
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
	if onlyFixable {
		fixable = plural(n, " and has a fix", " and have a fix")
	}
	return fmt.Sprintf("%s %s %s%s: %s", count(n, noun), plural(n, "is", "are"), what, fixable, few(names, ", "))
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

func reasonOtherSide(findings []finding.Finding, p Policy) string {
	if p.judges(SideApp) {
		return reasonSpared(findings, "origin", "is inherited", "are inherited")
	}
	return reasonSpared(findings, "origin", "is not inherited", "are not inherited")
}

func reasonAcceptedGaps(gaps []finding.Gap, p Policy) string {
	n, kinds := kindsOf(gaps, func(g finding.Gap) bool { return g.Accepted && slices.Contains(p.AcceptGaps, g.Kind) })
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%s %s accepted: %s", count(n, "gap"), plural(n, "is", "are"), kinds)
}

// reasonCommonGaps tells of what nobody accepted by name.
func reasonCommonGaps(gaps []finding.Gap, p Policy) string {
	n, kinds := kindsOf(gaps, func(g finding.Gap) bool { return g.Accepted && !slices.Contains(p.AcceptGaps, g.Kind) })
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%s %s common and %s not count: %s", count(n, "gap"), plural(n, "is", "are"), plural(n, "does", "do"), kinds)
}

// kindsOf counts some of the gaps and names their kinds.
func kindsOf(gaps []finding.Gap, of func(finding.Gap) bool) (n int, kinds string) {
	var names []finding.GapKind
	for _, g := range gaps {
		if !of(g) {
			continue
		}
		n++
		if !slices.Contains(names, g.Kind) {
			names = append(names, g.Kind)
		}
	}
	return n, join(names, ", ")
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
