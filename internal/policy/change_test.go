package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/policy"
)

// A policy that only minds what a change brings says so, and says when it cannot
// tell.
func TestOnlyIntroducedReasons(t *testing.T) {
	old := found("CVE-2026-0001", "openssl", finding.Critical, "3.0.15-1")
	old.Change.Kind = finding.ChangePreExisting
	fresh := found("CVE-2026-0002", "curl", finding.High, "8.1-1")
	fresh.Change.Kind = finding.ChangeIntroduced
	untold := found("CVE-2026-0003", "zlib", finding.High, "1.3-1")
	const (
		two     = "2 findings are high or worse: curl CVE-2026-0002, zlib CVE-2026-0003"
		nothing = "there is nothing to compare with, so every finding counts as introduced"
	)
	tests := map[string]struct {
		compared *finding.Compared
		findings []finding.Finding
		want     []string
	}{
		"compared": {
			compared: &finding.Compared{Ref: "acme/api:main"},
			findings: []finding.Finding{old, fresh},
			want:     []string{"1 finding is high or worse: curl CVE-2026-0002", "1 finding is not of this change and does not count"},
		},
		"could not be compared": {
			compared: &finding.Compared{Why: "acme/api:main is not there"},
			findings: []finding.Finding{fresh, untold},
			want:     []string{two, nothing + ": acme/api:main is not there"},
		},
		"nobody asked":    {findings: []finding.Finding{fresh, untold}, want: []string{two, nothing}},
		"nothing to mind": {want: []string{"nothing was found"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := policy.Default()
			p.OnlyIntroduced = true
			verdict := policy.Judge(&finding.Report{Findings: test.findings, Compared: test.compared}, p, now)
			if diff := cmp.Diff(test.want, verdict.Reasons); diff != "" {
				t.Errorf("reasons (-want +got):\n%s", diff)
			}
			if want := "high or worse or unrated, new only"; verdict.Threshold != want {
				t.Errorf("threshold %q, want %q", verdict.Threshold, want)
			}
		})
	}
}
