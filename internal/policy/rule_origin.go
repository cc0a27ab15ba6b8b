package policy

import "slices"

// ruleOrigin spares findings from a side that the policy does not judge.
func ruleOrigin(f subject, p Policy) (word, string) {
	side := p.side(f.Finding, f.lineage)
	if p.judges(side) {
		return silent, ""
	}
	from := "brought by the build itself"
	if side == SideBase {
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
