package report

import (
	"testing"

	"github.com/org/imgscan-action/internal/finding"
)

func TestOneRelease(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		installed string
		fixes     []string
		want      string
	}{
		"one":                      {"4.17.20", []string{"4.17.21"}, "4.17.21"},
		"the newest":               {"4.17.4", []string{"4.17.12", "4.17.5", "4.17.21"}, "4.17.21"},
		"its branch":               {"v1.20.1", []string{"1.19.9, 1.20.4"}, "1.20.4"},
		"an older branch":          {"v1.19.1", []string{"1.19.9, 1.20.4"}, "1.19.9"},
		"a branch without a fix":   {"1.18.3", []string{"1.19.9, 1.20.4"}, "1.19.9"},
		"forced to the next":       {"1.18.3", []string{"1.19.9, 1.20.4", "1.20.2"}, "1.20.4"},
		"forced, in another order": {"1.18.3", []string{"1.20.2", "1.19.9, 1.20.4"}, "1.20.4"},
		"further on its branch":    {"2.0.1", []string{"2.1.5, 3.0.8", "2.3.0"}, "2.3.0"},
		"between two branches":     {"1.20.0", []string{"1.18.9, 1.19.9, 1.21.3"}, "1.21.3"},
		"numbers, not text":        {"9.9", []string{"9.10"}, "9.10"},
		"a longer version":         {"1.2", []string{"1.2.0.1"}, "1.2.0.1"},
		"a revision":               {"1.1.1c-r0", []string{"1.1.1d-r0"}, ""},
		"a candidate":              {"1.2.3", []string{"1.3.0-rc1"}, ""},
		"an epoch":                 {"1:1.2", []string{"1:1.3"}, ""},
		"affected all the same":    {"1.5.0", []string{"1.2.3, 2.0.1", "1.5.1"}, ""},
		"newer than the fix":       {"2.0", []string{"1.9"}, ""},
		"too long a number":        {"1.0", []string{"1.12345678901234567890"}, ""},
		"nothing installed":        {"", []string{"1.0"}, ""},
		"no fix":                   {"1.0", []string{""}, ""},
	} {
		var findings []finding.Finding
		for _, fix := range tt.fixes {
			findings = append(findings, finding.Finding{FixedIn: fix})
		}
		if got := oneRelease(tt.installed, findings); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}
