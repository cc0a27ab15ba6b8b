package policy_test

import (
	"testing"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/policy"
)

func TestRules(t *testing.T) {
	tests := []struct {
		name    string
		change  func(*policy.Policy)
		finding func(*finding.Finding)
		want    finding.Judgement
	}{
		{
			name:    "at the threshold",
			finding: func(f *finding.Finding) { f.Rating.Severity = finding.High },
			want:    finding.Judgement{Breaks: true, Mode: finding.Block, Rule: "severity", Reason: "high is at or above the threshold high"},
		},
		{
			name:    "below the threshold",
			finding: func(f *finding.Finding) { f.Rating.Severity = finding.Medium },
			want:    finding.Judgement{Rule: "severity", Reason: "medium is below the threshold high"},
		},
		{
			name:    "a score of 0.0 is a rating",
			change:  func(p *policy.Policy) { p.FailOn = policy.FailOnNone; p.Unknown = policy.UnratedIgnore },
			finding: func(f *finding.Finding) { f.Rating.Severity = finding.None },
			want:    finding.Judgement{Breaks: true, Mode: finding.Block, Rule: "severity", Reason: "none is at or above the threshold none"},
		},
		{
			name:    "unrated",
			finding: func(f *finding.Finding) { f.Rating.Severity = finding.Unknown },
			want:    finding.Judgement{Breaks: true, Mode: finding.Block, Rule: "unknown", Reason: "nobody has rated it, which counts as reaching the threshold high"},
		},
		{
			name:    "unrated reaches even critical",
			change:  func(p *policy.Policy) { p.FailOn = policy.FailOnCritical },
			finding: func(f *finding.Finding) { f.Rating.Severity = finding.Unknown },
			want:    finding.Judgement{Breaks: true, Mode: finding.Block, Rule: "unknown", Reason: "nobody has rated it, which counts as reaching the threshold critical"},
		},
		{
			name:    "unrated and ignored, even when everything rated counts",
			change:  func(p *policy.Policy) { p.FailOn = policy.FailOnNone; p.Unknown = policy.UnratedIgnore },
			finding: func(f *finding.Finding) { f.Rating.Severity = finding.Unknown },
			want:    finding.Judgement{Rule: "unknown", Reason: "nobody has rated it, and the policy ignores such findings"},
		},
		{
			name:    "never, unrated",
			change:  func(p *policy.Policy) { p.FailOn = policy.Never },
			finding: func(f *finding.Finding) { f.Rating.Severity = finding.Unknown },
			want:    finding.Judgement{Rule: "unknown", Reason: "the policy fails on no severity"},
		},
		{
			name:   "no fix, all the same",
			change: func(*policy.Policy) {},
			finding: func(f *finding.Finding) {
				f.FixedIn, f.Status = "", finding.StatusWillNotFix
			},
			want: finding.Judgement{Breaks: true, Mode: finding.Block, Rule: "severity", Reason: "critical is at or above the threshold high"},
		},
		{
			name:    "fixable",
			change:  func(p *policy.Policy) { p.OnlyFixable = true },
			finding: func(*finding.Finding) {},
			want:    finding.Judgement{Breaks: true, Mode: finding.Block, Rule: "severity", Reason: "critical is at or above the threshold high"},
		},
		{
			name:   "no fix",
			change: func(p *policy.Policy) { p.OnlyFixable = true },
			finding: func(f *finding.Finding) {
				f.FixedIn, f.Status = "", finding.StatusAffected
			},
			want: finding.Judgement{Rule: "only-fixable", Reason: "there is no fix yet"},
		},
		{
			name:   "will not fix",
			change: func(p *policy.Policy) { p.OnlyFixable = true },
			finding: func(f *finding.Finding) {
				f.FixedIn, f.Status = "", finding.StatusWillNotFix
			},
			want: finding.Judgement{Rule: "only-fixable", Reason: "there is no fix: the vendor will not make one"},
		},
		{
			name:   "end of life",
			change: func(p *policy.Policy) { p.OnlyFixable = true },
			finding: func(f *finding.Finding) {
				f.FixedIn, f.Status = "", finding.StatusEndOfLife
			},
			want: finding.Judgement{Rule: "only-fixable", Reason: "there is no fix: the vendor no longer maintains the release"},
		},
		{
			name:   "fix deferred",
			change: func(p *policy.Policy) { p.OnlyFixable = true },
			finding: func(f *finding.Finding) {
				f.FixedIn, f.Status = "", finding.StatusFixDeferred
			},
			want: finding.Judgement{Rule: "only-fixable", Reason: "there is no fix yet: the vendor has put it off"},
		},
		{
			name:   "under investigation",
			change: func(p *policy.Policy) { p.OnlyFixable = true },
			finding: func(f *finding.Finding) {
				f.FixedIn, f.Status = "", finding.StatusUnderInvestigation
			},
			want: finding.Judgement{Rule: "only-fixable", Reason: "there is no fix yet: the vendor is still investigating"},
		},
		{
			name:   "no fix and below the threshold is below the threshold",
			change: func(p *policy.Policy) { p.OnlyFixable = true },
			finding: func(f *finding.Finding) {
				f.FixedIn, f.Status, f.Rating.Severity = "", finding.StatusAffected, finding.Low
			},
			want: finding.Judgement{Rule: "severity", Reason: "low is below the threshold high"},
		},
		{
			name:    "there before, in a policy that does not ask",
			finding: func(f *finding.Finding) { f.Change.Kind = finding.ChangePreExisting },
			want:    finding.Judgement{Breaks: true, Mode: finding.Block, Rule: "severity", Reason: "critical is at or above the threshold high"},
		},
		{
			name:    "introduced",
			change:  func(p *policy.Policy) { p.OnlyIntroduced = true },
			finding: func(f *finding.Finding) { f.Change.Kind = finding.ChangeIntroduced },
			want:    finding.Judgement{Breaks: true, Mode: finding.Block, Rule: "severity", Reason: "critical is at or above the threshold high"},
		},
		{
			name:    "nothing to compare with",
			change:  func(p *policy.Policy) { p.OnlyIntroduced = true },
			finding: func(*finding.Finding) {},
			want:    finding.Judgement{Breaks: true, Mode: finding.Block, Rule: "severity", Reason: "critical is at or above the threshold high"},
		},
		{
			name:   "there before, even when exploited",
			change: func(p *policy.Policy) { p.OnlyIntroduced = true },
			finding: func(f *finding.Finding) {
				f.Change.Kind, f.Context.KEV = finding.ChangePreExisting, &finding.KEV{}
			},
			want: finding.Judgement{Rule: "change", Reason: "was there before this change"},
		},
		{
			name:    "newly disclosed",
			change:  func(p *policy.Policy) { p.OnlyIntroduced = true },
			finding: func(f *finding.Finding) { f.Change.Kind = finding.ChangeNewlyDisclosed },
			want:    finding.Judgement{Rule: "change", Reason: "was there before this change, and became known since"},
		},
		{
			name:    "tag of the base moved",
			change:  func(p *policy.Policy) { p.OnlyIntroduced = true },
			finding: func(f *finding.Finding) { f.Change.Kind = finding.ChangeBaseTagMoved },
			want:    finding.Judgement{Rule: "change", Reason: "came with the tag of the base, which has moved, and not with this change"},
		},
		{
			name:    "class included",
			change:  func(p *policy.Policy) { p.Types.Include = []string{"language"} },
			finding: func(*finding.Finding) {},
			want:    finding.Judgement{Breaks: true, Mode: finding.Block, Rule: "severity", Reason: "critical is at or above the threshold high"},
		},
		{
			name:    "type not included",
			change:  func(p *policy.Policy) { p.Types.Include = []string{"os", "node-pkg"} },
			finding: func(*finding.Finding) {},
			want:    finding.Judgement{Rule: "scope", Reason: "the package type jar is not among those included"},
		},
		{
			name: "exclude wins over include",
			change: func(p *policy.Policy) {
				p.Types = policy.Selection{Include: []string{"language"}, Exclude: []string{"jar"}}
			},
			finding: func(*finding.Finding) {},
			want:    finding.Judgement{Rule: "scope", Reason: `the package type jar is excluded by "jar"`},
		},
		{
			name:    "path included",
			change:  func(p *policy.Policy) { p.Paths.Include = []string{"srv/*/lib/**"} },
			finding: func(*finding.Finding) {},
			want:    finding.Judgement{Breaks: true, Mode: finding.Block, Rule: "severity", Reason: "critical is at or above the threshold high"},
		},
		{
			name:    "path not included",
			change:  func(p *policy.Policy) { p.Paths.Include = []string{"opt/**"} },
			finding: func(*finding.Finding) {},
			want:    finding.Judgement{Rule: "scope", Reason: `the path "srv/app/lib/a.jar" is not among those included`},
		},
		{
			name:    "path excluded",
			change:  func(p *policy.Policy) { p.Paths.Exclude = []string{"**/*.jar"} },
			finding: func(*finding.Finding) {},
			want:    finding.Judgement{Rule: "scope", Reason: `the path "srv/app/lib/a.jar" is excluded by "**/*.jar"`},
		},
		{
			name:    "a star stays in its folder",
			change:  func(p *policy.Policy) { p.Paths.Exclude = []string{"srv/*.jar"} },
			finding: func(*finding.Finding) {},
			want:    finding.Judgement{Breaks: true, Mode: finding.Block, Rule: "severity", Reason: "critical is at or above the threshold high"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := policy.Default()
			if tt.change != nil {
				tt.change(&p)
			}
			f := found("CVE-2026-0001", "log4j-core", finding.Critical, "2.17.1")
			f.Package.Class, f.Package.Type, f.Package.Path = finding.ClassLanguage, "jar", "srv/app/lib/a.jar"
			tt.finding(&f)
			rep := &finding.Report{Findings: []finding.Finding{f}}
			policy.Judge(rep, p, now)
			if got := rep.Findings[0].Judgement; got != tt.want {
				t.Errorf("judgement\n got %+v\nwant %+v", got, tt.want)
			}
		})
	}
}
