package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
)

// places are the files and lines of pointers.
func places(list []Pointer) []string {
	var all []string
	for _, p := range list {
		all = append(all, linePlace(finding.Line{File: p.File, Start: p.Line}))
	}
	return all
}

func TestPointers(t *testing.T) {
	t.Parallel()
	observed := debianApp()
	for i := range observed.Findings {
		observed.Findings[i].Judgement.Breaks = false
	}
	decided := debianApp()
	for i := range decided.Findings {
		decided.Findings[i].Disposition.Suppressed = true
	}
	outside := debianApp()
	outside.Findings = ofOrigin(outside.Findings, finding.OriginIntroduced, 0)[:1]
	outside.Findings[0].Origin.Line.File = "../../etc/passwd"
	for name, tt := range map[string]struct {
		rep  *finding.Report
		want []string
	}{
		"the worst first":       {debianApp(), []string{"go.mod:3", "deploy/Dockerfile:9", "deploy/Dockerfile:11", "go.mod:7", "web/package.json:12"}},
		"introduced first":      {comparedReport(), []string{"deploy/Dockerfile:11", "go.mod:3", "deploy/Dockerfile:9", "go.mod:7", "web/package.json:12"}},
		"nothing to compare":    {incomparableReport(), places(Pointers(debianApp(), 8))},
		"without a line":        {failingReport(), nil},
		"nothing breaks":        {observed, nil},
		"decided":               {decided, nil},
		"out of the repository": {outside, nil},
		"clean":                 {cleanReport(), nil},
	} {
		if diff := cmp.Diff(tt.want, places(Pointers(tt.rep, 8))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if got := places(Pointers(debianApp(), 2)); len(got) != 2 {
		t.Errorf("two are asked for, and these are there: %v", got)
	}
}

// TestPointersSayTheSame holds that the words are those of the report's own advice.
func TestPointersSayTheSame(t *testing.T) {
	t.Parallel()
	advice := render(t, "table", debianApp(), Options{})
	for _, p := range Pointers(debianApp(), 8) {
		if !strings.Contains(advice, p.Words) {
			t.Errorf("%q is not in\n%s", p.Words, advice)
		}
	}
	hostile := hostileReport()
	for i := range hostile.Findings {
		hostile.Findings[i].Origin.Line.File = "Dockerfile"
	}
	list := Pointers(hostile, 8)
	if len(list) != 2 {
		t.Errorf("%d pointers, want 2", len(list))
	}
	for _, p := range list {
		checkInert(t, p.Words)
	}
}
