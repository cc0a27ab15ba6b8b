package report

import (
	"regexp"
	"strings"
	"testing"

	"github.com/org/imgscan-action/internal/finding"
)

func TestTableWidth(t *testing.T) {
	t.Parallel()
	rep := failingReport()
	rep.Findings[0].Package.Name = "日本語の" + strings.Repeat("長い名前", 20)
	for _, width := range []int{100, 120, 200} {
		// A name that is one long word is not broken in the advice, so that it can be
		// copied; in the findings it is cut.
		_, findings, _ := strings.Cut(render(t, "table", rep, Options{Width: width}), "\nFindings")
		for line := range strings.Lines(findings) {
			if got := cells.StringWidth(strings.TrimSuffix(line, "\n")); got > width {
				t.Errorf("width %d: a line of %d: %s", width, got, line)
			}
		}
	}
}

func TestTableColor(t *testing.T) {
	t.Parallel()
	escapes := regexp.MustCompile("\x1b\\[[0-9;]*m")
	plain := render(t, "table", failingReport(), Options{Width: 120})
	colored := render(t, "table", failingReport(), Options{Width: 120, Color: true})
	if escapes.MatchString(plain) {
		t.Error("colours without Options.Color")
	}
	if !strings.HasPrefix(colored, "\x1b[1;31mFAIL") {
		t.Errorf("the verdict is not red: %.40q", colored)
	}
	if escapes.ReplaceAllString(colored, "") != plain {
		t.Error("colours change the words or their places")
	}
}

func TestCutCells(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in      string
		width   int
		keepEnd bool
		want    string
	}{
		{"short", 5, false, "short"},
		{"1.2.3-r4-extra", 6, false, "1.2.3…"},
		{"usr/lib/node_modules/lodash", 7, true, "…lodash"},
		{"日本語", 5, false, "日本…"},
		{"日本語", 4, true, "… 語"},
	} {
		if got := cutCells(tt.in, tt.width, tt.keepEnd); got != tt.want {
			t.Errorf("cutCells(%q, %d, %t) = %q, want %q", tt.in, tt.width, tt.keepEnd, got, tt.want)
		}
	}
}

func TestHeadline(t *testing.T) {
	t.Parallel()
	for want, v := range map[string]finding.Verdict{
		"PASS: the build may proceed": {Outcome: finding.Pass, Judged: finding.Pass, Mode: finding.Block},
		"FAIL: the build must stop":   {Outcome: finding.Fail, Judged: finding.Fail, Mode: finding.Block},
		"INCONCLUSIVE: the scan could not find out whether the build may proceed": {},
		"PASS in warn mode: would have failed: 7": {
			Outcome: finding.Pass, Judged: finding.Fail, Mode: finding.Warn, Breaking: 7,
		},
		"PASS: the build may proceed; would have failed in block mode: 2": {
			Outcome: finding.Pass, Judged: finding.Fail, Mode: finding.Block, Breaking: 2,
		},
		"PASS in observe mode: would have been inconclusive: 1 gap": {
			Outcome: finding.Pass, Judged: finding.Inconclusive, Mode: finding.Observe, OpenGaps: 1,
		},
	} {
		if got := headline(v); got != want {
			t.Errorf("headline(%+v) = %q, want %q", v, got, want)
		}
	}
}
