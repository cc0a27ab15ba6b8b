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
