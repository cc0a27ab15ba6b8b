package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/policy"
)

var onDebian = finding.Lineage{Bases: []finding.Base{{Ref: "ghcr.io/acme/base:3"}, {Ref: "debian:12"}}}

func from(f finding.Finding, kind finding.OriginKind, base int) finding.Finding {
	f.Origin = finding.Origin{Kind: kind, Base: base}
	return f
}

// TestTrustedBases: a discount for what is inherited is for the bases that the policy
// names, since a change chooses what it stands on.
func TestTrustedBases(t *testing.T) {
	proven := func(refs ...string) finding.Lineage {
		var l finding.Lineage
		for _, ref := range refs {
			l.Bases = append(l.Bases, finding.Base{Ref: ref, Confidence: finding.Proven})
		}
		return l
	}
	declared := proven("debian:12")
	declared.Bases[0].Confidence = finding.Declared
	renamed := proven("mirror.example/debian:12")
	renamed.Bases[0].Aliases = []string{"debian:bookworm"}
	for _, tt := range []struct {
		name    string
		trusted []string
		lineage finding.Lineage
		base    int
		breaks  bool
	}{
		{"nobody says", nil, proven("evil.example/base:1"), 1, false},
		{"named", []string{"debian"}, proven("debian:12"), 1, false},
		{"with its host", []string{"docker.io/library/*"}, proven("debian:12@sha256:0a"), 1, false},
		{"by another name", []string{"debian"}, renamed, 1, false},
		{"another", []string{"debian"}, proven("evil.example/debian:12"), 1, true},
		{"one that stands on it", []string{"debian"}, proven("evil.example/base:1", "debian:12"), 1, true},
		{"the one below", []string{"debian"}, proven("evil.example/base:1", "debian:12"), 2, false},
		{"what stands below it", []string{"ghcr.io/acme/**"}, proven("ghcr.io/acme/base:3", "debian:12"), 2, false},
		{"only declared", []string{"debian"}, declared, 1, true},
		{"not in the lineage", []string{"debian"}, proven("debian:12"), 2, true},
		{"nobody knows which", []string{"debian"}, proven("debian:12"), 0, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := policy.Default()
			p.IntroducedBy = []policy.Side{policy.SideApp}
			p.TrustedBases = tt.trusted
			rep := &finding.Report{
				Lineage:  tt.lineage,
				Findings: []finding.Finding{from(found("CVE-2026-0001", "openssl", finding.Critical, "1"), finding.OriginInherited, tt.base)},
			}
			policy.Judge(rep, p, now)
			if got := rep.Findings[0].Judgement.Breaks; got != tt.breaks {
				t.Errorf("breaks the policy: %t, want %t", got, tt.breaks)
			}
		})
	}
}

func TestRuleOrigin(t *testing.T) {
	appOnly := func(p *policy.Policy) { p.IntroducedBy = []policy.Side{policy.SideApp} }
	baseOnly := func(p *policy.Policy) { p.IntroducedBy = []policy.Side{policy.SideBase} }
	both := func(p *policy.Policy) { p.IntroducedBy = []policy.Side{policy.SideBase, policy.SideApp} }
	counts := finding.Judgement{Breaks: true, Mode: finding.Block, Rule: "severity", Reason: "critical is at or above the threshold high"}
	tests := []struct {
		name   string
		change func(*policy.Policy)
		kind   finding.OriginKind
		base   int
		want   finding.Judgement
	}{
		{"app, introduced", appOnly, finding.OriginIntroduced, 0, counts},
		{"app, upgraded", appOnly, finding.OriginUpgraded, 0, counts},
		{"app, unknown counts as the app's", appOnly, finding.OriginUnknown, 0, counts},
		{"app, nobody has looked", appOnly, "", 0, counts},
		{
			"app, inherited", appOnly, finding.OriginInherited, 2,
			finding.Judgement{Rule: "origin", Reason: "inherited from debian:12, and the policy judges only app"},
		},
		{
			"app, inherited from a base that is not in the lineage", appOnly, finding.OriginInherited, 3,
			finding.Judgement{Rule: "origin", Reason: "inherited from a base, and the policy judges only app"},
		},
		{"base, inherited", baseOnly, finding.OriginInherited, 1, counts},
		{
			"base, introduced", baseOnly, finding.OriginIntroduced, 0,
			finding.Judgement{Rule: "origin", Reason: "brought by the build itself, and the policy judges only base"},
		},
		{
			"base, unknown", baseOnly, finding.OriginUnknown, 0,
			finding.Judgement{Rule: "origin", Reason: "brought by the build itself, and the policy judges only base"},
		},
		{"both, inherited", both, finding.OriginInherited, 1, counts},
		{"both, introduced", both, finding.OriginIntroduced, 0, counts},
		{
			"scope comes first",
			func(p *policy.Policy) {
				appOnly(p)
				p.Types.Exclude = []string{"os"}
			},
			finding.OriginInherited, 1,
			finding.Judgement{Rule: "scope", Reason: `the package type debian is excluded by "os"`},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := policy.Default()
			tt.change(&p)
			rep := &finding.Report{
				Lineage:  onDebian,
				Findings: []finding.Finding{from(found("CVE-2026-0001", "openssl", finding.Critical, "1"), tt.kind, tt.base)},
			}
			policy.Judge(rep, p, now)
			if got := rep.Findings[0].Judgement; got != tt.want {
				t.Errorf("judgement\n got %+v\nwant %+v", got, tt.want)
			}
		})
	}
}

