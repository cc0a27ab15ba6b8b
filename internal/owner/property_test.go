package owner_test

import (
	"math/rand"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/owner"
)

// randomReport is a report whose parts need not agree with each other.
func randomReport(r *rand.Rand) *finding.Report {
	rep := &finding.Report{Image: finding.Image{Name: "acme/app"}}
	states := []finding.TagState{finding.TagNotChecked, finding.TagCurrent, finding.TagMoved, finding.TagGone, finding.TagUnknown}
	for range r.Intn(4) {
		rep.Lineage.Bases = append(rep.Lineage.Bases, finding.Base{
			Ref:    pick(r, []string{"debian:12", "ghcr.io/acme/base:3", "busybox", "local:1"}),
			Tag:    finding.Tag{State: pick(r, states)},
			Vendor: pick(r, []string{"", "", "Acme", "\u202E"}),
		})
	}
	for range r.Intn(30) {
		rep.Findings = append(rep.Findings, randomFinding(r))
	}
	return rep
}

func randomFinding(r *rand.Rand) finding.Finding {
	origins := []func() finding.Origin{installed, copied, func() finding.Origin { return finding.Origin{} }}
	origin := pick(r, origins)()
	switch r.Intn(3) {
	case 0:
		origin = inherited(r.Intn(6))
	case 1:
		origin = required(pick(r, []string{"direct", "lock", "toolchain"}), "go.mod", "web/package.json")
	}
	if r.Intn(4) == 0 {
		origin.Kind = pick(r, finding.OriginKinds())
	}
	origin.Instruction.OnBuild = r.Intn(6) == 0
	f := found("CVE-"+strconv.Itoa(r.Intn(3)), pick(r, []string{"debian", "gobinary"}), pick(r, []string{"curl", "zlib"}), origin)
	if r.Intn(2) == 0 {
		f.FixedIn, f.Status = "", finding.StatusAffected
	}
	f.Judgement.Breaks = r.Intn(2) == 0
	return f
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.Intn(len(from))] }

func TestProperties(t *testing.T) {
	owners, err := owner.New([]owner.Rule{
		{Base: "ghcr.io/acme/*", Owners: []string{"@acme/platform"}, At: "c.yaml:1"},
		{Base: "**", Package: "zlib", Owners: []string{"@acme/zlib"}, At: "c.yaml:2"},
		{Path: "web/**", Owners: []string{"@acme/web"}, At: "c.yaml:3"},
	}, []byte(codeownersFile), "CODEOWNERS")
	if err != nil {
		t.Fatal(err)
	}
	properties := map[string]func(*finding.Report, []finding.Step) bool{
		"every finding has an owner, and every name a reason": func(rep *finding.Report, _ []finding.Step) bool {
			return !slices.ContainsFunc(rep.Findings, func(f finding.Finding) bool {
				o := f.Origin.Owner
				return o.Kind == "" || o.Trusted && len(o.Names) == 0 || (len(o.Names) > 0) != (o.Because != "")
			})
		},
		"the plan counts every finding once": func(rep *finding.Report, plan []finding.Step) bool {
			var want, got [3]int
			for _, f := range rep.Findings {
				want[0]++
				if f.Fixable() {
					want[1]++
				}
				if f.Judgement.Breaks {
					want[2]++
				}
			}
			for _, s := range plan {
				got[0], got[1], got[2] = got[0]+s.Findings, got[1]+s.Fixable, got[2]+s.Breaking
			}
			return want == got
		},
		"every step has somebody to act, something to do, and a reason to be there": func(rep *finding.Report, plan []finding.Step) bool {
			acted := false
			for _, s := range plan {
				if s.Owner.Kind == "" || s.Do == "" || s.Base < 0 || s.Base > len(rep.Lineage.Bases) {
					return false
				}
				if s.Findings == 0 && !acted {
					return false
				}
				acted = acted || s.Fixable > 0
			}
			return true
		},
		"the app comes last, and the bases first": func(_ *finding.Report, plan []finding.Step) bool {
			order := []finding.OwnerKind{finding.OwnerBase, finding.OwnerBuilder, finding.OwnerApp}
			return slices.IsSortedFunc(plan, func(a, b finding.Step) int {
				// A finding of a base that is not in the lineage is left to the app's steps.
				if a.Base == 0 && a.Owner.Kind == finding.OwnerBase || b.Base == 0 && b.Owner.Kind == finding.OwnerBase {
					return 0
				}
				return slices.Index(order, a.Owner.Kind) - slices.Index(order, b.Owner.Kind)
			})
		},
		"a second time is the same": func(rep *finding.Report, plan []finding.Step) bool {
			before := slices.Clone(rep.Findings)
			owners.Assign(rep)
			return cmp.Equal(before, rep.Findings) && cmp.Equal(plan, owner.Plan(rep))
		},
		"what is shared has a name and an order": func(rep *finding.Report, _ []finding.Step) bool {
			for _, f := range rep.Findings {
				for _, place := range f.Origin.Shared {
					if place == "" {
						return false
					}
				}
				if !slices.IsSorted(f.Origin.Shared) {
					return false
				}
			}
			return true
		},
	}
	for name, property := range properties {
		t.Run(name, func(t *testing.T) {
			for seed := range int64(300) {
				rep := randomReport(rand.New(rand.NewSource(seed)))
				owners.Assign(rep)
				if plan := owner.Plan(rep); !property(rep, plan) {
					t.Fatalf("not with seed %d:\n%s", seed, tell(plan))
				}
			}
		})
	}
}
