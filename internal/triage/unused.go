package triage

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// unused are the rules that did nothing although the image is in their scope, in the
// order of their identifiers. An entry that was not yet approved is not among them:
// nobody has put it to use. Nor is one that matches and has lapsed: the findings say
// so.
func (d *docket) unused(rep *finding.Report) []finding.Unused {
	var unused []finding.Unused
	s := newSearch(rep)
	for _, r := range d.rules {
		t := d.tallies[r]
		var cause, detail string
		switch {
		case t.acted > 0, len(r.ApprovedBy) == 0, d.opts.Now.Before(r.ApprovedOn):
		case len(t.shadowed) > 0:
			slices.Sort(t.shadowed)
			cause, detail = "shadowed", "wherever it matches, others decide: "+strings.Join(slices.Compact(t.shadowed), ", ")
		case t.matched == 0 && s.complete:
			cause, detail = s.explain(r)
		}
		if cause != "" {
			unused = append(unused, finding.Unused{Entry: r.ID, At: r.At, Cause: cause, Detail: detail})
		}
	}
	slices.SortFunc(unused, func(a, b finding.Unused) int {
		return cmp.Or(strings.Compare(a.Entry, b.Entry), strings.Compare(a.At.File, b.At.File), a.At.Start-b.At.Start)
	})
	return unused
}

// search is a report in which the reason is sought that a rule matches nothing.
type search struct {
	// complete is set when nothing hid from the scan that could have matched.
	complete bool

	findings map[string][]*finding.Finding // by identifiers
	packages []installed
}

// hides says whether a gap can hide a finding that an entry is about. An end of
// life and an old database cannot: both only keep new findings away.
func hides(g finding.Gap) bool {
	return !g.Kind.Common() && g.Kind != finding.GapEndOfLifeOS && g.Kind != finding.GapStaleDatabase
}

func newSearch(rep *finding.Report) search {
	s := search{
		complete: !slices.ContainsFunc(rep.Gaps, hides),
		findings: make(map[string][]*finding.Finding),
	}
	if !s.complete {
		return s
	}
	for i := range rep.Findings {
		for _, id := range keys(&rep.Findings[i]) {
			s.findings[id] = append(s.findings[id], &rep.Findings[i])
		}
	}
	s.packages = make([]installed, len(rep.Packages))
	for i := range rep.Packages {
		s.packages[i] = installedOf(&rep.Packages[i])
	}
	return s
}

// explain says why a rule matches nothing: the nearest miss among the findings with
// its vulnerability, or that there are none.
func (s search) explain(r *rule) (cause, detail string) {
	var nearest string
	least := 0
	for _, v := range r.Vulnerabilities {
		for _, f := range s.findings[key(v)] {
			p := installedOf(&f.Package)
			a := r.nearest(p)
			n := a.distance(p)
			// Of several at the same distance the first by name is told.
			text := fmt.Sprintf("%s is in %s, but %s", f.ID, p, differences(*a, p))
			if nearest == "" || n < least || n == least && text < nearest {
				nearest, least = text, n
			}
		}
	}
	if nearest != "" {
		return "never matched", nearest
	}
	return "resolved", s.resolved(r)
}

// resolved says what has become of the package of a vulnerability that nothing has.
func (s search) resolved(r *rule) string {
	ids := strings.Join(r.Vulnerabilities, ", ")
	if r.wildcard() {
		ids = "any vulnerability"
	}
	if len(r.packages) == 0 {
		return "no package has " + ids
	}
	for _, p := range s.packages {
		if slices.ContainsFunc(r.packages, func(a alternative) bool { return a.heldBefore(p) }) {
			return fmt.Sprintf("%s is installed and does not have %s", p, ids)
		}
	}
	return "no such package is installed"
}

// differences are the comparisons that fail, as "purl version 1.2.3 ≠ 1.2.4".
func differences(a alternative, p installed) string {
	var texts []string
	for _, t := range a.misses(p) {
		if found := t.found(p); found != "" {
			texts = append(texts, fmt.Sprintf("%s %s ≠ %s", t.name, t.wrote, found))
			continue
		}
		texts = append(texts, fmt.Sprintf("it has no %s to compare with %s", t.name, t.wrote))
	}
	return strings.Join(texts, ", ")
}
