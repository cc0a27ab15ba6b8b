package intel

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
)

// The rows of CERT/CC's cisa_bod_26_04_1_0_0.csv: in KEV, asset exposure,
// automatable, technical impact, timeline.
const bodRows = `
no,no,no,partial,fix on system upgrade
yes,no,no,partial,14 days
no,yes,no,partial,60 days
no,no,yes,partial,60 days
no,no,no,total,fix on system upgrade
yes,yes,no,partial,14 days
yes,no,yes,partial,14 days
no,yes,yes,partial,14 days
yes,no,no,total,14 days
no,yes,no,total,14 days
no,no,yes,total,60 days
yes,yes,yes,partial,3 days
yes,yes,no,total,3 days & forensic investigation
yes,no,yes,total,3 days & forensic investigation
no,yes,yes,total,3 days
yes,yes,yes,total,3 days & forensic investigation
`

func TestBOD2604(t *testing.T) {
	timelines := map[string]Deadline{
		"fix on system upgrade":           {Upgrade: true},
		"60 days":                         {Days: 60},
		"14 days":                         {Days: 14},
		"3 days":                          {Days: 3},
		"3 days & forensic investigation": {Days: 3, Forensics: true},
	}
	rows := strings.Fields(strings.ReplaceAll(bodRows, " ", "_"))
	if len(rows) != 16 || len(slices.Compact(slices.Sorted(slices.Values(rows)))) != 16 {
		t.Fatalf("%d rows", len(rows))
	}
	for _, row := range rows {
		cells := strings.Split(strings.ReplaceAll(row, "_", " "), ",")
		exploited := cells[0] == "yes"
		c := finding.Context{Exploited: &exploited, SSVC: &finding.SSVC{Automatable: cells[2], TechnicalImpact: cells[3]}}
		// With answers to all questions, no vector counts.
		got := BOD2604(c, cells[1] == "yes", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")
		if diff := cmp.Diff(timelines[cells[4]], got); diff != "" {
			t.Errorf("%s: %s", row, diff)
		}
	}
}

// What nobody knows is assumed, and said.
func TestBOD2604Assumes(t *testing.T) {
	const (
		noCatalog   = "not in the KEV catalog, in which it was not looked up"
		automatable = "automatable, as SSVC does not say otherwise"
		total       = "of total technical impact, by the CVSS vector"
		partial     = "of partial technical impact, by the CVSS vector"
		nothing     = "of partial technical impact, as neither SSVC nor a CVSS vector says otherwise"
	)
	yes, no := true, false
	for _, tt := range []struct {
		name   string
		c      finding.Context
		vector string
		want   Deadline
	}{
		{"nothing known", finding.Context{}, "", Deadline{Days: 14, Assumed: []string{noCatalog, automatable, nothing}}},
		{"an entry without a flag", finding.Context{KEV: &finding.KEV{}}, "", Deadline{Days: 3, Assumed: []string{automatable, nothing}}},
		{"version 3", finding.Context{Exploited: &no}, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Deadline{Days: 3, Assumed: []string{automatable, total}}},
		{"one impact less", finding.Context{Exploited: &no}, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:L", Deadline{Days: 14, Assumed: []string{automatable, partial}}},
		{"what a rescoring says of the impact does not count", finding.Context{Exploited: &no}, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/MC:N", Deadline{Days: 3, Assumed: []string{automatable, total}}},
		{"version 4, subsequent systems only", finding.Context{Exploited: &no}, "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:L/VA:L/SC:H/SI:H/SA:H", Deadline{Days: 14, Assumed: []string{automatable, partial}}},
		{"version 4", finding.Context{Exploited: &yes}, "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", Deadline{Days: 3, Forensics: true, Assumed: []string{automatable, total}}},
		{"version 2", finding.Context{Exploited: &no}, "AV:N/AC:H/Au:N/C:C/I:C/A:C", Deadline{Days: 3, Assumed: []string{automatable, total}}},
		{"half an answer", finding.Context{Exploited: &no, SSVC: &finding.SSVC{Automatable: "no"}}, "AV:N/AC:H/Au:N/C:C/I:C/A:C", Deadline{Days: 14, Assumed: []string{total}}},
		{"the other half", finding.Context{Exploited: &no, SSVC: &finding.SSVC{TechnicalImpact: "total"}}, "", Deadline{Days: 3, Assumed: []string{automatable}}},
	} {
		if diff := cmp.Diff(tt.want, BOD2604(tt.c, true, tt.vector)); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}
