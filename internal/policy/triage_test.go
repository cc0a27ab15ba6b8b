package policy_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/policy"
)

const week = 7 * 24 * time.Hour

// The rules on what is known beyond severities, each by itself and against the
// others. The finding is a critical one with a fix, published long ago, in Debian.
func TestTriageRules(t *testing.T) {
	breaks := func(rule, reason string) finding.Judgement {
		return finding.Judgement{Breaks: true, Mode: finding.Block, Rule: rule, Reason: reason}
	}
	severe := breaks("severity", "critical is at or above the threshold high")
	low := func(f *finding.Finding) { f.Rating.Severity = finding.Low }
	kev := func(f *finding.Finding) { f.Context.KEV = &finding.KEV{Added: day(2026, 2, 1)} }
	inKEV := breaks("kev", "known to be exploited, in CISA's catalog since 2026-02-01")
	epss := func(score float64) func(f *finding.Finding) {
		return func(f *finding.Finding) { f.Context.EPSS = &finding.EPSS{Score: score} }
	}
	failAt := func(p *policy.Policy) { p.EPSSFailAt = 0.5 }
	likely := breaks("epss", "the EPSS score 0.72 is at or above 0.5")
	due := func(d finding.Deadline) func(f *finding.Finding) {
		return func(f *finding.Finding) { f.Context.Deadline = &d }
	}
	bod := func(p *policy.Policy) { p.BOD2604 = true }
	grace := func(p *policy.Policy) { p.Grace.NewVulnerability = week }
	published := func(at time.Time) func(f *finding.Finding) {
		return func(f *finding.Finding) { f.Published = at }
	}
	baseline := func(p *policy.Policy) {
		known := found("CVE-2026-0001", "openssl", finding.Critical, "2")
		p.Baseline = policy.Baseline{
			Known:   map[string]bool{known.Fingerprint("ghcr.io/acme/api"): true},
			Created: day(2025, 11, 1),
		}
	}
	suppressed := func(f *finding.Finding) {
		f.Disposition = finding.Disposition{
			Decision: finding.FalsePositive, Entry: "EX-2026-001", Suppressed: true, Expires: day(2027, 5, 1),
		}
	}
	decided := finding.Judgement{Rule: "decision", Reason: "EX-2026-001: false positive, until 2027-05-01", Counts: day(2027, 5, 2)}

	type changes []func(*policy.Policy)
	type findings []func(*finding.Finding)
	tests := []struct {
		name    string
		policy  changes
		finding findings
		want    finding.Judgement
	}{
		{"suppressed", nil, findings{suppressed}, decided},
		{"suppressed, whatever else", changes{bod}, findings{suppressed, kev, due(finding.Deadline{Days: 3})}, decided},
		{"suppressed until it lapses", nil, findings{suppressed, func(f *finding.Finding) {
			f.Disposition.Lapses = day(2026, 3, 5)
		}}, finding.Judgement{Rule: "decision", Reason: decided.Reason, Counts: day(2026, 3, 5)}},
		{"suppressed by a vendor", nil, findings{func(f *finding.Finding) {
			f.Disposition = finding.Disposition{
				Decision: finding.NotInExecutePath, Entry: "vex-7", Vendor: true, ApprovedBy: []string{"Red Hat"}, Suppressed: true,
			}
		}}, finding.Judgement{Rule: "decision", Reason: "vex-7: not in execute path, says Red Hat"}},
		{"decided on, and counts all the same", nil, findings{suppressed, func(f *finding.Finding) {
			f.Disposition.Decision, f.Disposition.Suppressed = finding.UnderInvestigation, false
		}}, severe},
		{"rescored", nil, findings{func(f *finding.Finding) {
			f.Disposition = finding.Disposition{Decision: finding.Rescored, Before: &finding.Rating{Severity: finding.Critical}}
			f.Rating.Severity = finding.Medium
		}}, finding.Judgement{Rule: "severity", Reason: "medium is below the threshold high"}},

		{"exploited, whatever its severity", nil, findings{kev, low}, inKEV},
		{"exploited, though nothing fails on severity", changes{func(p *policy.Policy) { p.FailOn = policy.Never }}, findings{kev}, inKEV},
		{"exploited, without a fix", changes{func(p *policy.Policy) { p.OnlyFixable = true }}, findings{kev, func(f *finding.Finding) {
			f.FixedIn, f.Status = "", finding.StatusAffected
		}}, inKEV},
		{"exploited, and new", changes{grace}, findings{kev, published(now)}, inKEV},
		{"exploited, and in the baseline", changes{baseline}, findings{kev}, inKEV},
		{
			"exploited by ransomware", nil,
			findings{func(f *finding.Finding) { f.Context.KEV = &finding.KEV{Ransomware: true} }},
			breaks("kev", "known to be exploited, used by ransomware"),
		},
		{
			"exploited, and nobody says since when", nil,
			findings{low, func(f *finding.Finding) { yes := true; f.Context.Exploited = &yes }},
			breaks("kev", "known to be exploited"),
		},
		{
			"not in the catalog", nil,
			findings{low, func(f *finding.Finding) { no := false; f.Context.Exploited = &no }},
			finding.Judgement{Rule: "severity", Reason: "low is below the threshold high"},
		},
		{
			"exploited, and out of scope",
			changes{func(p *policy.Policy) { p.Types.Exclude = []string{"os"} }},
			findings{kev},
			finding.Judgement{Rule: "scope", Reason: `the package type debian is excluded by "os"`},
		},
		{
			"exploited, and ignored",
			changes{func(p *policy.Policy) { p.KEV = policy.ExploitedIgnore }},
			findings{kev, low},
			finding.Judgement{Rule: "severity", Reason: "low is below the threshold high"},
		},

		{
			"past its deadline",
			changes{bod},
			findings{low, due(finding.Deadline{Days: 14, Due: day(2026, 2, 27)})},
			breaks("bod-26-04", "past its deadline of 2026-02-27: BOD 26-04 allows 14 days"),
		},
		{
			"on the last day",
			changes{bod},
			findings{low, due(finding.Deadline{Days: 14, Due: day(2026, 2, 28)})},
			finding.Judgement{Rule: "severity", Reason: "low is below the threshold high"},
		},
		{
			"no date to count from",
			changes{bod},
			findings{low, due(finding.Deadline{Days: 3})},
			breaks("bod-26-04", "BOD 26-04 allows 3 days, and no date is known to count from"),
		},
		{
			"with the next upgrade",
			changes{bod},
			findings{low, due(finding.Deadline{Upgrade: true})},
			finding.Judgement{Rule: "severity", Reason: "low is below the threshold high"},
		},
		{
			"past a deadline that the policy does not know", nil,
			findings{low, due(finding.Deadline{Days: 3})},
			finding.Judgement{Rule: "severity", Reason: "low is below the threshold high"},
		},
		{
			"past its deadline, new and in the baseline",
			changes{bod, grace, baseline},
			findings{published(now), due(finding.Deadline{Days: 3, Due: day(2026, 2, 27)})},
			breaks("bod-26-04", "past its deadline of 2026-02-27: BOD 26-04 allows 3 days"),
		},

		{"likely", changes{failAt}, findings{low, epss(0.72)}, likely},
		{"as likely as that", changes{failAt}, findings{low, epss(0.5)}, breaks("epss", "the EPSS score 0.5 is at or above 0.5")},
		{"not likely", changes{failAt}, findings{low, epss(0.49)}, finding.Judgement{Rule: "severity", Reason: "low is below the threshold high"}},
		{"not likely, and severe", changes{failAt}, findings{epss(0.01)}, severe},
		{"likely, and severe", changes{failAt}, findings{epss(0.72)}, severe},
		{"likely, and nobody asks", nil, findings{low, epss(0.72)}, finding.Judgement{Rule: "severity", Reason: "low is below the threshold high"}},
		{
			"likely, and unrated ones are ignored",
			changes{failAt, func(p *policy.Policy) { p.Unknown = policy.UnratedIgnore }},
			findings{epss(0.72), func(f *finding.Finding) { f.Rating.Severity = finding.Unknown }},
			likely,
		},
		{
			"likely and unrated, though nothing fails on severity",
			changes{failAt, func(p *policy.Policy) { p.FailOn = policy.Never }},
			findings{epss(0.72), func(f *finding.Finding) { f.Rating.Severity = finding.Unknown }},
			likely,
		},
		{
			"likely, without a fix",
			changes{failAt, func(p *policy.Policy) { p.OnlyFixable = true }},
			findings{epss(0.72), func(f *finding.Finding) { f.FixedIn, f.Status = "", finding.StatusAffected }},
			finding.Judgement{Rule: "only-fixable", Reason: "there is no fix yet"},
		},
		{
			"likely, and new",
			changes{failAt, grace},
			findings{low, epss(0.72), published(day(2026, 2, 25))},
			finding.Judgement{Rule: "grace", Reason: "published 2026-02-25, less than 7 days ago: counts from 2026-03-04", Counts: day(2026, 3, 4)},
		},

		{
			"new",
			changes{grace},
			findings{published(time.Date(2026, 2, 22, 23, 59, 0, 0, time.UTC))},
			finding.Judgement{Rule: "grace", Reason: "published 2026-02-22, less than 7 days ago: counts from 2026-03-01", Counts: day(2026, 3, 1)},
		},
		{"no longer new", changes{grace}, findings{published(day(2026, 2, 21))}, severe},
		{"published one does not know when", changes{grace}, nil, severe},
		{"published in the future", changes{grace}, findings{published(day(2026, 3, 1))}, severe},
		{
			"new, and below the threshold",
			changes{grace},
			findings{low, published(now)},
			finding.Judgement{Rule: "severity", Reason: "low is below the threshold high"},
		},
		{
			"new by the hour",
			changes{func(p *policy.Policy) { p.Grace.NewVulnerability = 36 * time.Hour }},
			findings{published(now)},
			finding.Judgement{Rule: "grace", Reason: "published 2026-02-28, less than 36 hours ago: counts from 2026-03-01 12:00 UTC", Counts: now.Add(24 * time.Hour)},
		},
		{
			"a new fix",
			changes{func(p *policy.Policy) { p.OnlyFixable, p.Grace.NewFix = true, week }},
			findings{func(f *finding.Finding) { f.Modified = now }},
			finding.Judgement{Rule: "grace", Reason: "its record, which names the fix, changed 2026-02-28, less than 7 days ago: counts from 2026-03-07", Counts: day(2026, 3, 7)},
		},
		{"a new fix, where a fix makes no difference", changes{func(p *policy.Policy) { p.Grace.NewFix = week }}, findings{func(f *finding.Finding) { f.Modified = now }}, severe},
		{"a new fix, one does not know when", changes{func(p *policy.Policy) { p.OnlyFixable, p.Grace.NewFix = true, week }}, nil, severe},
		{
			"new twice over",
			changes{grace, func(p *policy.Policy) { p.OnlyFixable, p.Grace.NewFix = true, 3*week }},
			findings{published(day(2026, 2, 27)), func(f *finding.Finding) { f.Modified = day(2026, 2, 20) }},
			finding.Judgement{Rule: "grace", Reason: "its record, which names the fix, changed 2026-02-20, less than 21 days ago: counts from 2026-03-13", Counts: day(2026, 3, 13)},
		},

		{"in the baseline", changes{baseline}, nil, finding.Judgement{Rule: "baseline", Reason: "in the baseline of 2025-11-01"}},
		{
			"in the baseline, on its last day",
			changes{baseline, func(p *policy.Policy) { p.Baseline.Until = day(2026, 2, 28) }},
			nil,
			finding.Judgement{Rule: "baseline", Reason: "in the baseline of 2025-11-01, until 2026-02-28", Counts: day(2026, 3, 1)},
		},
		{"in the baseline, which is over", changes{baseline, func(p *policy.Policy) { p.Baseline.Until = day(2026, 2, 27) }}, nil, severe},
		{"in the baseline of another package", changes{baseline}, findings{func(f *finding.Finding) { f.Package.Name = "libssl3" }}, severe},
		{
			"in the baseline, in another version",
			changes{baseline},
			findings{func(f *finding.Finding) { f.Package.Version = "9" }},
			finding.Judgement{Rule: "baseline", Reason: "in the baseline of 2025-11-01"},
		},
		{
			"in the baseline, and below the threshold",
			changes{baseline},
			findings{low},
			finding.Judgement{Rule: "severity", Reason: "low is below the threshold high"},
		},
		{
			"in a baseline without a date",
			changes{baseline, func(p *policy.Policy) { p.Baseline.Created = time.Time{} }},
			nil,
			finding.Judgement{Rule: "baseline", Reason: "in the baseline"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := policy.Default()
			for _, change := range tt.policy {
				change(&p)
			}
			f := found("CVE-2026-0001", "openssl", finding.Critical, "2")
			for _, change := range tt.finding {
				change(&f)
			}
			rep := &finding.Report{Image: finding.Image{Name: "ghcr.io/acme/api"}, Findings: []finding.Finding{f}}
			policy.Judge(rep, p, now)
			if diff := cmp.Diff(tt.want, rep.Findings[0].Judgement); diff != "" {
				t.Errorf("judgement (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDue(t *testing.T) {
	f := finding.Finding{}
	if got := policy.Due(f, 14); !got.IsZero() {
		t.Errorf("without a date: %s", got)
	}
	f.Published = time.Date(2026, 2, 20, 23, 0, 0, 0, time.UTC)
	if got := policy.Due(f, 14); !got.Equal(day(2026, 3, 6)) {
		t.Errorf("from its publication: %s", got)
	}
	f.Context.KEV = &finding.KEV{}
	if got := policy.Due(f, 14); !got.Equal(day(2026, 3, 6)) {
		t.Errorf("exploited, and nobody says since when: %s", got)
	}
	f.Context.KEV.Added = day(2026, 2, 27)
	if got := policy.Due(f, 3); !got.Equal(day(2026, 3, 2)) {
		t.Errorf("from its listing: %s", got)
	}
}

// What the verdict says of it all.
func TestJudgeTriage(t *testing.T) {
	kev := found("CVE-2026-0001", "openssl", finding.Low, "2")
	kev.Context.KEV = &finding.KEV{}
	late := found("CVE-2026-0002", "zlib", finding.Low, "2")
	late.Context.Deadline = &finding.Deadline{Days: 3}
	likely := found("CVE-2026-0003", "curl", finding.Low, "2")
	likely.Context.EPSS = &finding.EPSS{Score: 0.9}
	decided := found("CVE-2026-0004", "perl", finding.Critical, "2")
	decided.Disposition = finding.Disposition{Decision: finding.RiskAccepted, Entry: "EX-1", Suppressed: true}
	known := found("CVE-2026-0005", "bash", finding.Critical, "2")
	fresh := found("CVE-2026-0006", "wget", finding.Critical, "2")
	fresh.Published = now
	fresher := fresh
	fresher.ID, fresher.Published = "CVE-2026-0007", day(2026, 2, 27)

	p := policy.Default()
	p.BOD2604, p.EPSSFailAt, p.Grace.NewVulnerability = true, 0.5, week
	p.Baseline = policy.Baseline{Known: map[string]bool{known.Fingerprint(""): true}, Created: day(2025, 11, 1)}
	rep := &finding.Report{
		Findings: []finding.Finding{kev, late, likely, decided, known, fresh, fresher},
		Sources:  []finding.ContextSource{{Name: "kev"}, {Name: "epss"}},
		Triage:   finding.Triage{Unused: []finding.Unused{{Entry: "EX-2"}, {Entry: "EX-3"}}},
	}
	want := finding.Verdict{
		Outcome: finding.Fail, Judged: finding.Fail, Mode: finding.Block, Breaking: 3, Blocking: 3,
		Threshold: "high or worse or unrated; EPSS 0.5 or more; known exploited; past a deadline of BOD 26-04",
		Reasons: []string{
			"1 finding is known to be exploited: openssl CVE-2026-0001",
			"1 finding is past the deadline of BOD 26-04: zlib CVE-2026-0002",
			"1 finding is likely to be exploited (EPSS 0.5 or more): curl CVE-2026-0003",
			"1 finding is covered by a decision and does not count",
			"1 finding is in the baseline of 2025-11-01 and does not count",
			"2 findings are new and do not count yet: the first counts from 2026-03-06",
			"2 exceptions match nothing: EX-2, EX-3",
		},
	}
	if diff := cmp.Diff(want, policy.Judge(rep, p, now)); diff != "" {
		t.Errorf("verdict (-want +got):\n%s", diff)
	}
}

func TestUnused(t *testing.T) {
	rep := &finding.Report{Triage: finding.Triage{Unused: []finding.Unused{{Entry: "EX-2"}}}}
	const told, forbidden = "1 exception matches nothing: EX-2", "1 exception matches nothing, which the policy does not allow: EX-2"
	tests := []struct {
		unused          policy.UnusedChoice
		mode            finding.Mode
		outcome, judged finding.Outcome
		reasons         []string
	}{
		{policy.UnusedIgnore, finding.Block, finding.Pass, finding.Pass, []string{"nothing was found"}},
		{policy.UnusedWarn, finding.Block, finding.Pass, finding.Pass, []string{"nothing was found", told}},
		{policy.UnusedFail, finding.Block, finding.Fail, finding.Fail, []string{forbidden, "nothing was found"}},
		{"", finding.Block, finding.Fail, finding.Fail, []string{forbidden, "nothing was found"}},
		{policy.UnusedFail, finding.Warn, finding.Pass, finding.Fail, []string{"would have failed, but the policy only warns", forbidden, "nothing was found"}},
	}
	for _, tt := range tests {
		p := policy.Default()
		p.Unused, p.Mode = tt.unused, tt.mode
		v := policy.Judge(rep, p, now)
		if v.Outcome != tt.outcome || v.Judged != tt.judged || !slices.Equal(v.Reasons, tt.reasons) {
			t.Errorf("%q under %s: %s, judged %s: %q", tt.unused, tt.mode, v.Outcome, v.Judged, v.Reasons)
		}
		if none := policy.Judge(&finding.Report{}, p, now); none.Judged != finding.Pass {
			t.Errorf("%q without any: %s", tt.unused, none.Judged)
		}
	}
}
