package triage

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
)

// Match is one entry held against one finding.
type Match struct {
	Entry *exceptions.Entry

	// Finding is one with a vulnerability that the entry names; nil when the report
	// has none.
	Finding *finding.Finding

	// Selectors are the comparisons that were made, in the order vulnerability,
	// image, package. Of an entry's packages it is the one that misses by least.
	Selectors []Selector

	// Acts is set when the entry decides about the finding, and Why says in one
	// clause why it does or does not.
	Acts bool
	Why  string
}

// Selector is one comparison of an entry with a finding.
type Selector struct {
	Name  string // "vulnerability", "image", "purl", "purl version", "versions", …
	Wrote string // what the entry asks for
	Found string // what the finding has; empty when it has nothing of the kind
	OK    bool
}

// Explain holds every entry that the query names - by a vulnerability, by the name,
// source or package URL of a package, or by its own identifier - against the findings
// with the vulnerabilities of the entry, for somebody who wonders why it does or does
// not act. Matches are in the order of the entries' identifiers and of the findings;
// none means that no entry is about the query.
func Explain(rep *finding.Report, files []*exceptions.File, opts Options, query string) []Match {
	d := newDocket(rep, files, opts)
	findings := undecided(rep)
	var matches []Match
	for _, file := range files {
		for _, e := range file.Entries {
			r := newRule(e, d.identity)
			if !r.asked(query, findings) {
				continue
			}
			about := matches
			for i := range findings {
				if f := &findings[i]; r.names(keys(f)) && r.wanted(query, f) {
					about = append(about, d.match(r, f, &rep.Findings[i]))
				}
			}
			if len(about) == len(matches) {
				about = append(about, d.noFinding(r))
			}
			matches = about
		}
	}
	slices.SortStableFunc(matches, func(a, b Match) int {
		return cmp.Or(
			strings.Compare(a.Entry.ID, b.Entry.ID),
			strings.Compare(a.Entry.At.File, b.Entry.At.File),
			a.Entry.At.Start-b.Entry.At.Start,
		)
	})
	return matches
}

// undecided are the findings of a report as they are without any decision.
func undecided(rep *finding.Report) []finding.Finding {
	findings := slices.Clone(rep.Findings)
	for i := range findings {
		restore(&findings[i])
	}
	return findings
}

// asked says whether the query names the rule, directly or through another name of a
// vulnerability that a finding ties to one of the rule's.
func (r *rule) asked(query string, findings []finding.Finding) bool {
	if strings.EqualFold(r.ID, query) || r.names([]string{key(query)}) && !r.wildcard() || r.namesPackage(query) {
		return true
	}
	return slices.ContainsFunc(findings, func(f finding.Finding) bool {
		ids := keys(&f)
		return slices.Contains(ids, key(query)) && r.names(ids)
	})
}

// wanted keeps the findings that a query for a vulnerability is about. The others
// are about all that the rule names.
func (r *rule) wanted(query string, f *finding.Finding) bool {
	return strings.EqualFold(r.ID, query) || r.namesPackage(query) || slices.Contains(keys(f), key(query))
}

func (r *rule) namesPackage(query string) bool {
	url, err := parsePURL(query)
	return slices.ContainsFunc(r.Packages, func(p exceptions.Package) bool {
		if query == p.Name || query == p.Source || query == p.PURL {
			return query != ""
		}
		wrote, wroteErr := parsePURL(p.PURL)
		if wroteErr != nil {
			return false
		}
		return query == wrote.Name || err == nil && purlBase(url) == purlBase(wrote)
	})
}

// match compares a rule with a finding that it names, of which original is the one in
// the report.
func (d *docket) match(r *rule, f, original *finding.Finding) Match {
	p := installedOf(&f.Package)
	m := Match{
		Entry:   r.Entry,
		Finding: original,
		Selectors: []Selector{
			{Name: "vulnerability", Wrote: strings.Join(r.Vulnerabilities, ", "), Found: strings.Join(append([]string{f.ID}, f.Aliases...), ", "), OK: true},
			d.imageSelector(r),
		},
	}
	if a := r.nearest(p); a != nil {
		for _, t := range a.tests {
			m.Selectors = append(m.Selectors, t.selector(p))
		}
	}
	m.Acts, m.Why = d.verdict(r, f, p)
	return m
}

func (d *docket) imageSelector(r *rule) Selector {
	return Selector{Name: "image", Wrote: strings.Join(r.Images, ", "), Found: d.identity.String(), OK: r.image != imageNot}
}

// verdict says whether a rule decides about a finding that it names, and why.
func (d *docket) verdict(r *rule, f *finding.Finding, p installed) (acts bool, why string) {
	if r.image == imageNot {
		return false, "the image is another"
	}
	c, matches := d.hold(r, f, p)
	switch {
	case !matches:
		return false, differences(*r.nearest(p), p)
	case c.why != "":
		return false, "it " + c.why
	}
	able, _ := d.weigh(f, p)
	if first := able[0]; first.Entry != r.Entry {
		return false, first.ID + " goes before it"
	}
	why = fmt.Sprintf("it decides: %s until %s", r.Decision, date(r.Expires))
	if c.ruling.review != "" {
		why += ", to be reviewed because " + c.ruling.review
	}
	return true, why
}

// noFinding is a rule without a finding to hold it against.
func (d *docket) noFinding(r *rule) Match {
	return Match{
		Entry:     r.Entry,
		Selectors: []Selector{{Name: "vulnerability", Wrote: strings.Join(r.Vulnerabilities, ", ")}, d.imageSelector(r)},
		Why:       "no finding has its vulnerability",
	}
}
