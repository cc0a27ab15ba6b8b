package triage

import (
	"slices"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
)

// Apply writes what has been decided into the findings of a report, with the
// rating where a decision changes it, and how the decisions fared into
// rep.Triage. The order of files, entries and claims does not matter.
//
// Decisions of an earlier call are taken back first. rep.Findings is written in
// place and ends in the order of [finding.Sort]; what an image no longer has is
// left alone.
func Apply(rep *finding.Report, files []*exceptions.File, claims []VendorClaim, opts Options) {
	d := newDocket(rep, files, opts)
	d.hear(rep, claims)
	for i := range rep.Findings {
		d.settle(&rep.Findings[i])
	}
	rep.Triage = finding.Triage{
		Files:    names(files),
		From:     opts.From,
		Unused:   d.unused(rep),
		Expiring: d.expiring(),
	}
	finding.Sort(rep.Findings)
}

func names(files []*exceptions.File) []string {
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
	}
	slices.Sort(names)
	return names
}

// settle decides about one finding.
func (d *docket) settle(f *finding.Finding) {
	restore(f)
	p := installedOf(&f.Package)
	able, lapsed := d.weigh(f, p)
	d.count(able, lapsed)

	for _, c := range lapsed {
		f.Disposition.Lapsed = append(f.Disposition.Lapsed, finding.Lapsed{
			Entry: c.ID, At: c.At, Why: c.why, ApprovedBy: slices.Clone(c.ApprovedBy), Expires: c.Expires,
		})
	}
	var acting *exceptions.Entry
	if len(able) > 0 {
		acting = able[0].Entry
		able[0].act(f)
		for _, c := range able[1:] {
			f.Disposition.Shadowed = append(f.Disposition.Shadowed, c.ID)
		}
	}
	claims, decisive := d.claims(f, p, acting)
	f.Disposition.Claims = claims
	if decisive != nil {
		decisive.act(f)
	}
}

// restore takes back what an earlier call decided.
func restore(f *finding.Finding) {
	if before := f.Disposition.Before; before != nil {
		f.Rating = *before
	}
	f.Disposition = finding.Disposition{}
}

// act writes the decision into a finding.
func (c candidate) act(f *finding.Finding) {
	d := &f.Disposition
	d.Decision, d.Cause = c.Decision, c.Cause
	d.Entry, d.At = c.ID, c.At
	d.Reason, d.Evidence, d.Ticket = c.Reason, slices.Clone(c.Evidence), c.Ticket
	d.RequestedBy, d.ApprovedBy = c.RequestedBy, slices.Clone(c.ApprovedBy)
	d.ApprovedOn, d.Expires = c.ApprovedOn, c.Expires
	d.Suppressed = c.ruling.suppressed
	d.Review, d.Lapses = c.ruling.review, c.ruling.lapses
	if rating := c.ruling.rating; rating != nil && !same(*rating, f.Rating) {
		before := f.Rating
		d.Before, f.Rating = &before, *rating
	}
}

// same says whether two ratings differ in nothing but who gave them.
func same(a, b finding.Rating) bool {
	a.Source = b.Source
	return a == b
}

// count keeps the tallies of the rules that match a finding.
func (d *docket) count(able, lapsed []candidate) {
	for _, c := range lapsed {
		if !c.outdated {
			d.tallies[c.rule].matched++
		}
	}
	for i, c := range able {
		t := d.tallies[c.rule]
		t.matched++
		if i > 0 {
			t.shadowed = append(t.shadowed, able[0].ID)
			continue
		}
		t.acted++
		if c.ruling.loosens && !slices.ContainsFunc(able[1:], func(c candidate) bool { return c.ruling.loosens }) {
			t.restored++
		}
	}
}
