package policy_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/policy"
)

var now = time.Date(2026, 2, 28, 12, 0, 0, 0, time.UTC)

func TestJudge(t *testing.T) {
	var (
		critical = found("CVE-2026-0001", "openssl", finding.Critical, "3.0.15-1")
		high     = found("CVE-2026-0002", "curl", finding.High, "")
		medium   = found("CVE-2026-0003", "zlib", finding.Medium, "1.3.1-2")
		unrated  = found("CVE-2026-0004", "perl", finding.Unknown, "5.36.0-8")
		layer    = finding.Gap{Kind: finding.GapUnreadableLayer, Where: "sha256:aa", Detail: "layer 3 is truncated"}
		endOfOS  = finding.Gap{Kind: finding.GapEndOfLifeOS, Detail: "alpine 3.10 is past its end of life"}
	)
	tests := map[string]struct {
		change   func(*policy.Policy)
		findings []finding.Finding
		gaps     []finding.Gap
		want     finding.Verdict
	}{
		"nothing": {
			want: finding.Verdict{
				Outcome: finding.Pass, Judged: finding.Pass, Mode: finding.Block,
				Threshold: "high or worse or unrated",
				Reasons:   []string{"nothing was found"},
			},
		},
		"below the threshold": {
			findings: []finding.Finding{medium},
			want: finding.Verdict{
				Outcome: finding.Pass, Judged: finding.Pass, Mode: finding.Block,
				Threshold: "high or worse or unrated",
				Reasons:   []string{"the one finding does not break the policy (high or worse or unrated)"},
			},
		},
		"broken": {
			findings: []finding.Finding{medium, high, critical},
			want: finding.Verdict{
				Outcome: finding.Fail, Judged: finding.Fail, Mode: finding.Block, Breaking: 2, Blocking: 2,
				Threshold: "high or worse or unrated",
				Reasons:   []string{"2 findings are high or worse: openssl CVE-2026-0001, curl CVE-2026-0002"},
			},
		},
		"unrated counts": {
			findings: []finding.Finding{unrated},
			want: finding.Verdict{
				Outcome: finding.Fail, Judged: finding.Fail, Mode: finding.Block, Breaking: 1, Blocking: 1,
				Threshold: "high or worse or unrated",
				Reasons:   []string{"1 finding is unrated, which counts as high or worse: perl CVE-2026-0004"},
			},
		},
		"unrated ignored": {
			change:   func(p *policy.Policy) { p.Unknown = policy.UnratedIgnore },
			findings: []finding.Finding{unrated},
			want: finding.Verdict{
				Outcome: finding.Pass, Judged: finding.Pass, Mode: finding.Block,
				Threshold: "high or worse",
				Reasons:   []string{"the one finding does not break the policy (high or worse)"},
			},
		},
		"only fixable": {
			change:   func(p *policy.Policy) { p.OnlyFixable = true },
			findings: []finding.Finding{critical, high},
			want: finding.Verdict{
				Outcome: finding.Fail, Judged: finding.Fail, Mode: finding.Block, Breaking: 1, Blocking: 1,
				Threshold: "high or worse or unrated, fixable only",
				Reasons: []string{
					"1 finding is high or worse and has a fix: openssl CVE-2026-0001",
					"1 finding has no fix and does not count",
				},
			},
		},
		"out of scope": {
			change:   func(p *policy.Policy) { p.Types.Include = []string{"language"} },
			findings: []finding.Finding{critical, high},
			want: finding.Verdict{
				Outcome: finding.Pass, Judged: finding.Pass, Mode: finding.Block,
				Threshold: "high or worse or unrated, in scope only",
				Reasons: []string{
					"none of 2 findings breaks the policy (high or worse or unrated, in scope only)",
					"2 findings are out of scope and do not count",
				},
			},
		},
		"never": {
			change:   func(p *policy.Policy) { p.FailOn = policy.Never },
			findings: []finding.Finding{critical, unrated},
			want: finding.Verdict{
				Outcome: finding.Pass, Judged: finding.Pass, Mode: finding.Block,
				Threshold: "never",
				Reasons:   []string{"none of 2 findings breaks the policy (never)"},
			},
		},
		"gaps": {
			gaps: []finding.Gap{layer, endOfOS},
			want: finding.Verdict{
				Outcome: finding.Inconclusive, Judged: finding.Inconclusive, Mode: finding.Block, OpenGaps: 2,
				Threshold: "high or worse or unrated",
				Reasons: []string{
					"the scan is incomplete: alpine 3.10 is past its end of life (end-of-life-os); layer 3 is truncated (unreadable-layer)",
					"nothing was found",
				},
			},
		},
		"a gap accepted": {
			change: func(p *policy.Policy) { p.AcceptGaps = []finding.GapKind{finding.GapEndOfLifeOS} },
			gaps:   []finding.Gap{endOfOS},
			want: finding.Verdict{
				Outcome: finding.Pass, Judged: finding.Pass, Mode: finding.Block,
				Threshold: "high or worse or unrated",
				Reasons:   []string{"nothing was found", "1 gap is accepted: end-of-life-os"},
			},
		},
		"fail wins over inconclusive": {
			findings: []finding.Finding{critical},
			gaps:     []finding.Gap{layer},
			want: finding.Verdict{
				Outcome: finding.Fail, Judged: finding.Fail, Mode: finding.Block, Breaking: 1, Blocking: 1, OpenGaps: 1,
				Threshold: "high or worse or unrated",
				Reasons: []string{
					"1 finding is high or worse: openssl CVE-2026-0001",
					"the scan is incomplete: layer 3 is truncated (unreadable-layer)",
				},
			},
		},
		"observe": {
			change:   func(p *policy.Policy) { p.Mode = finding.Observe },
			findings: []finding.Finding{critical},
			want: finding.Verdict{
				Outcome: finding.Pass, Judged: finding.Fail, Mode: finding.Observe, Breaking: 1,
				Threshold: "high or worse or unrated",
				Reasons: []string{
					"would have failed, but the policy only observes",
					"1 finding is high or worse: openssl CVE-2026-0001",
				},
			},
		},
		"warn with a gap": {
			change: func(p *policy.Policy) { p.Mode = finding.Warn },
			gaps:   []finding.Gap{layer},
			want: finding.Verdict{
				Outcome: finding.Pass, Judged: finding.Inconclusive, Mode: finding.Warn, OpenGaps: 1,
				Threshold: "high or worse or unrated",
				Reasons: []string{
					"would have been inconclusive, but the policy only warns",
					"the scan is incomplete: layer 3 is truncated (unreadable-layer)",
					"nothing was found",
				},
			},
		},
		"block from tomorrow": {
			change:   func(p *policy.Policy) { p.EnforceFrom = day(2026, 3, 1) },
			findings: []finding.Finding{critical},
			want: finding.Verdict{
				Outcome: finding.Pass, Judged: finding.Fail, Mode: finding.Warn, Breaking: 1,
				EnforceFrom: day(2026, 3, 1),
				Threshold:   "high or worse or unrated",
				Reasons: []string{
					"would have failed, but the policy only warns until it blocks from 2026-03-01",
					"1 finding is high or worse: openssl CVE-2026-0001",
				},
			},
		},
		"block from today": {
			change:   func(p *policy.Policy) { p.EnforceFrom = day(2026, 2, 28) },
			findings: []finding.Finding{critical},
			want: finding.Verdict{
				Outcome: finding.Fail, Judged: finding.Fail, Mode: finding.Block, Breaking: 1, Blocking: 1,
				EnforceFrom: day(2026, 2, 28),
				Threshold:   "high or worse or unrated",
				Reasons:     []string{"1 finding is high or worse: openssl CVE-2026-0001"},
			},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := policy.Default()
			if tt.change != nil {
				tt.change(&p)
			}
			rep := &finding.Report{Findings: tt.findings, Gaps: tt.gaps}
			if diff := cmp.Diff(tt.want, policy.Judge(rep, p, now)); diff != "" {
				t.Errorf("verdict (-want +got):\n%s", diff)
			}
		})
	}
}

