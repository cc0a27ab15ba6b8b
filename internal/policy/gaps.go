package policy

import (
	"fmt"
	"slices"

	"github.com/org/imgscan-action/internal/finding"
)

// ParseGap reads the name of a kind of gap. The error lists the valid names.
func ParseGap(name string) (finding.GapKind, error) {
	return parseName("gap", finding.GapKind(name), finding.GapKinds())
}

// ParseCommonGap reads the name of a kind of gap that a policy can refuse: a
// common one. The error lists them, and says so of a kind that is not common.
func ParseCommonGap(name string) (finding.GapKind, error) {
	kind, err := ParseGap(name)
	common := slices.DeleteFunc(finding.GapKinds(), func(k finding.GapKind) bool { return !k.Common() })
	switch {
	case err != nil:
		return parseName("common gap", finding.GapKind(name), common)
	case !kind.Common():
		return "", fmt.Errorf("the gap %q is not common, so it makes a scan inconclusive unless it is accepted: expected one of %s", name, join(common, ", "))
	}
	return kind, nil
}

// accepts says whether gaps of a kind leave the verdict alone. What the policy
// refuses by name it does not accept, whatever else it says.
func (p Policy) accepts(kind finding.GapKind) bool {
	if slices.Contains(p.RefuseGaps, kind) {
		return false
	}
	return kind.Common() || slices.Contains(p.AcceptGaps, kind)
}

// acceptGaps marks the gaps that the policy accepts and returns those that it
// does not.
func acceptGaps(gaps []finding.Gap, p Policy) (open []finding.Gap) {
	for i := range gaps {
		gaps[i].Accepted = p.accepts(gaps[i].Kind)
		if !gaps[i].Accepted {
			open = append(open, gaps[i])
		}
	}
	return open
}
