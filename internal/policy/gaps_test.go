package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/policy"
)

func TestCommonGaps(t *testing.T) {
	gaps := []finding.Gap{
		{Kind: finding.GapReplaced, Where: "usr/bin/app", Detail: "example.com/lib is replaced by a local folder"},
		{Kind: finding.GapThirdParty, Detail: "packages come from packages.example"},
	}
	tests := map[string]struct {
		accept, refuse []finding.GapKind
		judged         finding.Outcome
		accepted       []bool
		reasons        []string
	}{
		"told, and no obstacle": {
			judged: finding.Pass, accepted: []bool{true, true},
			reasons: []string{"nothing was found", "2 gaps are common and do not count: replaced-module, third-party-repository"},
		},
		"accepted by name, which is redundant": {
			accept: []finding.GapKind{finding.GapReplaced},
			judged: finding.Pass, accepted: []bool{true, true},
			reasons: []string{
				"nothing was found",
				"1 gap is accepted: replaced-module",
				"1 gap is common and does not count: third-party-repository",
			},
		},
		"refused": {
			refuse: []finding.GapKind{finding.GapReplaced},
			judged: finding.Inconclusive, accepted: []bool{false, true},
			reasons: []string{
				"the scan is incomplete: example.com/lib is replaced by a local folder (replaced-module)",
				"nothing was found",
				"1 gap is common and does not count: third-party-repository",
			},
		},
		"refused and accepted, which Validate would say": {
			accept: []finding.GapKind{finding.GapReplaced, finding.GapThirdParty},
			refuse: []finding.GapKind{finding.GapReplaced},
			judged: finding.Inconclusive, accepted: []bool{false, true},
			reasons: []string{
				"the scan is incomplete: example.com/lib is replaced by a local folder (replaced-module)",
				"nothing was found",
				"1 gap is accepted: third-party-repository",
			},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := policy.Default()
			p.AcceptGaps, p.RefuseGaps = tt.accept, tt.refuse
			rep := &finding.Report{Gaps: append([]finding.Gap(nil), gaps...)}
			v := policy.Judge(rep, p, now)
			if v.Judged != tt.judged {
				t.Errorf("judged %s, want %s", v.Judged, tt.judged)
			}
			for i, g := range rep.Gaps {
				if g.Accepted != tt.accepted[i] {
					t.Errorf("%s: accepted %v, want %v", g.Kind, g.Accepted, tt.accepted[i])
				}
			}
			if diff := cmp.Diff(tt.reasons, v.Reasons); diff != "" {
				t.Errorf("reasons (-want +got):\n%s", diff)
			}
		})
	}
}
