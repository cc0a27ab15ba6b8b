package policy

import "github.com/org/imgscan-action/internal/finding"

// ruleChange spares what is not of this change, in a policy that asks for it: like
// a scope, also when it is known to be exploited. Where there was nothing to compare
// with, nothing is spared.
func ruleChange(f subject, p Policy) (word, string) {
	if !p.OnlyIntroduced {
		return silent, ""
	}
	switch f.Change.Kind {
	case finding.ChangePreExisting:
		return spares, "was there before this change"
	case finding.ChangeNewlyDisclosed:
		return spares, "was there before this change, and became known since"
	case finding.ChangeBaseTagMoved:
		return spares, "came with the tag of the base, which has moved, and not with this change"
	}
	return silent, ""
}

// reasonNoComparison says why a policy that only minds what a change brings minds
// everything.
func reasonNoComparison(rep *finding.Report, p Policy) string {
	if !p.OnlyIntroduced || rep.Compared.Known() || len(rep.Findings) == 0 {
		return ""
	}
	reason := "there is nothing to compare with, so every finding counts as introduced"
	if rep.Compared != nil {
		reason += ": " + rep.Compared.Why
	}
	return reason
}
