package intel

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
)

func TestApply(t *testing.T) {
	d, err := Open(t.Context(), Options{KEV: "testdata/kev.json", EPSS: "testdata/epss.csv", SSVC: "testdata/ssvc.jsonl"})
	if err != nil {
		t.Fatal(err)
	}
	rep := &finding.Report{
		Findings: []finding.Finding{
			{ID: "CVE-2021-45046"},
			{ID: "CVE-2019-8457"},
			{ID: "GHSA-qppj-fm5r-hxr3", Aliases: []string{"CVE-2000-0001", "CVE-2023-44487", "GO-2023-2102"}},
			{ID: "GHSA-xxxx-xxxx-xxxx", Aliases: []string{"GO-2020-0001"}},
			{ID: "CVE-2023-5363", Aliases: []string{"CVE-2023-44487"}},
		},
		Removed: []finding.Finding{{ID: "cve-2020-11023"}},
		Sources: []finding.ContextSource{{Name: "lists"}, {Name: "a"}},
	}
	d.Apply(rep)
	yes, no := true, false
	rapidReset := &finding.KEV{Added: date(2023, 10, 10), Due: date(2023, 10, 31), Action: mitigate}
	want := []finding.Context{
		{
			Exploited: &yes,
			KEV:       &finding.KEV{Added: date(2023, 5, 1), Due: date(2023, 5, 22), Ransomware: true, Action: "Apply updates per vendor instructions."},
			EPSS:      &finding.EPSS{Score: 0.94338, Percentile: 0.99947},
		},
		// It is in no catalog, which is known, and CISA has not looked at it.
		{Exploited: &no, EPSS: &finding.EPSS{Score: 0.00911, Percentile: 0.75012}},
		// By an alias.
		{
			Exploited: &yes, KEV: rapidReset,
			EPSS: &finding.EPSS{Score: 0.94437, Percentile: 0.99984},
			SSVC: &finding.SSVC{Exploitation: "active", Automatable: "yes", TechnicalImpact: "partial"},
		},
		// Without a CVE nobody knows: not even that it is in no catalog.
		{},
		// Its own identifier comes first, and its alias is in the catalog.
		{
			Exploited: &yes, KEV: rapidReset,
			EPSS: &finding.EPSS{Score: 0.06271, Percentile: 0.90482},
			SSVC: &finding.SSVC{Exploitation: "poc"},
		},
	}
	for i, f := range rep.Findings {
		if diff := cmp.Diff(want[i], f.Context); diff != "" {
			t.Errorf("%s: %s", f.ID, diff)
		}
	}
	if got := rep.Removed[0].Context; got.KEV == nil || got.EPSS == nil || got.SSVC != nil {
		t.Errorf("of a finding that was removed: %+v", got)
	}
	var names []string
	for _, s := range rep.Sources {
		names = append(names, s.Name)
	}
	if diff := cmp.Diff([]string{"a", "epss", "kev", "lists", "ssvc"}, names); diff != "" {
		t.Error(diff)
	}
}

// A source that was not asked for says nothing, and what it would say is nil.
func TestApplyNothing(t *testing.T) {
	d, err := Open(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	rep := &finding.Report{Findings: []finding.Finding{{ID: "CVE-2021-45046"}}}
	d.Apply(rep)
	if diff := cmp.Diff(&finding.Report{Findings: []finding.Finding{{ID: "CVE-2021-45046"}}}, rep); diff != "" {
		t.Error(diff)
	}
}

// What is written into one finding does not show in another.
func TestContextIsNotShared(t *testing.T) {
	kev, _, err := ReadKEV("kev.json", bytes.NewReader(testdata(t, "kev.json")))
	if err != nil {
		t.Fatal(err)
	}
	d := &Data{KEV: kev}
	rep := &finding.Report{Findings: []finding.Finding{{ID: "CVE-2021-45046"}, {ID: "CVE-2021-45046"}}}
	d.Apply(rep)
	rep.Findings[0].Context.KEV.Ransomware, *rep.Findings[0].Context.Exploited = false, false
	if c := rep.Findings[1].Context; !c.KEV.Ransomware || !*c.Exploited {
		t.Error("two findings share their context")
	}
}

func TestOpenMissingFile(t *testing.T) {
	for _, opts := range []Options{{KEV: "testdata/none"}, {EPSS: "testdata/none"}, {SSVC: "testdata"}} {
		if _, err := Open(t.Context(), opts); err == nil {
			t.Errorf("%+v: no error", opts)
		}
	}
}
