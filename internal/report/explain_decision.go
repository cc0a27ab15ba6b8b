package report

import (
	"cmp"
	"fmt"
	"strconv"
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// context tells what is known of a vulnerability beyond its rating.
func (e *explanation) context(c finding.Context) {
	switch k := c.KEV; {
	case k != nil:
		words := kevWords(k, e.rep.Now)
		if !k.Added.IsZero() {
			words += ", listed " + day(k.Added)
		}
		if k.Action != "" {
			words += ": " + plainInk.text(cutBytes(clean(k.Action), maxSentence))
		}
		e.entry(4, "Exploited", words)
	case c.Exploited != nil && !*c.Exploited:
		e.entry(4, "Exploited", "not in CISA's catalog")
	}
	if p := c.EPSS; p != nil {
		e.entry(4, "EPSS", fmt.Sprintf("%s, not below %s%% of all vulnerabilities", epssWords(p), strconv.FormatFloat(100*p.Percentile, 'f', 1, 64)))
	}
	if s := c.SSVC; s != nil {
		e.entry(4, "SSVC", fmt.Sprintf("exploitation %s, automatable %s, technical impact %s",
			ssvcWords(s.Exploitation), ssvcWords(s.Automatable), ssvcWords(s.TechnicalImpact)))
	}
	if d := c.Deadline; d != nil {
		words := "remediate " + deadlineWords(d)
		if len(d.Assumed) > 0 {
			words += "; assumed: " + few(d.Assumed, plainInk.words)
		}
		e.entry(4, "BOD 26-04", words)
	}
}

func ssvcWords(s string) string { return plainInk.words(cmp.Or(s, "not known")) }

// decision tells what was decided, by whom and until when; what used to be; and
// what vendors say.
func (e *explanation) decision(d finding.Disposition) {
	in := plainInk
	sentence := func(s string) string { return in.text(cutBytes(clean(s), maxSentence)) }
	if d.Decision != "" {
		e.entry(4, "Decision", decidedBy(d))
		e.entry(4, "", sentence(d.Reason))
		label := "Approved"
		if d.Vendor {
			label = "Stated"
		}
		e.entry(4, label, approvalWords(d, e.rep.Now))
		e.entry(4, "Evidence", few(d.Evidence, in.name))
		e.entry(4, "Ticket", in.name(d.Ticket))
		e.entry(4, "Review", reviewWords(d, in))
		e.entry(4, "Shadowed", few(d.Shadowed, in.name))
	}
	for i, l := range d.Lapsed {
		label := ""
		if i == 0 {
			label = "Lapsed"
		}
		words := entryAt(l.Entry, l.At, in) + " " + sentence(l.Why)
		if len(l.ApprovedBy) > 0 {
			words += "; approved by " + few(l.ApprovedBy, in.words)
		}
		if !l.Expires.IsZero() {
			words += ", until " + day(l.Expires)
		}
		e.entry(4, label, words)
	}
	for i, c := range d.Claims[:min(len(d.Claims), maxClaims)] {
		label := ""
		if i == 0 {
			label = "Claims"
		}
		e.entry(4, label, claimWords(c))
		e.entry(4, "", sentence(c.Statement))
	}
	if more := len(d.Claims) - maxClaims; more > 0 {
		e.entry(4, "", plural(more, "more claim")+", in the json format")
	}
}

// maxClaims is how many statements of vendors about one finding a person reads.
const maxClaims = 20

// decidedBy is the decision, its finer label, and where it stands.
func decidedBy(d finding.Disposition) string {
	words := decisionWords(d.Decision)
	if d.Cause != "" {
		words += " (" + plainInk.words(d.Cause) + ")"
	}
	words += ", by "
	if d.Vendor {
		words += "the VEX document "
	}
	words += entryAt(d.Entry, d.At, plainInk)
	if d.Suppressed {
		return words + "; it does not count"
	}
	return words + "; it counts"
}

// approvalWords is who asked for a decision, who answers for it, since when and
// until when.
func approvalWords(d finding.Disposition, now time.Time) string {
	in := plainInk
	words := ""
	if len(d.ApprovedBy) > 0 {
		words = "by " + few(d.ApprovedBy, in.words)
	}
	if !d.ApprovedOn.IsZero() {
		words += " on " + day(d.ApprovedOn)
	}
	if d.RequestedBy != "" {
		words += ", asked for by " + in.words(d.RequestedBy)
	}
	if !d.Expires.IsZero() {
		words += "; until " + day(d.Expires) + ", " + awayWords(d.Expires, now)
	}
	return words
}

// claimWords is what a vendor states, and what became of it.
func claimWords(c finding.Claim) string {
	in := plainInk
	words := fmt.Sprintf("%s says %s", cmp.Or(in.words(c.Author), "nobody"), in.words(c.Status))
	if c.Justification != "" {
		words += " (" + in.words(c.Justification) + ")"
	}
	words += " in " + in.name(c.Document)
	if !c.Timestamp.IsZero() {
		words += " of " + day(c.Timestamp)
	}
	verdict := "does not act"
	if c.Acts {
		verdict = "acts"
	}
	words += "; it " + verdict
	if c.Why != "" {
		words += ": " + in.text(cutBytes(clean(c.Why), maxSentence))
	}
	return words
}
