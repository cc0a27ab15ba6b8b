package policy

import (
	"slices"

	"github.com/org/imgscan-action/internal/finding"
)

// ParseGap reads the name of a kind of gap. The error lists the valid names.
func ParseGap(name string) (finding.GapKind, error) {
	return parseName("gap", finding.GapKind(name), finding.GapKinds())
}

// acceptGaps marks the gaps that the policy accepts by name and returns those
// it does not.
func acceptGaps(gaps []finding.Gap, accepted []finding.GapKind) (open []finding.Gap) {
	for i := range gaps {
		gaps[i].Accepted = slices.Contains(accepted, gaps[i].Kind)
		if !gaps[i].Accepted {
			open = append(open, gaps[i])
		}
	}
	return open
}
