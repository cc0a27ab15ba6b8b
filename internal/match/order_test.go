package match

import (
	"testing"

	dbTypes "github.com/aquasecurity/trivy-db/pkg/types"
	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
)

// Everybody has said everything about a vulnerability of a Debian package.
var everybody = opinions{own: "debian", vulnerability: dbTypes.Vulnerability{
	CVSS: dbTypes.VendorCVSS{
		"nvd":    {V3Vector: v31Critical, V40Vector: v40High, V2Vector: v2High},
		"debian": {V3Vector: v31High},
		"redhat": {V3Vector: v30Medium, V40Vector: v40High, V2Vector: v2High},
	},
	VendorSeverity: dbTypes.VendorSeverity{"debian": 1, "amazon": 4},
}}

func TestOrder(t *testing.T) {
	var (
		debian3 = finding.Rating{Severity: finding.High, Score: 7.5, Vector: v31High, Version: "3.1", Source: "debian"}
		low     = word("debian", finding.Low)
		byOther = []finding.Rating{from("redhat", nvd2), word("amazon", finding.Critical)}
	)
	tests := map[string]struct {
		order []finding.Tier
		want  []finding.Rating // but for the last, which are always byOther
	}{
		"default":        {nil, []finding.Rating{nvd98, debian3, redhat48, nvd4, from("redhat", nvd4), nvd2, low}},
		"the same again": {finding.Tiers(), []finding.Rating{nvd98, debian3, redhat48, nvd4, from("redhat", nvd4), nvd2, low}},
		"the distribution's word first": {
			[]finding.Tier{finding.TierWord},
			[]finding.Rating{low, nvd98, debian3, redhat48, nvd4, from("redhat", nvd4), nvd2},
		},
		"version 4 first, then the vendor": {
			[]finding.Tier{finding.TierNVDv4, finding.TierVendorV3},
			[]finding.Rating{nvd4, from("redhat", nvd4), debian3, nvd98, redhat48, nvd2, low},
		},
		"upside down": {
			[]finding.Tier{finding.TierWord, finding.TierNVDv2, finding.TierNVDv4, finding.TierAnyV3, finding.TierVendorV3, finding.TierNVDv3},
			[]finding.Rating{low, nvd2, nvd4, from("redhat", nvd4), redhat48, debian3, nvd98},
		},
		"said twice is said once": {
			[]finding.Tier{finding.TierAnyV3, finding.TierNVDv3, finding.TierAnyV3},
			[]finding.Rating{redhat48, nvd98, debian3, nvd4, from("redhat", nvd4), nvd2, low},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			best, beaten := rate(everybody, ladderOf(tt.order))
			want := append(tt.want, byOther...)
			if diff := cmp.Diff(want, append([]finding.Rating{best}, beaten...)); diff != "" {
				t.Errorf("ratings (-want +got):\n%s", diff)
			}
		})
	}
}

// No order leaves anything out: each has a place of its own for every rank.
func TestOrderHasAPlaceForEverything(t *testing.T) {
	for _, first := range finding.Tiers() {
		seen := make(map[int]bool)
		for _, place := range ladderOf([]finding.Tier{first}) {
			seen[place] = true
		}
		if len(seen) != int(ranks) {
			t.Errorf("%s first: %d places for %d ranks", first, len(seen), ranks)
		}
	}
	for r, place := range ladderOf(nil) {
		if r != place {
			t.Errorf("by default rank %d is in place %d", r, place)
		}
	}
}