func TestJudgeByOrigin(t *testing.T) {
	yes, no := true, false
	findings := []finding.Finding{
		from(found("CVE-2026-0001", "openssl", finding.Critical, "3.0.15-1"), finding.OriginInherited, 2),
		from(found("CVE-2026-0002", "zlib", finding.High, ""), finding.OriginInherited, 1),
		from(found("CVE-2026-0003", "perl", finding.Unknown, ""), finding.OriginInherited, 1),
		from(found("CVE-2026-0004", "curl", finding.High, "8.1"), finding.OriginIntroduced, 0),
		from(found("CVE-2026-0005", "wget", finding.Medium, ""), finding.OriginUnknown, 0),
	}
	tests := map[string]struct {
		change    func(*policy.Policy)
		breaking  int
		threshold string
		reasons   []string
	}{
		"no difference": {
			breaking: 4, threshold: "high or worse or unrated",
			reasons: []string{
				"3 findings are high or worse: openssl CVE-2026-0001, curl CVE-2026-0004, zlib CVE-2026-0002",
				"1 finding is unrated, which counts as high or worse: perl CVE-2026-0003",
			},
		},
		"only the app": {
			change:   func(p *policy.Policy) { p.IntroducedBy = []policy.Side{policy.SideApp} },
			breaking: 1, threshold: "high or worse or unrated, not inherited",
			reasons: []string{
				"1 finding is high or worse: curl CVE-2026-0004",
				"3 findings are inherited and do not count",
			},
		},
		"only the app, so that what is inherited has no threshold": {
			change: func(p *policy.Policy) {
				p.IntroducedBy = []policy.Side{policy.SideApp}
				p.Inherited.FailOn = policy.FailOnNone
			},
			breaking: 1, threshold: "high or worse or unrated, not inherited",
			reasons: []string{
				"1 finding is high or worse: curl CVE-2026-0004",
				"3 findings are inherited and do not count",
			},
		},
		"only the base": {
			change: func(p *policy.Policy) {
				p.IntroducedBy = []policy.Side{policy.SideBase}
				p.Inherited = policy.Inherited{FailOn: policy.FailOnCritical, OnlyFixable: &yes}
				p.Paths.Exclude = []string{"opt/**"}
			},
			breaking: 1, threshold: "critical or unrated, fixable only, inherited only, in scope only",
			reasons: []string{
				"1 finding is critical and has a fix: openssl CVE-2026-0001",
				"1 finding has no fix and does not count",
				"2 findings are not inherited and do not count",
			},
		},
		"looser for what is inherited": {
			change: func(p *policy.Policy) {
				p.FailOn, p.Unknown = policy.FailOnMedium, policy.UnratedIgnore
				p.Inherited = policy.Inherited{FailOn: policy.FailOnCritical, OnlyFixable: &yes}
			},
			breaking: 3, threshold: "medium or worse; inherited: critical, fixable only",
			reasons: []string{
				"2 findings are medium or worse: curl CVE-2026-0004, wget CVE-2026-0005",
				"1 inherited finding is critical and has a fix: openssl CVE-2026-0001",
			},
		},
		"stricter for what is inherited": {
			change: func(p *policy.Policy) {
				p.FailOn, p.OnlyFixable = policy.Never, true
				p.Inherited = policy.Inherited{FailOn: policy.FailOnHigh, OnlyFixable: &no}
			},
			breaking: 3, threshold: "never; inherited: high or worse or unrated",
			reasons: []string{
				"2 inherited findings are high or worse: openssl CVE-2026-0001, zlib CVE-2026-0002",
				"1 inherited finding is unrated, which counts as high or worse: perl CVE-2026-0003",
			},
		},
		"the same said twice is no difference": {
			change: func(p *policy.Policy) {
				p.FailOn = policy.Never
				p.Inherited = policy.Inherited{FailOn: policy.Never, OnlyFixable: &no}
			},
			threshold: "never",
			reasons:   []string{"none of 5 findings breaks the policy (never)"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := policy.Default()
			if tt.change != nil {
				tt.change(&p)
			}
			rep := &finding.Report{Lineage: onDebian, Findings: append([]finding.Finding(nil), findings...)}
			v := policy.Judge(rep, p, now)
			if v.Breaking != tt.breaking || v.Threshold != tt.threshold {
				t.Errorf("%d break the policy %q, want %d and %q", v.Breaking, v.Threshold, tt.breaking, tt.threshold)
			}
			if diff := cmp.Diff(tt.reasons, v.Reasons); diff != "" {
				t.Errorf("reasons (-want +got):\n%s", diff)
			}
		})
	}
}
