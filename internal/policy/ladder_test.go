package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/policy"
)

// The mode of a critical finding of Debian's openssl that @acme/web owns, in an
// image of Docker Hub that is called api, under a policy that warns.
func TestLadder(t *testing.T) {
	observe, block := finding.Observe, finding.Block
	tests := map[string]struct {
		ladder []policy.Rung
		want   finding.Mode
	}{
		"no rung":                        {nil, finding.Warn},
		"image":                          {[]policy.Rung{{Images: []string{"acme/*"}, Mode: block}}, block},
		"image with its host":            {[]policy.Rung{{Images: []string{"docker.io/acme/api"}, Mode: block}}, block},
		"image by its logical name":      {[]policy.Rung{{Images: []string{"nothing", "name:a*"}, Mode: block}}, block},
		"a logical name is no reference": {[]policy.Rung{{Images: []string{"api"}, Mode: block}}, finding.Warn},
		"a star stays between slashes":   {[]policy.Rung{{Images: []string{"*"}, Mode: block}}, finding.Warn},
		"any image":                      {[]policy.Rung{{Images: []string{"**"}, Mode: block}}, block},
		"owner":                          {[]policy.Rung{{Owners: []string{"@acme/*"}, Mode: block}}, block},
		"another owner":                  {[]policy.Rung{{Owners: []string{"@acme/api"}, Mode: block}}, finding.Warn},
		"severity":                       {[]policy.Rung{{Severities: []finding.Severity{finding.High, finding.Critical}, Mode: block}}, block},
		"another severity":               {[]policy.Rung{{Severities: []finding.Severity{finding.High, finding.Unknown}, Mode: block}}, finding.Warn},
		"type":                           {[]policy.Rung{{Types: []string{"debian"}, Mode: block}}, block},
		"class":                          {[]policy.Rung{{Types: []string{"jar", "os"}, Mode: block}}, block},
		"another type":                   {[]policy.Rung{{Types: []string{"language"}, Mode: block}}, finding.Warn},
		"all of a rung must match": {
			[]policy.Rung{{Images: []string{"acme/*"}, Owners: []string{"@acme/api"}, Mode: block}}, finding.Warn,
		},
		"the first counts": {
			[]policy.Rung{{Types: []string{"jar"}, Mode: block}, {Types: []string{"os"}, Mode: observe}, {Images: []string{"**"}, Mode: block}}, observe,
		},
		"from a day on": {[]policy.Rung{{Types: []string{"os"}, Mode: block, EnforceFrom: day(2026, 3, 1)}}, finding.Warn},
		"from today":    {[]policy.Rung{{Types: []string{"os"}, Mode: block, EnforceFrom: day(2026, 2, 28)}}, block},
		"no mode":       {[]policy.Rung{{Types: []string{"os"}}}, block},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := policy.Default()
			p.Mode, p.Ladder = finding.Warn, tt.ladder
			f := found("CVE-2026-0001", "openssl", finding.Critical, "2")
			f.Origin.Owner = finding.Owner{Names: []string{"@kim", "@acme/web"}, Trusted: true}
			rep := &finding.Report{Image: finding.Image{Name: "acme/api", Names: []string{"api"}}, Findings: []finding.Finding{f}}

			v := policy.Judge(rep, p, now)
			if got := rep.Findings[0].Judgement.Mode; got != tt.want {
				t.Errorf("mode %q, want %q", got, tt.want)
			}
			blocked := tt.want == block
			if (v.Outcome == finding.Fail) != blocked || (v.Blocking == 1) != blocked || v.Judged != finding.Fail || v.Breaking != 1 {
				t.Errorf("verdict %+v", v)
			}
		})
	}
}

// An image that names the owner of its packages does not choose how strictly it
// is judged.
func TestLadderTrustsNoLabel(t *testing.T) {
	p := policy.Default()
	p.Ladder = []policy.Rung{{Owners: []string{"@acme/legacy"}, Mode: finding.Observe}}
	f := found("CVE-2026-0001", "openssl", finding.Critical, "2")
	f.Origin.Owner = finding.Owner{Names: []string{"@acme/legacy"}, Because: "metadata of evil:1"}
	if v := policy.Judge(&finding.Report{Findings: []finding.Finding{f}}, p, now); v.Outcome != finding.Fail {
		t.Errorf("%s, want fail", v.Outcome)
	}
}

