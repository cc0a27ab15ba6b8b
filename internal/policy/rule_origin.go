package policy

import (
	"slices"

	"github.com/org/imgscan-action/internal/finding"
)

// subject is a finding as the rules see it.
type subject struct {
	finding.Finding

	// base is the reference of the base that the finding came with; empty when it
	// came with none, or nobody knows which.
	base string
}

func newSubject(f finding.Finding, l finding.Lineage) subject {
	s := subject{Finding: f}
	if n := f.Origin.Base; n > 0 && n <= len(l.Bases) {
		s.base = l.Bases[n-1].Ref
	}
	return s
}

// ruleOrigin spares findings from a side that the policy does not judge.
func ruleOrigin(f subject, p Policy) (word, string) {
	if p.judges(sideOf(f.Finding)) {
		return silent, ""
	}
	from := "brought by the build itself"
	if sideOf(f.Finding) == SideBase {
		from = "inherited from a base"
		if f.base != "" {
			from = "inherited from " + f.base
		}
	}
	return spares, from + ", and the policy judges only " + join(p.IntroducedBy, ", ")
}

// judges says whether the policy is about findings from a side.
func (p Policy) judges(side Side) bool {
	return len(p.IntroducedBy) == 0 || slices.Contains(p.IntroducedBy, side)
}
