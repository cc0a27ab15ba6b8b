package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/org/imgscan-action/internal/finding"
)

// bigReport has more of everything than a comment holds.
func bigReport() *finding.Report {
	rep := failingReport()
	for i := range 2000 {
		p := alpine(fmt.Sprintf("package%d", i), "", "1.0", "r0")
		f := fixed(fmt.Sprintf("CVE-2026-%d", 10000+i), p, "1.1-r0", nvd(finding.Medium, 5.0), "a flaw")
		f.Judgement.Breaks = i%2 == 0
		rep.Findings = append(rep.Findings, f)
		rep.Gaps = append(rep.Gaps, finding.Gap{Kind: finding.GapUnreadableFile, Where: fmt.Sprintf("srv/%d.jar", i), Detail: "cut short", Accepted: i%2 == 0})
	}
	finding.Sort(rep.Findings)
	finding.SortGaps(rep.Gaps)
	return rep
}

func TestMarkdownFits(t *testing.T) {
	t.Parallel()
	rep := bigReport()
	for _, format := range []string{"markdown", "github-summary"} {
		for _, limit := range []int{3_000, 65_000, 300_000, 1_000_000} {
			got := render(t, format, rep, Options{MaxBytes: limit})
			if len(got) > limit || !utf8.ValidString(got) {
				t.Errorf("%s in %d bytes: %d bytes, UTF-8 %t", format, limit, len(got), utf8.ValidString(got))
			}
			if opened, closed := strings.Count(got, "<details>"), strings.Count(got, "</details>"); opened != closed || opened < 2 {
				t.Errorf("%s in %d bytes: %d tags opened, %d closed", format, limit, opened, closed)
			}
			for _, want := range []string{headline(rep.Verdict), rep.Verdict.Reasons[0], "| all | 2009 |"} {
				if !strings.Contains(got, want) {
					t.Errorf("%s in %d bytes: %q is not there", format, limit, want)
				}
			}
		}
	}
}

// TestSheddingOrder holds what goes first: what the verdict does not rest on.
func TestSheddingOrder(t *testing.T) {
	t.Parallel()
	whole := render(t, "markdown", bigReport(), Options{})
	slightly := render(t, "markdown", bigReport(), Options{MaxBytes: len(whole) - 1000})
	if strings.Count(slightly, "| ✗ |") != strings.Count(whole, "| ✗ |") {
		t.Error("findings that break the policy were left out before others")
	}
	if !strings.Contains(slightly, "more findings, left out for size.") {
		t.Error("the report does not say what it left out")
	}
	hard := render(t, "markdown", bigReport(), Options{MaxBytes: 150_000})
	if strings.Contains(hard, "more upgrades, left out") || !strings.Contains(hard, "more gaps, left out") {
		t.Error("upgrades were left out before gaps")
	}
}

// TestSheddingByOwner holds that what the bases brought goes before what the
// readers can mend, and who acts stays.
func TestSheddingByOwner(t *testing.T) {
	t.Parallel()
	rep := debianApp()
	for i := range 500 {
		f := rep.Findings[i%9]
		f.ID = fmt.Sprintf("CVE-2026-%d", 10000+i)
		f.Judgement.Breaks = false
		rep.Findings = append(rep.Findings, f)
	}
	finding.Sort(rep.Findings)
	count := func(out string) (mine, theirs int) {
		return strings.Count(out, "`web/package.json:12` |"), strings.Count(out, "`deploy/Dockerfile:9` |")
	}
	whole := render(t, "markdown", rep, Options{})
	mine, theirs := count(whole)
	cut := render(t, "markdown", rep, Options{MaxBytes: len(whole) - 10_000})
	if m, th := count(cut); m != mine || th >= theirs || !strings.Contains(cut, "more findings, left out for size.") {
		t.Errorf("%d of %d of mine and %d of %d of the base's are left", m, mine, th, theirs)
	}
	hard := render(t, "markdown", rep, Options{MaxBytes: 4_300})
	for _, step := range rep.Plan {
		if !strings.Contains(hard, step.Do[:20]) {
			t.Errorf("%q was left out", step.Do)
		}
	}
	if strings.Contains(hard, "third-party-repository") || !strings.Contains(hard, "2 more limits, left out for size.") {
		t.Error("limits were not left out, or not said to be")
	}
}

func TestMarkdownThatCannotFit(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := writeMarkdown(&b, failingReport(), Options{MaxBytes: 100}); err == nil || b.Len() > 0 {
		t.Errorf("a report in 100 bytes: %v, %d bytes written", err, b.Len())
	}
}

func TestSummaryHasItsOwnLimit(t *testing.T) {
	t.Parallel()
	rep := bigReport()
	for i := range rep.Findings {
		rep.Findings[i].Title = strings.Repeat("long ", 100)
		rep.Findings[i].Judgement.Reason = strings.Repeat("words ", 100)
		rep.Findings[i].Package.Name += strings.Repeat("x", 300)
	}
	if got := len(render(t, "github-summary", rep, Options{})); got > maxSummary {
		t.Errorf("the summary has %d bytes, more than %d", got, maxSummary)
	}
}