func TestLadderVerdict(t *testing.T) {
	critical := found("CVE-2026-0001", "openssl", finding.Critical, "2")
	high := found("CVE-2026-0002", "curl", finding.High, "2")
	gap := finding.Gap{Kind: finding.GapUnknownOS, Detail: "no operating system was recognised"}
	only := func(severity finding.Severity, mode finding.Mode) policy.Rung {
		return policy.Rung{Severities: []finding.Severity{severity}, Mode: mode}
	}
	tests := map[string]struct {
		mode     finding.Mode
		ladder   []policy.Rung
		findings []finding.Finding
		gaps     []finding.Gap
		want     finding.Verdict
	}{
		"some of it stops": {
			mode: finding.Warn, ladder: []policy.Rung{only(finding.Critical, finding.Block)},
			findings: []finding.Finding{critical, high},
			want: finding.Verdict{
				Outcome: finding.Fail, Judged: finding.Fail, Mode: finding.Warn, Breaking: 2, Blocking: 1,
				Reasons: []string{
					"2 findings are high or worse: openssl CVE-2026-0001, curl CVE-2026-0002",
					"1 of these 2 stops nothing: the policy only observes or warns there",
				},
			},
		},
		"none of it does": {
			mode: finding.Block, ladder: []policy.Rung{only(finding.Critical, finding.Observe), only(finding.High, finding.Observe)},
			findings: []finding.Finding{critical, high},
			want: finding.Verdict{
				Outcome: finding.Pass, Judged: finding.Fail, Mode: finding.Block, Breaking: 2,
				Reasons: []string{
					"would have failed, but the policy only observes",
					"2 findings are high or worse: openssl CVE-2026-0001, curl CVE-2026-0002",
				},
			},
		},
		"none of it does, for different reasons": {
			mode: finding.Warn, ladder: []policy.Rung{only(finding.Critical, finding.Observe)},
			findings: []finding.Finding{critical, high},
			want: finding.Verdict{
				Outcome: finding.Pass, Judged: finding.Fail, Mode: finding.Warn, Breaking: 2,
				Reasons: []string{
					"would have failed, but the policy only observes or warns",
					"2 findings are high or worse: openssl CVE-2026-0001, curl CVE-2026-0002",
				},
			},
		},
		"until a day": {
			mode: finding.Observe, ladder: []policy.Rung{{Types: []string{"os"}, Mode: finding.Block, EnforceFrom: day(2026, 4, 1)}},
			findings: []finding.Finding{critical},
			want: finding.Verdict{
				Outcome: finding.Pass, Judged: finding.Fail, Mode: finding.Observe, Breaking: 1,
				Reasons: []string{
					"would have failed, but the policy only warns until it blocks from 2026-04-01",
					"1 finding is high or worse: openssl CVE-2026-0001",
				},
			},
		},
		"a gap follows the rung of the image": {
			mode: finding.Block, ladder: []policy.Rung{only(finding.Critical, finding.Block), {Images: []string{"acme/**"}, Mode: finding.Warn}},
			gaps: []finding.Gap{gap},
			want: finding.Verdict{
				Outcome: finding.Pass, Judged: finding.Inconclusive, Mode: finding.Warn, OpenGaps: 1,
				Reasons: []string{
					"would have been inconclusive, but the policy only warns",
					"the scan is incomplete: no operating system was recognised (unknown-os)",
					"nothing was found",
				},
			},
		},
		"a gap follows no rung of findings": {
			mode: finding.Block, ladder: []policy.Rung{{Images: []string{"acme/**"}, Types: []string{"os"}, Mode: finding.Warn}},
			findings: []finding.Finding{critical}, gaps: []finding.Gap{gap},
			want: finding.Verdict{
				Outcome: finding.Inconclusive, Judged: finding.Fail, Mode: finding.Block, Breaking: 1, OpenGaps: 1,
				Reasons: []string{
					"would have failed, but the policy only warns",
					"1 finding is high or worse: openssl CVE-2026-0001",
					"the scan is incomplete: no operating system was recognised (unknown-os)",
				},
			},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := policy.Default()
			p.Mode, p.Ladder = tt.mode, tt.ladder
			tt.want.Threshold = "high or worse or unrated"
			rep := &finding.Report{Image: finding.Image{Name: "acme/api"}, Findings: tt.findings, Gaps: tt.gaps}
			if diff := cmp.Diff(tt.want, policy.Judge(rep, p, now)); diff != "" {
				t.Errorf("verdict (-want +got):\n%s", diff)
			}
		})
	}
}

func TestValidateLadder(t *testing.T) {
	os := []string{"os"}
	for name, r := range map[string]policy.Rung{
		"no mode":             {Types: os},
		"nothing asked for":   {Mode: finding.Warn},
		"a date and no block": {Types: os, Mode: finding.Observe, EnforceFrom: now},
	} {
		p := policy.Default()
		p.Ladder = []policy.Rung{{Types: os, Mode: finding.Block, EnforceFrom: now}, r}
		t.Run(name, func(t *testing.T) { wantConflict(t, p, "rules") })
		p.Ladder = p.Ladder[:1]
		if err := p.Validate(); err != nil {
			t.Error(err)
		}
	}
}
