package compare_test

import (
	"bytes"
	"fmt"
	"math/rand"
	"reflect"
	"strings"
	"testing"
	"testing/quick"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/compare"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/report"
)

// pair is two random reports on images that have much in common.
type pair struct{ Rep, Before *finding.Report }

// Generate implements quick.Generator.
func (pair) Generate(r *rand.Rand, _ int) reflect.Value {
	p := pair{randomReport(r, pr), randomReport(r, main)}
	if r.Intn(2) == 0 {
		stored(p.Before)
	}
	return reflect.ValueOf(p)
}

func randomReport(r *rand.Rand, ref string) *finding.Report {
	var packages []finding.Package
	var findings []finding.Finding
	for range r.Intn(6) {
		name, version := fmt.Sprintf("p%d", r.Intn(4)), fmt.Sprint(r.Intn(3))
		p := deb(name, version)
		p.Epoch, p.Release = r.Intn(2), "1"
		if r.Intn(2) == 0 {
			p = wheel(name, version)
		}
		packages = append(packages, p)
		for range r.Intn(3) {
			f := found(fmt.Sprintf("CVE-%d", r.Intn(3)), p)
			if r.Intn(3) == 0 {
				f.Aliases = []string{fmt.Sprintf("CVE-%d", r.Intn(3)), fmt.Sprintf("GHSA-%d", r.Intn(3))}
			}
			if r.Intn(2) == 0 {
				f = inherited(f)
			}
			findings = append(findings, f)
		}
	}
	rep := on([]string{"old", "new"}[r.Intn(2)], scanned(ref, nil, packages...))
	rep.Findings = findings
	finding.Sort(rep.Findings)
	if r.Intn(4) == 0 {
		rep.OS.Version = "11.2"
	}
	return rep
}

func TestProperties(t *testing.T) {
	json, err := report.For("json")
	if err != nil {
		t.Fatal(err)
	}
	properties := map[string]func(pair) bool{
		"every finding gets one kind": func(p pair) bool {
			compare.Classify(p.Rep, p.Before)
			return total(kinds(p.Rep)) == len(p.Rep.Findings)
		},
		"a report introduces nothing that is in itself, and resolves nothing": func(p pair) bool {
			compare.Classify(p.Rep, copied(p.Rep))
			return kinds(p.Rep)[finding.ChangePreExisting] == len(p.Rep.Findings) && len(p.Rep.Compared.Resolved) == 0
		},
		"a report introduces nothing that is in itself as it was stored, whatever the database": func(p pair) bool {
			p.Rep.Image.ID = "sha256:" + strings.Repeat("0a", 32)
			var b bytes.Buffer
			if err := json.Write(&b, p.Rep, report.Options{}); err != nil {
				t.Fatal(err)
			}
			before, err := report.Read("main.json", b.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			p.Rep.Database.Digest = "sha256:newer"
			compare.Classify(p.Rep, before)
			return kinds(p.Rep)[finding.ChangePreExisting] == len(p.Rep.Findings) && len(p.Rep.Compared.Resolved) == 0
		},
		"what is resolved one way is not pre-existing the other way": func(p pair) bool {
			compare.Classify(p.Rep, p.Before)
			back := copied(p.Before)
			compare.Classify(back, p.Rep)
			news := len(back.Findings) - kinds(back)[finding.ChangePreExisting]
			if p.Rep.Database.Digest != p.Before.Database.Digest {
				return len(p.Rep.Compared.Resolved) <= news // another database no longer lists some
			}
			return len(p.Rep.Compared.Resolved) == news
		},
		"nothing is newly disclosed by the same database": func(p pair) bool {
			p.Before.Database = p.Rep.Database
			compare.Classify(p.Rep, p.Before)
			return kinds(p.Rep)[finding.ChangeNewlyDisclosed] == 0
		},
		"an earlier comparison leaves no trace": func(p pair) bool {
			again := copied(p.Rep)
			compare.Classify(again, again)
			compare.Classify(again, p.Before)
			compare.Classify(p.Rep, p.Before)
			return cmp.Equal(again, p.Rep)
		},
		"the other report is left alone": func(p pair) bool {
			before := copied(p.Before)
			compare.Classify(p.Rep, p.Before)
			return cmp.Equal(before, p.Before)
		},
		"a finding more in the other image introduces nothing": func(p pair) bool {
			compare.Classify(p.Rep, p.Before)
			introduced := kinds(p.Rep)[finding.ChangeIntroduced]
			p.Before.Findings = append(p.Before.Findings, found("CVE-0", deb("p0", "0")))
			compare.Classify(p.Rep, p.Before)
			return kinds(p.Rep)[finding.ChangeIntroduced] <= introduced
		},
	}
	for name, property := range properties {
		t.Run(name, func(t *testing.T) {
			if err := quick.Check(property, &quick.Config{MaxCount: 300}); err != nil {
				t.Error(err)
			}
		})
	}
}
