package policy

import (
	"fmt"

	"github.com/org/imgscan-action/internal/finding"
)

// Unrated says what becomes of findings that nobody has rated.
type Unrated string

// An unrated finding is never taken for a low one: it either counts as reaching
// whatever threshold there is, or it is left out by a policy that says so.
const (
	UnratedFail   Unrated = "fail"
	UnratedIgnore Unrated = "ignore"
)

// UnratedChoices lists both choices.
func UnratedChoices() []Unrated { return []Unrated{UnratedFail, UnratedIgnore} }

// ParseUnrated reads the name of a choice. The error lists the valid names.
func ParseUnrated(name string) (Unrated, error) {
	return parseName("choice", Unrated(name), UnratedChoices())
}

// ruleUnknown judges findings that nobody has rated. It does not spare what
// ruleEPSS counts.
func ruleUnknown(f subject, p Policy) (word, string) {
	switch {
	case f.Rating.Severity != finding.Unknown:
		return silent, ""
	case p.escalates(f) && (p.FailOn == Never || p.Unknown == UnratedIgnore):
		return silent, ""
	case p.FailOn == Never:
		return spares, "the policy fails on no severity"
	case p.Unknown == UnratedIgnore:
		return spares, "nobody has rated it, and the policy ignores such findings"
	}
	return breaks, fmt.Sprintf("nobody has rated it, which counts as reaching the threshold %s", string(p.FailOn))
}