func TestJudgeBlocksFromMidnightUTC(t *testing.T) {
	p := policy.Default()
	p.EnforceFrom = day(2026, 3, 1)
	for _, tt := range []struct {
		now  time.Time
		want finding.Mode
	}{
		{p.EnforceFrom.Add(-time.Nanosecond), finding.Warn},
		{p.EnforceFrom, finding.Block},
		{p.EnforceFrom.In(time.FixedZone("UTC-8", -8*3600)), finding.Block},
	} {
		if got := policy.Judge(&finding.Report{}, p, tt.now).Mode; got != tt.want {
			t.Errorf("mode at %v = %s, want %s", tt.now, got, tt.want)
		}
	}
}

// A report that was judged before is judged afresh, gap by gap and finding by
// finding.
func TestJudgeWritesItsWordIntoTheReport(t *testing.T) {
	rep := &finding.Report{
		Findings: []finding.Finding{found("CVE-2026-0001", "openssl", finding.Critical, "1"), found("CVE-2026-0002", "curl", finding.Low, "1")},
		Gaps:     []finding.Gap{{Kind: finding.GapUnknownOS}, {Kind: finding.GapEndOfLifeOS}},
	}
	p := policy.Default()
	p.AcceptGaps = []finding.GapKind{finding.GapUnknownOS}
	policy.Judge(rep, p, now)
	p.FailOn = policy.Never
	p.AcceptGaps = []finding.GapKind{finding.GapEndOfLifeOS}
	policy.Judge(rep, p, now)

	for _, f := range rep.Findings {
		want := finding.Judgement{Rule: "severity", Reason: "the policy fails on no severity"}
		if f.Judgement != want {
			t.Errorf("%s: judgement %+v, want %+v", f.ID, f.Judgement, want)
		}
	}
	if rep.Gaps[0].Accepted || !rep.Gaps[1].Accepted {
		t.Errorf("accepted gaps: %+v, want only the second", rep.Gaps)
	}
}

func TestReasonsNameAFewAndCountTheRest(t *testing.T) {
	rep := &finding.Report{}
	for _, id := range strings.Split("CVE-1 CVE-2 CVE-3 CVE-4 CVE-5 CVE-6 CVE-7", " ") {
		rep.Findings = append(rep.Findings, found(id, "openssl", finding.High, "1"))
	}
	twice := rep.Findings[0]
	twice.Package.Path = "elsewhere"
	rep.Findings = append(rep.Findings, twice)

	got := policy.Judge(rep, policy.Default(), now).Reasons[0]
	const want = "8 findings are high or worse: openssl CVE-1, openssl CVE-2, openssl CVE-3, openssl CVE-4, openssl CVE-5 and 2 more"
	if got != want {
		t.Errorf("reason\n got %q\nwant %q", got, want)
	}
}

func found(id, name string, severity finding.Severity, fixedIn string) finding.Finding {
	f := finding.Finding{
		ID:      id,
		FixedIn: fixedIn,
		Status:  finding.StatusFixed,
		Rating:  finding.Rating{Severity: severity},
		Package: finding.Package{Class: finding.ClassOS, Type: "debian", Name: name, Path: "var/lib/dpkg/status"},
	}
	if fixedIn == "" {
		f.Status = finding.StatusAffected
	}
	return f
}

func day(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}
