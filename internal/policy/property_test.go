package policy_test

import (
	"math/rand"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"testing/quick"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/policy"
)

// scene is one random scan and the policy that judges it.
type scene struct {
	Policy   policy.Policy
	Findings []finding.Finding
	Gaps     []finding.Gap
	Extra    finding.Finding // one finding more
	Shuffle  int64           // seed of another order
}

// Generate implements quick.Generator.
func (scene) Generate(r *rand.Rand, size int) reflect.Value {
	s := scene{Policy: randomPolicy(r), Extra: randomFinding(r), Shuffle: r.Int63()}
	for range r.Intn(min(size, 8) + 1) {
		s.Findings = append(s.Findings, randomFinding(r))
	}
	for range r.Intn(4) {
		s.Gaps = append(s.Gaps, finding.Gap{Kind: pick(r, finding.GapKinds()), Detail: strconv.Itoa(r.Intn(3))})
	}
	return reflect.ValueOf(s)
}

func randomPolicy(r *rand.Rand) policy.Policy {
	p := policy.Default()
	p.Mode = pick(r, policy.Modes())
	if p.Mode == finding.Block && r.Intn(2) == 0 {
		p.EnforceFrom = now.Add(time.Duration(r.Intn(5)-2) * 24 * time.Hour)
	}
	p.FailOn = pick(r, policy.Thresholds())
	p.Unknown = pick(r, policy.UnratedChoices())
	p.OnlyFixable = r.Intn(2) == 0
	if r.Intn(3) == 0 {
		p.Types.Exclude = []string{pick(r, []string{"debian", "language"})}
	}
	if r.Intn(3) == 0 {
		p.Paths.Include = []string{pick(r, []string{"var/**", "srv/**"})}
	}
	if r.Intn(2) == 0 {
		p.IntroducedBy = []policy.Side{pick(r, policy.Sides())}
	}
	if r.Intn(2) == 0 {
		p.Inherited.FailOn = pick(r, policy.Thresholds())
	}
	if r.Intn(2) == 0 {
		fixable := r.Intn(2) == 0
		p.Inherited.OnlyFixable = &fixable
	}
	for _, kind := range finding.GapKinds() {
		switch {
		case r.Intn(3) == 0:
			p.AcceptGaps = append(p.AcceptGaps, kind)
		case kind.Common() && r.Intn(2) == 0:
			p.RefuseGaps = append(p.RefuseGaps, kind)
		}
	}
	return p
}

func randomFinding(r *rand.Rand) finding.Finding {
	f := found("CVE-2026-"+strconv.Itoa(r.Intn(5)), pick(r, []string{"openssl", "zlib", "curl"}),
		pick(r, finding.Severities()), pick(r, []string{"", "1.2"}))
	if r.Intn(2) == 0 {
		f.Package.Class, f.Package.Type, f.Package.Path = finding.ClassLanguage, "jar", "srv/app.jar"
	}
	switch r.Intn(3) {
	case 0:
		f.Origin = finding.Origin{Kind: finding.OriginInherited, Base: r.Intn(3)}
	case 1:
		f.Origin.Kind = pick(r, finding.OriginKinds())
	}
	return f
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.Intn(len(from))] }

func (s scene) judge() finding.Verdict {
	rep := &finding.Report{Lineage: onDebian, Findings: slices.Clone(s.Findings), Gaps: slices.Clone(s.Gaps)}
	return policy.Judge(rep, s.Policy, now)
}

// badness orders the outcomes from good to bad.
func badness(o finding.Outcome) int {
	return slices.Index([]finding.Outcome{finding.Pass, finding.Inconclusive, finding.Fail}, o)
}

func noBetter(a, b finding.Verdict) bool {
	return badness(a.Judged) >= badness(b.Judged) && badness(a.Outcome) >= badness(b.Outcome) && a.Breaking >= b.Breaking
}

