package policy_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/policy"
)

func forecast(p policy.Policy, findings ...finding.Finding) string {
	var lines []string
	for _, f := range policy.Forecast(&finding.Report{Findings: findings}, p, now) {
		lines = append(lines, f.String())
	}
	return strings.Join(lines, "\n")
}

// excepted is a critical finding under a decision that ends.
func excepted(id, entry string, expires time.Time) finding.Finding {
	f := found(id, "openssl", finding.Critical, "2")
	f.Disposition = finding.Disposition{Decision: finding.RiskAccepted, Entry: entry, Suppressed: true, Expires: expires}
	return f
}

func TestForecast(t *testing.T) {
	critical := found("CVE-2026-0001", "openssl", finding.Critical, "2")
	high := found("CVE-2026-0002", "curl", finding.High, "2")
	low := found("CVE-2026-0003", "zlib", finding.Low, "2")
	fresh := func(id string, published time.Time) finding.Finding {
		f := found(id, "wget", finding.High, "2")
		f.Published = published
		return f
	}
	lapsing := excepted("CVE-2026-0004", "EX-4", day(2026, 12, 31))
	lapsing.Disposition.Lapses = day(2026, 3, 5)
	rescored := found("CVE-2026-0005", "perl", finding.Low, "2")
	rescored.Disposition = finding.Disposition{
		Decision: finding.Rescored, Entry: "EX-5", Expires: day(2026, 3, 9), Before: &finding.Rating{Severity: finding.Critical},
	}
	worse := critical
	worse.Disposition = finding.Disposition{
		Decision: finding.Rescored, Entry: "EX-6", Expires: day(2026, 3, 9), Before: &finding.Rating{Severity: finding.Low},
	}
	due := low
	due.Context.Deadline = &finding.Deadline{Days: 14, Due: day(2026, 3, 6)}

	tests := map[string]struct {
		change   func(*policy.Policy)
		findings []finding.Finding
		want     []string
	}{
		"nothing is dated": {findings: []finding.Finding{critical, low}},
		"the policy blocks": {
			change:   func(p *policy.Policy) { p.EnforceFrom = day(2027, 2, 1) },
			findings: []finding.Finding{critical, high, low},
			want:     []string{"under block from 1 Feb 2027: 2 findings would fail this image (the policy blocks)"},
		},
		"the policy blocks, and finds nothing": {
			change:   func(p *policy.Policy) { p.EnforceFrom = day(2027, 2, 1) },
			findings: []finding.Finding{low},
		},
		"the policy blocked yesterday": {
			change:   func(p *policy.Policy) { p.EnforceFrom = day(2026, 2, 27) },
			findings: []finding.Finding{critical},
		},
		"a date without block": {
			change:   func(p *policy.Policy) { p.Mode, p.EnforceFrom = finding.Observe, day(2027, 2, 1) },
			findings: []finding.Finding{critical},
		},
		"rung by rung": {
			change: func(p *policy.Policy) {
				p.Mode = finding.Observe
				p.Ladder = []policy.Rung{
					{Severities: []finding.Severity{finding.High}, Owners: nil, Mode: finding.Block, EnforceFrom: day(2026, 4, 1)},
					{Images: []string{"**"}, Severities: []finding.Severity{finding.Critical}, Mode: finding.Block, EnforceFrom: day(2026, 3, 15)},
				}
			},
			findings: []finding.Finding{critical, high, low},
			want: []string{
				"under block from 15 Mar 2026: 1 finding would fail this image (the policy blocks what is critical, in **)",
				"under block from 1 Apr 2026: 2 findings would fail this image (the policy blocks what is high)",
			},
		},
		"decisions end": {
			findings: []finding.Finding{
				excepted("CVE-1", "EX-2", day(2026, 3, 1)), excepted("CVE-2", "EX-1", day(2026, 3, 1)), excepted("CVE-3", "EX-1", day(2026, 3, 1)),
				excepted("CVE-4", "EX-3", day(2026, 3, 8)), lapsing, rescored, worse,
				excepted("CVE-5", "EX-7", time.Time{}),
			},
			want: []string{
				"under block from 2 Mar 2026: 4 findings would fail this image (EX-1, EX-2 expire)",
				"under block from 5 Mar 2026: 5 findings would fail this image (EX-4 lapses unless reviewed)",
				"under block from 9 Mar 2026: 6 findings would fail this image (EX-3 expires)",
			},
		},
		"only rescored ones": {
			findings: []finding.Finding{rescored},
			want:     []string{"under block from 10 Mar 2026: 1 finding would fail this image (EX-5 expires)"},
		},
		"a decision to rate higher ends": {
			findings: []finding.Finding{worse},
			want:     []string{"from 10 Mar 2026: no finding would break the policy (EX-6 expires)"},
		},
		"a decision ends that makes no difference": {
			findings: []finding.Finding{func() finding.Finding {
				f := excepted("CVE-1", "EX-1", day(2026, 3, 1))
				f.Rating.Severity = finding.Low
				return f
			}()},
		},
		"where nothing blocks": {
			change:   func(p *policy.Policy) { p.Mode = finding.Warn },
			findings: []finding.Finding{excepted("CVE-1", "EX-1", day(2026, 3, 1)), high},
			want:     []string{"from 2 Mar 2026: 2 findings would break the policy, and stop nothing (EX-1 expires)"},
		},
		"new no longer": {
			change: func(p *policy.Policy) { p.Grace.NewVulnerability = week },
			findings: []finding.Finding{
				fresh("CVE-1", day(2026, 2, 28)), fresh("CVE-2", day(2026, 2, 24)), fresh("CVE-3", now), fresh("CVE-4", day(2026, 1, 1)),
			},
			want: []string{
				"under block from 3 Mar 2026: 2 findings would fail this image (the grace period of CVE-2 ends)",
				"under block from 7 Mar 2026: 4 findings would fail this image (the grace periods of CVE-1, CVE-3 end)",
			},
		},
		"excepted and, after that, new": {
			change: func(p *policy.Policy) { p.Grace.NewVulnerability = 2 * week },
			findings: []finding.Finding{func() finding.Finding {
				f := excepted("CVE-1", "EX-1", day(2026, 3, 1))
				f.Published = now
				return f
			}()},
			want: []string{"under block from 14 Mar 2026: 1 finding would fail this image (the grace period of CVE-1 ends)"},
		},
		"the baseline ends": {
			change: func(p *policy.Policy) {
				p.Baseline = policy.Baseline{Known: map[string]bool{critical.Fingerprint(""): true}, Until: day(2026, 6, 30)}
			},
			findings: []finding.Finding{critical},
			want:     []string{"under block from 1 Jul 2026: 1 finding would fail this image (the baseline ends)"},
		},
		"a deadline passes": {
			change:   func(p *policy.Policy) { p.BOD2604 = true },
			findings: []finding.Finding{due},
			want:     []string{"under block from 7 Mar 2026: 1 finding would fail this image (the deadline of CVE-2026-0003 passes)"},
		},
		"several things on one day": {
			change: func(p *policy.Policy) {
				p.BOD2604, p.EnforceFrom = true, day(2026, 3, 7)
				p.Grace.NewVulnerability = week
			},
			findings: []finding.Finding{due, fresh("CVE-1", now), excepted("CVE-2", "EX-1", day(2026, 3, 6)), low},
			want:     []string{"under block from 7 Mar 2026: 3 findings would fail this image (the policy blocks; EX-1 expires; the grace period of CVE-1 ends; the deadline of CVE-2026-0003 passes)"},
		},
		"at most five": {
			findings: func() (all []finding.Finding) {
				for d := 1; d <= 7; d++ {
					all = append(all, excepted("CVE-1", "EX-1", day(2026, 3, d)))
				}
				return all
			}(),
			want: []string{
				"under block from 2 Mar 2026: 1 finding would fail this image (EX-1 expires)",
				"under block from 3 Mar 2026: 2 findings would fail this image (EX-1 expires)",
				"under block from 4 Mar 2026: 3 findings would fail this image (EX-1 expires)",
				"under block from 5 Mar 2026: 4 findings would fail this image (EX-1 expires)",
				"under block from 6 Mar 2026: 5 findings would fail this image (EX-1 expires)",
			},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := policy.Default()
			if tt.change != nil {
				tt.change(&p)
			}
			if diff := cmp.Diff(strings.Join(tt.want, "\n"), forecast(p, tt.findings...)); diff != "" {
				t.Errorf("forecast (-want +got):\n%s", diff)
			}
		})
	}
}

