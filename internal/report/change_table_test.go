package report

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/org/imgscan-action/internal/finding"
)

// changedReport is failingReport beside an image that has some of it.
func changedReport() *finding.Report {
	rep := failingReport()
	const ref = "registry.example.com:5000/shop/api:main"
	for i := range rep.Findings {
		f := &rep.Findings[i]
		switch f.Package.Name {
		case "lodash":
			f.Change = finding.Change{Kind: finding.ChangeIntroduced, Why: ref + " does not have the package there"}
		case "stdlib":
			f.Change = finding.Change{Kind: finding.ChangeNewlyDisclosed, Why: ref + " has the same version, and the database of 2026-11-15 did not list it"}
		default:
			f.Change = finding.Change{Kind: finding.ChangePreExisting, Why: ref + " has it too"}
		}
	}
	rep.Compared = &finding.Compared{
		Ref: ref, Digest: "sha256:" + strings.Repeat("5b63", 16), From: "as it was scanned on 2026-11-16 with the database of 2026-11-15",
		Notes:    []string{"the image to compare with could not be scanned: the registry did not answer"},
		Resolved: []finding.Finding{fixed("CVE-2018-0001", musl(), "1.1.22-r3", nvd(finding.High, 7.5), "musl: gone")},
	}
	rep.Compared.Resolved[0].Judgement = finding.Judgement{}
	return rep
}

func TestChangeTable(t *testing.T) {
	t.Parallel()
	got := render(t, "table", changedReport(), goldenOptions)
	const file = "testdata/changed.golden.txt"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(readFile(t, file)), got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", file, diff)
	}
}

// TestNotCompared: every format says that there is no comparison, and why; and none
// counts anything.
func TestNotCompared(t *testing.T) {
	t.Parallel()
	rep := failingReport()
	rep.Compared = &finding.Compared{Why: "the registry has no such image"}
	for _, format := range []string{"table", "json", "markdown", "github-summary"} {
		out := render(t, format, rep, goldenOptions)
		if !strings.Contains(out, rep.Compared.Why) {
			t.Errorf("%s does not say why there is no comparison", format)
		}
	}
	if titles, rows, names := changeTable(rep); len(titles)+len(rows)+len(names) > 0 {
		t.Errorf("a table %v %v %v", titles, rows, names)
	}
}

func TestJSONCompared(t *testing.T) {
	t.Parallel()
	src := render(t, "json", changedReport(), Options{})
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(src))
	if err != nil {
		t.Fatal(err)
	}
	if err := compile(t, "report.schema.json", Schema()).Validate(doc); err != nil {
		t.Error(err)
	}
	var got struct {
		Compared struct {
			ByChange []struct {
				Change   string
				Findings struct{ Total int }
			}
			Resolved []struct{ ID string }
		}
		Findings []struct{ Change struct{ Kind string } }
	}
	if err := json.Unmarshal([]byte(src), &got); err != nil {
		t.Fatal(err)
	}
	counts := make(map[string]int)
	for _, f := range got.Findings {
		counts[f.Change.Kind]++
	}
	for _, share := range got.Compared.ByChange {
		if counts[share.Change] != share.Findings.Total {
			t.Errorf("%d findings are counted as %s, and %d are", share.Findings.Total, share.Change, counts[share.Change])
		}
		delete(counts, share.Change)
	}
	if len(counts) > 0 {
		t.Errorf("not counted: %v", counts)
	}
	if len(got.Compared.Resolved) != 1 {
		t.Errorf("resolved: %v", got.Compared.Resolved)
	}
}

// TestHostileComparison: names of another image are no better than those of this
// one.
func TestHostileComparison(t *testing.T) {
	t.Parallel()
	known, unknown := hostileReport(), hostileReport()
	known.Compared = &finding.Compared{Ref: hostile, Digest: hostile, From: hostile, Notes: []string{hostile}, Resolved: known.Findings}
	known.Findings[0].Change = finding.Change{Kind: finding.ChangePreExisting, Why: hostile}
	unknown.Compared = &finding.Compared{Why: hostile}
	for _, format := range formats {
		for _, rep := range []*finding.Report{known, unknown} {
			checkInert(t, render(t, format.Name, rep, goldenOptions))
		}
	}
	checkInert(t, changeLine(known.Findings[0].Change, plainInk))
}

func TestExplainedChange(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	if err := WriteExplanation(&b, changedReport(), "CVE-2021-23337", goldenOptions); err != nil {
		t.Fatal(err)
	}
	if want := "introduced: registry.example.com:5000/shop/api:main does not have the package there"; !strings.Contains(b.String(), want) {
		t.Errorf("the explanation does not say %q:\n%s", want, b.String())
	}
}
