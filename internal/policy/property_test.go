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
	Unused   []finding.Unused
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
	for range r.Intn(2) {
		s.Unused = append(s.Unused, finding.Unused{Entry: "EX-9"})
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
	p.OnlyIntroduced = r.Intn(2) == 0
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
	p.KEV = pick(r, policy.ExploitedChoices())
	p.BOD2604 = r.Intn(2) == 0
	p.EPSSFailAt = pick(r, []float64{0, 0, 0.5})
	p.Grace = policy.Grace{NewVulnerability: pick(r, graces), NewFix: pick(r, graces)}
	p.Unused = pick(r, policy.UnusedChoices())
	for range r.Intn(3) {
		p.Ladder = append(p.Ladder, randomRung(r))
	}
	if r.Intn(2) == 0 {
		p.Baseline = randomBaseline(r)
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

var graces = []time.Duration{0, week, 36 * time.Hour}

func randomRung(r *rand.Rand) policy.Rung {
	rung := policy.Rung{Mode: pick(r, policy.Modes())}
	switch r.Intn(3) {
	case 0:
		rung.Images = []string{pick(r, []string{"**", "acme/*", "name:api"})}
	case 1:
		rung.Severities = []finding.Severity{pick(r, finding.Severities()), pick(r, finding.Severities())}
	case 2:
		rung.Types = []string{pick(r, []string{"os", "jar"})}
	}
	if rung.Mode == finding.Block && r.Intn(2) == 0 {
		rung.EnforceFrom = nearby(r)
	}
	return rung
}

// randomBaseline knows some of the findings that there can be.
func randomBaseline(r *rand.Rand) policy.Baseline {
	b := policy.Baseline{Known: make(map[string]bool)}
	for range r.Intn(20) {
		b.Known[randomFinding(r).Fingerprint(sceneImage.Name)] = true
	}
	if r.Intn(2) == 0 {
		b.Until = nearby(r)
	}
	return b
}

// nearby is a moment within some days of now.
func nearby(r *rand.Rand) time.Time {
	return now.Add(time.Duration(r.Intn(20*24)-10*24) * time.Hour)
}

// sometimes is a moment nearby, or none.
func sometimes(r *rand.Rand) time.Time {
	if r.Intn(2) == 0 {
		return time.Time{}
	}
	return nearby(r)
}

var sceneImage = finding.Image{Name: "acme/api", Names: []string{"api"}}

func randomFinding(r *rand.Rand) finding.Finding {
	f := found("CVE-2026-"+strconv.Itoa(r.Intn(5)), pick(r, []string{"openssl", "zlib", "curl"}),
		pick(r, finding.Severities()), pick(r, []string{"", "1.2"}))
	if r.Intn(2) == 0 {
		f.Package.Class, f.Package.Type, f.Package.Path = finding.ClassLanguage, "jar", "srv/app.jar"
	}
	f.Change.Kind = pick(r, append(finding.ChangeKinds(), finding.ChangeUnknown))
	f.Published, f.Modified = sometimes(r), sometimes(r)
	if r.Intn(4) == 0 {
		f.Context.KEV = &finding.KEV{Added: sometimes(r)}
	}
	if r.Intn(3) == 0 {
		f.Context.EPSS = &finding.EPSS{Score: pick(r, []float64{0.1, 0.5, 0.9})}
	}
	if r.Intn(3) == 0 {
		f.Context.Deadline = &finding.Deadline{Days: 3, Due: sometimes(r), Upgrade: r.Intn(3) == 0}
	}
	if r.Intn(2) == 0 {
		f.Disposition = randomDisposition(r, f.Rating)
	}
	switch r.Intn(3) {
	case 0:
		f.Origin = finding.Origin{Kind: finding.OriginInherited, Base: r.Intn(3)}
	case 1:
		f.Origin.Kind = pick(r, finding.OriginKinds())
	}
	return f
}

// randomDisposition is a decision that acts: it ends today at the earliest.
func randomDisposition(r *rand.Rand, rating finding.Rating) finding.Disposition {
	d := finding.Disposition{Decision: pick(r, finding.Decisions()), Entry: "EX-" + strconv.Itoa(r.Intn(3)), Suppressed: r.Intn(2) == 0}
	later := func() time.Time { return now.AddDate(0, 0, r.Intn(10)) }
	if r.Intn(2) == 0 {
		d.Expires = later()
	}
	if r.Intn(3) == 0 {
		d.Lapses = later().AddDate(0, 0, 1)
	}
	if r.Intn(3) == 0 {
		before := rating
		before.Severity = finding.Critical
		d.Before = &before
	}
	return d
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.Intn(len(from))] }

func (s scene) judge() finding.Verdict {
	return policy.Judge(s.report(), s.Policy, now)
}

func (s scene) report() *finding.Report {
	return &finding.Report{
		Image: sceneImage, Lineage: onDebian, Findings: slices.Clone(s.Findings), Gaps: slices.Clone(s.Gaps),
		Triage: finding.Triage{Unused: s.Unused},
	}
}

// with judges the scene with one of its findings changed, or the extra one when it
// has none.
func (s scene) with(change func(*finding.Finding)) finding.Verdict {
	s.Findings = slices.Clone(s.Findings)
	if len(s.Findings) == 0 {
		s.Findings = append(s.Findings, s.Extra)
	}
	change(&s.Findings[0])
	return s.judge()
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
		"a suppressed finding never makes it worse": func(s scene) bool {
			s.Findings = append(slices.Clone(s.Findings), s.Extra)
			s.Findings[0], s.Findings[len(s.Findings)-1] = s.Findings[len(s.Findings)-1], s.Findings[0]
			without := s
			without.Findings = s.Findings[1:]
			suppressed := s.with(func(f *finding.Finding) {
				f.Disposition = finding.Disposition{Decision: finding.RiskAccepted, Suppressed: true}
			})
			counted := s.with(func(f *finding.Finding) { f.Disposition.Suppressed = false })
			bare := without.judge()
			return noBetter(counted, suppressed) && suppressed.Judged == bare.Judged && suppressed.Outcome == bare.Outcome && suppressed.Breaking == bare.Breaking
		},
		"being exploited never takes a break away": func(s scene) bool {
			no := s.with(func(f *finding.Finding) { f.Context.KEV = nil })
			return noBetter(s.with(func(f *finding.Finding) { f.Context.KEV = &finding.KEV{} }), no)
		},
		"a higher EPSS score never takes a break away": func(s scene) bool {
			none := s.with(func(f *finding.Finding) { f.Context.EPSS = nil })
			low := s.with(func(f *finding.Finding) { f.Context.EPSS = &finding.EPSS{Score: 0.4} })
			high := s.with(func(f *finding.Finding) { f.Context.EPSS = &finding.EPSS{Score: 0.6} })
			return noBetter(high, low) && noBetter(low, none) && noBetter(none, low)
		},
		"asking about exploitation, EPSS or deadlines never takes a break away": func(s scene) bool {
			s.Policy.KEV, s.Policy.EPSSFailAt, s.Policy.BOD2604 = policy.ExploitedIgnore, 0, false
			last := s.judge()
			for _, ask := range []func(){
				func() { s.Policy.EPSSFailAt = 0.9 },
				func() { s.Policy.EPSSFailAt = 0.1 },
				func() { s.Policy.BOD2604 = true },
				func() { s.Policy.KEV = policy.ExploitedFail },
			} {
				ask()
				verdict := s.judge()
				if !noBetter(verdict, last) {
					return false
				}
				last = verdict
			}
			return true
		},
		"a longer grace never adds a break": func(s scene) bool {
			s.Policy.Grace = policy.Grace{}
			last := s.judge()
			for _, grace := range []policy.Grace{
				{NewVulnerability: 36 * time.Hour}, {NewVulnerability: week}, {NewVulnerability: week, NewFix: week}, {NewVulnerability: 2 * week, NewFix: 2 * week},
			} {
				s.Policy.Grace = grace
				verdict := s.judge()
				if !noBetter(last, verdict) {
					return false
				}
				last = verdict
			}
			return true
		},
		"a baseline never adds a break, and one of everything leaves only what is exploited or late": func(s scene) bool {
			s.Policy.Baseline = policy.Baseline{}
			before := s.judge()
			known := make(map[string]bool)
			for _, f := range s.Findings {
				known[f.Fingerprint(sceneImage.Name)] = true
			}
			s.Policy.Baseline = policy.Baseline{Known: known}
			after := s.judge()
			s.Policy.KEV, s.Policy.BOD2604 = policy.ExploitedIgnore, false
			return noBetter(before, after) && s.judge().Breaking == 0
		},
		"another rung that blocks never makes it better, and one that observes never worse": func(s scene) bool {
			s.Policy.Mode, s.Policy.EnforceFrom = finding.Warn, time.Time{}
			before, ladder := s.judge(), s.Policy.Ladder
			first := policy.Rung{Types: []string{"os"}}
			first.Mode = finding.Block
			s.Policy.Ladder = append([]policy.Rung{first}, ladder...)
			block := s.judge()
			first.Mode = finding.Observe
			s.Policy.Ladder = append([]policy.Rung{first}, ladder...)
			observe := s.judge()
			return noBetter(block, before) && noBetter(before, observe) && before.Judged == observe.Judged && before.Breaking == block.Breaking
		},
		"failing on unused exceptions never makes it better": func(s scene) bool {
			s.Policy.Unused = policy.UnusedWarn
			before := s.judge()
			s.Policy.Unused = policy.UnusedFail
			return noBetter(s.judge(), before)
		},
		"time never mends anything": func(s scene) bool {
			// Dates in the future are not believed today, and will be.
			for i := range s.Findings {
				for _, d := range []*time.Time{&s.Findings[i].Published, &s.Findings[i].Modified} {
					if d.After(now) {
						*d = now
					}
				}
			}
			// A decision's end may bring a severity that a rung is kinder to.
			s.Policy.Ladder = slices.DeleteFunc(slices.Clone(s.Policy.Ladder), func(r policy.Rung) bool { return len(r.Severities) > 0 })
			last := s.judge()
			date := now
			for _, f := range policy.Forecast(s.report(), s.Policy, now) {
				next := finding.Verdict{Outcome: f.Outcome, Judged: f.Judged, Breaking: f.Breaking, Blocking: f.Blocking}
				if f.Why == "" || !f.From.After(date) || !noBetter(next, last) || next.Blocking < last.Blocking {
					return false
				}
				last, date = next, f.From
			}
			return true
		},
		"sparing what has no fix never adds a break": func(s scene) bool {
			s.Policy.OnlyFixable = false
			before := s.judge()
			s.Policy.OnlyFixable = true
			return noBetter(before, s.judge())
		},
		"sparing what is not of this change never adds a break": func(s scene) bool {
			s.Policy.OnlyIntroduced = false
			before := s.judge()
			s.Policy.OnlyIntroduced = true
			return noBetter(before, s.judge())
		},
		"without a comparison, sparing what is not of this change spares nothing": func(s scene) bool {
			for i := range s.Findings {
				s.Findings[i].Change = finding.Change{}
			}
			s.Policy.OnlyIntroduced = false
			before := s.judge()
			s.Policy.OnlyIntroduced = true
			return s.judge().Breaking == before.Breaking
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
			s.Policy.Mode, s.Policy.EnforceFrom, s.Policy.Ladder = finding.Block, time.Time{}, nil
			block := s.judge()
			for _, mode := range []finding.Mode{finding.Observe, finding.Warn} {
				s.Policy.Mode = mode
				v := s.judge()
				if v.Outcome != finding.Pass || v.Judged != block.Judged || v.Breaking != block.Breaking {
					return false
				}
			}
			return block.Outcome == block.Judged && block.Blocking == block.Breaking
		},
		"there is always a reason, and every finding has one": func(s scene) bool {
			rep := s.report()
			v := policy.Judge(rep, s.Policy, now)
			breaking := 0
			for _, f := range rep.Findings {
				if f.Judgement.Rule == "" || f.Judgement.Reason == "" {
					return false
				}
				if f.Judgement.Breaks != (f.Judgement.Mode != "") {
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
			config := &quick.Config{MaxCount: 1000, Rand: rand.New(rand.NewSource(1))}
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
