package policy

import "github.com/org/imgscan-action/internal/finding"

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
	silent word = iota // the finding is none of this rule's business
	spares             // the finding does not break the policy, whatever others say
	breaks             // the finding breaks the policy unless another rule spares it
)

// rules lists the rules in the order in which they are asked. The first that
// spares a finding settles it, so the order decides only which reason is given.
func rules() []rule {
	return []rule{
		{"scope", ruleScope},
		{"origin", ruleOrigin},
		{"severity", ruleSeverity},
		{"unknown", ruleUnknown},
		{"only-fixable", ruleFixable},
	}
}

// judge asks every rule about one finding.
func judge(f subject, p Policy) finding.Judgement {
	p = p.on(sideOf(f.Finding))
	var judgement finding.Judgement
	for _, r := range rules() {
		switch said, reason := r.judge(f, p); said {
		case spares:
			return finding.Judgement{Rule: r.name, Reason: reason}
		case breaks:
			judgement = finding.Judgement{Breaks: true, Rule: r.name, Reason: reason}
		}
	}
	return judgement
}
