package policy

import "github.com/org/imgscan-action/internal/finding"

// ruleFixable spares findings that nobody can fix by updating, in a policy that
// asks for it.
func ruleFixable(f subject, p Policy) (word, string) {
	if !p.OnlyFixable || f.Fixable() {
		return silent, ""
	}
	switch f.Status {
	case finding.StatusWillNotFix:
		return spares, "there is no fix: the vendor will not make one"
	case finding.StatusEndOfLife:
		return spares, "there is no fix: the vendor no longer maintains the release"
	case finding.StatusFixDeferred:
		return spares, "there is no fix yet: the vendor has put it off"
	case finding.StatusUnderInvestigation:
		return spares, "there is no fix yet: the vendor is still investigating"
	}
	return spares, "there is no fix yet"
}
