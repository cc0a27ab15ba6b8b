package match_test

import (
	"strings"
	"testing"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/match"
)

func TestRateByIdentifier(t *testing.T) {
	if _, _, err := (match.Matcher{}).Rate("CVE-2021-36159"); err == nil || !strings.Contains(err.Error(), "no vulnerability database is open") {
		t.Errorf("without a database: %v", err)
	}
	useDatabase(t)
	for _, id := range []string{"CVE-2021-36159", "cve-2021-36159"} {
		best, beaten, err := match.Matcher{}.Rate(id)
		if err != nil || best.Source != "nvd" || best.Severity != finding.Critical || best.Version != "3.1" || len(beaten) == 0 {
			t.Errorf("%s: %+v, %+v, %v", id, best, beaten, err)
		}
	}
	v2, _, err := match.Matcher{Order: []finding.Tier{finding.TierNVDv2}}.Rate("CVE-2021-36159")
	if err != nil || v2.Version != "2.0" {
		t.Errorf("by another order: %+v, %v", v2, err)
	}
	if _, _, err := (match.Matcher{}).Rate("CVE-1999-0001"); err == nil || !strings.Contains(err.Error(), `does not know "CVE-1999-0001"`) {
		t.Errorf("an unknown one: %v", err)
	}
}
