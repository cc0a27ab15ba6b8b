package triage

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
)

// claims are the statements about a finding, by author and the newest first, and
// the one that decides about it; nil when none does. Acting is the entry of the
// project that already does; nil when there is none.
func (d *docket) claims(f *finding.Finding, p installed, acting *exceptions.Entry) ([]finding.Claim, *statement) {
	matching := d.heard(f, p)
	denied := d.denied(matching)
	var claims []finding.Claim
	var decisive *statement
	for i, s := range matching {
		claim := s.Claim
		claim.Why = d.overruled(f, s, acting, denied)
		if i > 0 && sameVoice(matching[i-1], s) {
			claim.Why = "a newer statement of the author is what counts"
		}
		claim.Acts = claim.Why == ""
		if claim.Acts {
			claim.Why = "the policy trusts its author"
			// Of authors who agree, the last one to look is quoted.
			if decisive == nil || s.Timestamp.After(decisive.Timestamp) {
				decisive = s
			}
		}
		claims = append(claims, claim)
	}
	return claims, decisive
}

// heard are the statements that are about a finding, by author and the newest
// first. Of statements of one moment the one that takes nothing away comes first.
func (d *docket) heard(f *finding.Finding, p installed) []*statement {
	var matching []*statement
	for _, id := range keys(f) {
		for _, s := range d.statements[id] {
			if !slices.Contains(matching, s) && s.covers(f, p) {
				matching = append(matching, s)
			}
		}
	}
	slices.SortFunc(matching, func(a, b *statement) int {
		return cmp.Or(
			strings.Compare(a.Author, b.Author),
			own(a)-own(b),
			b.Timestamp.Compare(a.Timestamp),
			caution(b.Status)-caution(a.Status),
			strings.Compare(a.Document, b.Document),
			strings.Compare(a.Justification, b.Justification),
			strings.Compare(a.Statement, b.Statement),
			strings.Compare(a.At.File, b.At.File),
			a.At.Start-b.At.Start,
		)
	})
	return slices.CompactFunc(matching, func(a, b *statement) bool { return a.Claim == b.Claim })
}

// sameVoice says whether one of two statements can take the other's place. What the
// author of a change may have written takes nobody else's, whatever name it bears.
func sameVoice(a, b *statement) bool { return a.Author == b.Author && a.OwnChange == b.OwnChange }

// own is 1 for a statement that the author of the change may have written.
func own(s *statement) int {
	if s.OwnChange {
		return 1
	}
	return 0
}

// caution orders statuses by how little they take away.
func caution(status string) int {
	switch status {
	case "not_affected":
		return 0
	case "fixed":
		return 1
	case "under_investigation":
		return 2
	}
	return 3
}

// denied is the trusted author whose last word is that the finding counts; empty when
// there is none. Matching is in the order of heard.
func (d *docket) denied(matching []*statement) string {
	for i, s := range matching {
		newest := i == 0 || !sameVoice(matching[i-1], s)
		if newest && s.Status == "affected" && d.opts.trusts(s.Author) {
			return s.Author
		}
	}
	return ""
}

// trusts says whether the policy lets an author decide. A statement without one is
// nobody's.
func (o Options) trusts(author string) bool {
	return slices.ContainsFunc(o.TrustVEX, func(glob string) bool { return matchGlob(glob, author) })
}

// overruled says why a statement does not act; empty when it does.
func (d *docket) overruled(f *finding.Finding, s *statement, acting *exceptions.Entry, denied string) string {
	_, _, decides := s.decision()
	switch {
	case s.Author == "":
		return "it does not say who makes it"
	case !d.opts.trusts(s.Author):
		return "the policy does not trust its author"
	case s.Status == "affected", s.Status == "under_investigation":
		return "it says that the finding counts"
	case s.OwnChange:
		return "it is attached to what the change itself brings, so who proposes the change may have written it"
	case !decides:
		return "it does not say why in a way that is known"
	case s.Timestamp.After(d.opts.Now):
		return "it is from after the time of the scan"
	case acting != nil && acting.Decision == finding.Affected:
		return acting.ID + " rejects it"
	case acting != nil:
		return acting.ID + " has decided"
	case denied != "":
		return fmt.Sprintf("%s, who is trusted too, says otherwise", denied)
	case exploited(f.Context):
		return "the vulnerability is exploited, and only an entry that acknowledges it may decide (kev_ack)"
	}
	return ""
}

// decision is what a statement amounts to in the words of the exceptions file;
// ok is false when it takes nothing away, or does not say why.
func (s *statement) decision() (decision finding.Decision, cause string, ok bool) {
	switch {
	case s.Status == "fixed":
		return finding.FalsePositive, "fixed_by_backport", true
	case s.Status != "not_affected":
		return "", "", false
	}
	switch s.Justification {
	case "component_not_present", "vulnerable_code_not_present":
		return finding.FalsePositive, s.Justification, true
	case "vulnerable_code_not_in_execute_path":
		return finding.NotInExecutePath, "", true
	case "vulnerable_code_cannot_be_controlled_by_adversary":
		return finding.NotExploitable, "", true
	case "inline_mitigations_already_exist":
		return finding.Mitigated, "inline", true
	}
	return "", "", false
}

// act writes the vendor's decision into a finding on which no entry acts.
func (s *statement) act(f *finding.Finding) {
	d := &f.Disposition
	d.Decision, d.Cause, _ = s.decision()
	d.Vendor, d.Suppressed = true, true
	d.Entry, d.At = s.Document, s.At
	d.Reason = s.Statement
	d.ApprovedBy = []string{s.Author}
	if !s.Timestamp.IsZero() {
		d.ApprovedOn = day(s.Timestamp)
	}
}
