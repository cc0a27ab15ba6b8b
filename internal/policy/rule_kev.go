package policy

import "github.com/org/imgscan-action/internal/finding"

// Exploited says what becomes of findings that are in CISA's catalog of known
// exploited vulnerabilities.
type Exploited string

// With ExploitedFail, a finding that is in the catalog breaks the policy whatever
// its severity, with a fix or without, new or known; only a decision about the
// finding spares it. With ExploitedIgnore the catalog is shown and judges nothing.
const (
	ExploitedFail   Exploited = "fail"
	ExploitedIgnore Exploited = "ignore"
)

// ExploitedChoices lists both choices.
func ExploitedChoices() []Exploited { return []Exploited{ExploitedFail, ExploitedIgnore} }

// ParseExploited reads the name of a choice. The error lists the valid names.
func ParseExploited(name string) (Exploited, error) {
	return parseName("choice", Exploited(name), ExploitedChoices())
}

// ruleKEV judges findings that are known to be exploited.
func ruleKEV(f subject, p Policy) (word, string) {
	if p.KEV == ExploitedIgnore || !exploited(f.Context) {
		return silent, ""
	}
	reason := "known to be exploited"
	if kev := f.Context.KEV; kev != nil {
		if !kev.Added.IsZero() {
			reason += ", in CISA's catalog since " + date(kev.Added)
		}
		if kev.Ransomware {
			reason += ", used by ransomware"
		}
	}
	return insists, reason
}

// exploited is false also when nobody has looked.
func exploited(c finding.Context) bool {
	return c.KEV != nil || (c.Exploited != nil && *c.Exploited)
}
