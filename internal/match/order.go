package match

import (
	"slices"

	"github.com/org/imgscan-action/internal/finding"
)

// ladder is the place of each rank; the opinion in the lowest counts.
type ladder [ranks]int

// ladderOf puts the tiers of an order first, then the others in the default order,
// then what is in no tier: the version 2 and the words of those who say nothing of
// the package.
func ladderOf(order []finding.Tier) ladder {
	var l ladder
	place := 0
	put := func(some ...rank) {
		for _, r := range some {
			l[r] = place
			place++
		}
	}
	seen := make(map[finding.Tier]bool)
	for _, tier := range slices.Concat(order, finding.Tiers()) {
		if !seen[tier] {
			put(within(tier)...)
		}
		seen[tier] = true
	}
	put(otherV2, otherWord)
	return l
}

// within lists the ranks of a tier.
func within(tier finding.Tier) []rank {
	switch tier {
	case finding.TierNVDv3:
		return []rank{nvdV3}
	case finding.TierVendorV3:
		return []rank{ownV3}
	case finding.TierAnyV3:
		return []rank{otherV3}
	case finding.TierNVDv4:
		return []rank{nvdV4, otherV4}
	case finding.TierNVDv2:
		return []rank{nvdV2}
	case finding.TierWord:
		return []rank{ownWord}
	}
	return nil
}