func TestForecastOfGaps(t *testing.T) {
	p := policy.Default()
	p.EnforceFrom = day(2027, 2, 1)
	rep := &finding.Report{Gaps: []finding.Gap{{Kind: finding.GapUnknownOS}}}
	got := policy.Forecast(rep, p, now)
	want := []finding.Forecast{{From: day(2027, 2, 1), Why: "the policy blocks", Judged: finding.Inconclusive, Outcome: finding.Inconclusive}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("forecast (-want +got):\n%s", diff)
	}
	if s, want := got[0].String(), "from 1 Feb 2027: the scan of this image would be inconclusive (the policy blocks)"; s != want {
		t.Errorf("in words\n got %s\nwant %s", s, want)
	}

	p.Unused = policy.UnusedFail
	rep.Triage.Unused = []finding.Unused{{Entry: "EX-1"}}
	got = policy.Forecast(rep, p, now)
	if s, want := got[0].String(), "under block from 1 Feb 2027: this image would fail (the policy blocks)"; s != want {
		t.Errorf("in words\n got %s\nwant %s", s, want)
	}
}

// Looking ahead changes nothing.
func TestForecastLeavesTheReportAlone(t *testing.T) {
	p := policy.Default()
	p.EnforceFrom = day(2027, 2, 1)
	make := func() *finding.Report {
		rep := &finding.Report{
			Findings: []finding.Finding{excepted("CVE-1", "EX-1", day(2026, 3, 1)), found("CVE-2", "curl", finding.High, "2")},
			Gaps:     []finding.Gap{{Kind: finding.GapUnknownOS}},
		}
		rep.Verdict = policy.Judge(rep, p, now)
		return rep
	}
	rep := make()
	if len(policy.Forecast(rep, p, now)) == 0 {
		t.Fatal("no forecast")
	}
	if diff := cmp.Diff(make(), rep); diff != "" {
		t.Errorf("report (-before +after):\n%s", diff)
	}
}
