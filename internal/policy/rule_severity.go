package policy

import (
	"fmt"

	"github.com/org/imgscan-action/internal/finding"
)

// ruleSeverity compares a rating with the threshold. It has no word on findings
// that nobody has rated: see ruleUnknown; nor does it spare what ruleEPSS counts.
func ruleSeverity(f subject, p Policy) (word, string) {
	severity := f.Rating.Severity
	switch {
	case severity == finding.Unknown:
		return silent, ""
	case p.escalates(f) && !p.FailOn.reachedBy(severity):
		return silent, ""
	case p.FailOn == Never:
		return spares, "the policy fails on no severity"
	case p.FailOn.reachedBy(severity):
		return breaks, fmt.Sprintf("%s is at or above the threshold %s", severity, string(p.FailOn))
	}
	return spares, fmt.Sprintf("%s is below the threshold %s", severity, string(p.FailOn))
}