func TestProperties(t *testing.T) {
	properties := map[string]func(scene) bool{
		"another finding never makes it better": func(s scene) bool {
			before := s.judge()
			s.Findings = append(slices.Clone(s.Findings), s.Extra)
			return noBetter(s.judge(), before)
		},
		"another gap never makes it better": func(s scene) bool {
			before := s.judge()
			s.Gaps = append(slices.Clone(s.Gaps), finding.Gap{Kind: finding.GapNoAdvisories})
			after := s.judge()
			return noBetter(after, before) && after.OpenGaps >= before.OpenGaps
		},
		"a higher threshold never adds a break": func(s scene) bool {
			return loosening(&s, &s.Policy.FailOn)
		},
		"a higher threshold for what is inherited never adds a break": func(s scene) bool {
			return loosening(&s, &s.Policy.Inherited.FailOn)
		},
		"sparing what has no fix and is inherited never adds a break": func(s scene) bool {
			no, yes := false, true
			s.Policy.Inherited.OnlyFixable = &no
			before := s.judge()
			s.Policy.Inherited.OnlyFixable = &yes
			return noBetter(before, s.judge())
		},
		"restricting who introduced it never adds a break": func(s scene) bool {
			s.Policy.IntroducedBy = nil
			before := s.judge()
			parts := 0
			for _, side := range policy.Sides() {
				s.Policy.IntroducedBy = []policy.Side{side}
				after := s.judge()
				if !noBetter(before, after) {
					return false
				}
				parts += after.Breaking
			}
			return parts == before.Breaking
		},
		"what is inherited has a threshold of its own only if it says so": func(s scene) bool {
			s.Policy.Inherited = policy.Inherited{}
			before := s.judge()
			fixable := s.Policy.OnlyFixable
			s.Policy.Inherited = policy.Inherited{FailOn: s.Policy.FailOn, OnlyFixable: &fixable}
			return cmp.Equal(before, s.judge())
		},
		"refusing a common gap never makes it better": func(s scene) bool {
			s.Policy.RefuseGaps = nil
			before := s.judge()
			for _, kind := range finding.GapKinds() {
				if !kind.Common() {
					continue
				}
				s.Policy.RefuseGaps = append(s.Policy.RefuseGaps, kind)
				after := s.judge()
				if !noBetter(after, before) || after.OpenGaps < before.OpenGaps {
					return false
				}
				before = after
			}
			return true
		},
		"sparing what has no fix never adds a break": func(s scene) bool {
			s.Policy.OnlyFixable = false
			before := s.judge()
			s.Policy.OnlyFixable = true
			return noBetter(before, s.judge())
		},
		"ignoring the unrated never adds a break": func(s scene) bool {
			s.Policy.Unknown = policy.UnratedFail
			before := s.judge()
			s.Policy.Unknown = policy.UnratedIgnore
			return noBetter(before, s.judge())
		},
		"an unrated finding counts like a critical one": func(s scene) bool {
			s.Policy.Unknown = policy.UnratedFail
			s.Extra.Rating.Severity = finding.Critical
			s.Findings = append(slices.Clone(s.Findings), s.Extra)
			critical := s.judge()
			s.Findings[len(s.Findings)-1].Rating.Severity = finding.Unknown
			return critical.Judged == s.judge().Judged
		},
		"accepting another gap never makes it worse": func(s scene) bool {
			s.Policy.RefuseGaps = nil // what is refused cannot be accepted
			before := s.judge()
			for _, kind := range finding.GapKinds() {
				s.Policy.AcceptGaps = append(slices.Clone(s.Policy.AcceptGaps), kind)
				after := s.judge()
				if !noBetter(before, after) || after.OpenGaps > before.OpenGaps {
					return false
				}
				before = after
			}
			return before.OpenGaps == 0 && before.Judged != finding.Inconclusive
		},
		"the order of findings and gaps never matters": func(s scene) bool {
			before := s.judge()
			r := rand.New(rand.NewSource(s.Shuffle))
			s.Findings, s.Gaps = slices.Clone(s.Findings), slices.Clone(s.Gaps)
			r.Shuffle(len(s.Findings), func(i, j int) { s.Findings[i], s.Findings[j] = s.Findings[j], s.Findings[i] })
			r.Shuffle(len(s.Gaps), func(i, j int) { s.Gaps[i], s.Gaps[j] = s.Gaps[j], s.Gaps[i] })
			return cmp.Equal(before, s.judge())
		},
		"observing and warning always pass, and say what blocking would": func(s scene) bool {
			s.Policy.Mode, s.Policy.EnforceFrom = finding.Block, time.Time{}
			block := s.judge()
			for _, mode := range []finding.Mode{finding.Observe, finding.Warn} {
				s.Policy.Mode = mode
				v := s.judge()
				if v.Outcome != finding.Pass || v.Judged != block.Judged || v.Breaking != block.Breaking {
					return false
				}
			}
			return block.Outcome == block.Judged
		},
		"there is always a reason, and every finding has one": func(s scene) bool {
			rep := &finding.Report{Findings: slices.Clone(s.Findings), Gaps: slices.Clone(s.Gaps)}
			v := policy.Judge(rep, s.Policy, now)
			breaking := 0
			for _, f := range rep.Findings {
				if f.Judgement.Rule == "" || f.Judgement.Reason == "" {
					return false
				}
				if f.Judgement.Breaks {
					breaking++
				}
			}
			return len(v.Reasons) > 0 && v.Threshold != "" && breaking == v.Breaking
		},
	}
	for name, property := range properties {
		t.Run(name, func(t *testing.T) {
			config := &quick.Config{MaxCount: 2000, Rand: rand.New(rand.NewSource(1))}
			if err := quick.Check(property, config); err != nil {
				t.Error(err)
			}
		})
	}
}

// loosening raises one of the scene's thresholds step by step.
func loosening(s *scene, to *policy.Threshold) bool {
	strictestFirst := policy.Thresholds()
	slices.Reverse(strictestFirst)
	var last finding.Verdict
	for i, threshold := range strictestFirst {
		*to = threshold
		verdict := s.judge()
		if i > 0 && !noBetter(last, verdict) {
			return false
		}
		last = verdict
	}
	return true
}

// The zero value of a policy is no hole in the gate.
func TestZeroPolicyIsStrict(t *testing.T) {
	for _, severity := range finding.Severities() {
		rep := &finding.Report{Findings: []finding.Finding{found("CVE-2026-0001", "openssl", severity, "")}}
		if v := policy.Judge(rep, policy.Policy{}, now); v.Outcome != finding.Fail {
			t.Errorf("a finding of severity %s: %s, want fail", severity, v.Outcome)
		}
	}
}
