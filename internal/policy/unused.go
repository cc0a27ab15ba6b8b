package policy

import (
	"fmt"

	"github.com/org/imgscan-action/internal/finding"
)

// UnusedChoice says what becomes of exceptions that are about the image and match
// nothing in it.
type UnusedChoice string

// UnusedFail fails the verdict until they are taken out, UnusedWarn tells of them,
// and UnusedIgnore does neither.
const (
	UnusedFail   UnusedChoice = "fail"
	UnusedWarn   UnusedChoice = "warn"
	UnusedIgnore UnusedChoice = "ignore"
)

// UnusedChoices lists the choices.
func UnusedChoices() []UnusedChoice { return []UnusedChoice{UnusedWarn, UnusedFail, UnusedIgnore} }

// ParseUnused reads the name of a choice. The error lists the valid names.
func ParseUnused(name string) (UnusedChoice, error) {
	return parseName("choice", UnusedChoice(name), UnusedChoices())
}

// failsUnused says whether unused exceptions break the policy.
func (p Policy) failsUnused(unused []finding.Unused) bool {
	return len(unused) > 0 && p.Unused != UnusedWarn && p.Unused != UnusedIgnore
}

// reasonUnused names the exceptions that match nothing.
func reasonUnused(unused []finding.Unused, p Policy) string {
	if len(unused) == 0 || p.Unused == UnusedIgnore {
		return ""
	}
	var names []string
	for _, u := range unused {
		names = append(names, u.Entry)
	}
	forbidden := ""
	if p.failsUnused(unused) {
		forbidden = ", which the policy does not allow"
	}
	return fmt.Sprintf("%s %s nothing%s: %s", count(len(unused), "exception"), plural(len(unused), "matches", "match"), forbidden, few(names, ", "))
}
