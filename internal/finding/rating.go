package finding

import (
	"fmt"
	"slices"
	"strings"
)

// Rating is one source's opinion of how bad a vulnerability is.
type Rating struct {
	Severity Severity

	// Score is the CVSS base score, 0.0 to 10.0; 0 with an empty Vector means
	// that the source gave a word and no score.
	Score float64

	// Vector is the CVSS vector string, with its prefix for v3 and v4; empty when
	// the source gave none.
	Vector string

	// Version is the CVSS version: "2.0", "3.0", "3.1" or "4.0"; empty when the
	// source gave only a word.
	Version string

	// Source is who said so, by trivy-db's identifier: "nvd", "ghsa", "debian".
	Source string
}

// Tier is a kind of rating, as the order of ratings tells them apart.
type Tier string

// The tiers.
const (
	TierNVDv3    Tier = "nvd-v3"    // NVD's CVSS 3.1 or 3.0
	TierVendorV3 Tier = "vendor-v3" // CVSS 3 of the source that says the package is affected
	TierAnyV3    Tier = "any-v3"    // CVSS 3 of any other source
	TierNVDv4    Tier = "nvd-v4"    // CVSS 4.0, NVD's before that of others
	TierNVDv2    Tier = "nvd-v2"    // NVD's CVSS 2.0
	TierWord     Tier = "word"      // the word of the source that says the package is affected
)

// Tiers lists every tier in the order in which ratings count by default: NVD
// first, on CVSS 3 rather than 4, which few records have. Version 2 knows no
// critical, and a word has no vector to check, so they come last. Whatever is in
// no tier counts only when nothing else is there.
func Tiers() []Tier {
	return []Tier{TierNVDv3, TierVendorV3, TierAnyV3, TierNVDv4, TierNVDv2, TierWord}
}

// ParseTier reads the name of a tier. The error lists the valid names.
func ParseTier(name string) (Tier, error) {
	if slices.Contains(Tiers(), Tier(name)) {
		return Tier(name), nil
	}
	var names []string
	for _, t := range Tiers() {
		names = append(names, string(t))
	}
	return "", fmt.Errorf("unknown kind of rating %q: expected one of %s", name, strings.Join(names, ", "))
}
