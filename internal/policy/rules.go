package policy

import (
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// A rule is asked about every finding.
type rule struct {
	// name is how reports and documents refer to the rule.
	name string

	// judge gives the rule's word on the finding, and the reason in one clause.
	judge func(subject, Policy) (word, string)
}

// word is what a rule has to say about one finding.
type word int

const (
	silent  word = iota // the finding is none of this rule's business
	spares              // the finding does not break the policy, whatever later rules say
	breaks              // the finding breaks the policy unless a later rule spares it
	insists             // the finding breaks the policy, whatever later rules say
)

// rules lists the rules in the order in which they are asked. The first that
// spares a finding or insists settles it: a decision, a scope or the comparison
// with what was there before spares even what is known to be exploited, and
// nothing after that does. Those that spare for a time come last, so that a
// finding they spare is one that will count.
func rules() []rule {
	return []rule{
		{"decision", ruleDecision},
		{"scope", ruleScope},
		{"origin", ruleOrigin},
		{"change", ruleChange},
		{"kev", ruleKEV},
		{"bod-26-04", ruleDeadline},
		{"epss", ruleEPSS},
		{"severity", ruleSeverity},
		{"unknown", ruleUnknown},
		{"only-fixable", ruleFixable},
		{"baseline", ruleBaseline},
		{"grace", ruleGrace},
	}
}

// judge asks every rule about one finding.
func judge(f subject, p Policy) finding.Judgement {
	p = p.on(p.side(f.Finding, f.lineage))
	var judgement finding.Judgement
	for _, r := range rules() {
		switch said, reason := r.judge(f, p); said {
		case spares:
			return finding.Judgement{Rule: r.name, Reason: reason, Counts: countsFrom(r.name, f, p)}
		case breaks:
			judgement = finding.Judgement{Breaks: true, Rule: r.name, Reason: reason}
		case insists:
			return finding.Judgement{Breaks: true, Rule: r.name, Reason: reason}
		}
	}
	return judgement
}

// countsFrom is when a rule stops sparing a finding because of a date; zero when
// no date is in sight.
func countsFrom(rule string, f subject, p Policy) time.Time {
	switch rule {
	case "decision":
		return endOf(f.Disposition)
	case "baseline":
		return dayAfter(p.Baseline.Until)
	case "grace":
		end, _ := graceOf(f, p)
		return end
	}
	return time.Time{}
}
