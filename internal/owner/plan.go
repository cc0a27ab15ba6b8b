package owner

import (
	"cmp"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// Plan says who has to do what, in the order in which they have to act: the
// bases from the deepest to the nearest, then whoever builds what was copied in,
// then whoever builds the image. It reads the owners that Assign named and the
// word of the policy, and changes nothing. Every finding that is not suppressed
// counts in one step.
func Plan(rep *finding.Report) []finding.Step {
	p := newPlanner(rep)
	for number := len(p.bases); number > 0; number-- {
		p.base(number)
	}
	p.builders()
	p.build()
	return p.steps
}

// planner goes from the deepest base up to the build.
type planner struct {
	bases []finding.Base
	owner finding.Owner // of the build

	// renewed is the nearest base whose tag no longer leads to what was used; 0
	// when there is none. Behind are the findings of that base and of those below
	// it: whoever stands on it leaves them behind by rebuilding.
	renewed int
	behind  []finding.Finding

	inherited map[int][]finding.Finding // of the other bases, by number
	copied    []finding.Finding
	built     []finding.Finding

	// changed is set when something below is going to be published anew, so that
	// whatever stands on it has to be rebuilt.
	changed bool

	steps []finding.Step
}

func newPlanner(rep *finding.Report) *planner {
	p := &planner{
		bases:     rep.Lineage.Bases,
		owner:     rep.Owner,
		renewed:   1 + slices.IndexFunc(rep.Lineage.Bases, renewed),
		inherited: make(map[int][]finding.Finding),
	}
	p.owner.Kind = cmp.Or(p.owner.Kind, finding.OwnerApp)
	for _, f := range rep.Findings {
		if f.Disposition.Suppressed {
			continue // somebody has decided that there is nothing to do
		}
		number := baseOf(f.Origin)
		switch kind := f.Origin.Owner.Kind; {
		case kind == finding.OwnerBase && number <= len(p.bases):
			p.inherited[number] = append(p.inherited[number], f)
		case kind == finding.OwnerBuilder:
			p.copied = append(p.copied, f)
		default:
			p.built = append(p.built, f)
		}
	}
	// The nearest renewed base may bring those below it with it, so that is what to
	// try first. Where nothing has a fix, there is nothing to try.
	for number := p.renewed; number > 0 && number <= len(p.bases); number++ {
		p.behind = append(p.behind, p.inherited[number]...)
	}
	if fixable(p.behind) == 0 {
		p.renewed, p.behind = 0, nil
	}
	for number := p.renewed; number > 0 && number <= len(p.bases); number++ {
		delete(p.inherited, number)
	}
	return p
}

// renewed says whether the base can be left behind without its owner.
func renewed(b finding.Base) bool {
	return b.Tag.State == finding.TagMoved || b.Tag.State == finding.TagGone
}

// base plans for the owner of the base with that number.
func (p *planner) base(number int) {
	owner, findings := p.bases[number-1].Owner, p.inherited[number]
	acts := p.leaveBehind(number, owner)
	if p.changed && !acts && fixable(findings) == 0 {
		p.step(owner, number, "rebuild on "+p.bases[number].Ref, nil)
	}
	for _, group := range byOwner(findings) {
		p.step(group[0].Origin.Owner, number, publish(p.bases[number-1], group), group)
		p.changed = p.changed || fixable(group) > 0
	}
}

// leaveBehind plans the move to a renewed base for whoever stands on it: number
// is that of a base, or 0 for the build.
func (p *planner) leaveBehind(number int, owner finding.Owner) bool {
	if len(p.behind) == 0 || p.renewed != number+1 {
		return false
	}
	p.step(owner, p.renewed, leave(p.bases[number], number == 0), p.behind)
	p.changed = true
	return true
}

// builders plans for the owners of what was copied in from other images.
func (p *planner) builders() {
	byRef := make(map[string][]finding.Finding)
	for _, f := range p.copied {
		byRef[f.Origin.Builder] = append(byRef[f.Origin.Builder], f)
	}
	for _, ref := range sortedKeys(byRef) {
		for _, group := range byOwner(byRef[ref]) {
			p.step(group[0].Origin.Owner, 0, republish(ref, group), group)
			p.changed = p.changed || fixable(group) > 0
		}
	}
}

// build plans for the owners of the build itself. Whatever they change, they
// rebuild, so rebuilding is a step only when it is all there is to do.
func (p *planner) build() {
	acts := p.leaveBehind(0, p.owner)
	if p.changed && !acts && fixable(p.built) == 0 {
		p.step(p.owner, 0, rebuild(p.bases), nil)
	}
	for _, group := range byOwner(p.built) {
		p.step(group[0].Origin.Owner, 0, mend(group), group)
	}
}

func (p *planner) step(owner finding.Owner, base int, do string, about []finding.Finding) {
	step := finding.Step{Owner: owner, Base: base, Do: do, Findings: len(about), Fixable: fixable(about)}
	for _, f := range about {
		if f.Judgement.Breaks {
			step.Breaking++
		}
	}
	p.steps = append(p.steps, step)
}

// byOwner groups findings by who owns them: the unnamed first, then by name.
func byOwner(findings []finding.Finding) [][]finding.Finding {
	groups := make(map[string][]finding.Finding)
	for _, f := range findings {
		name := strings.Join(f.Origin.Owner.Names, "\x00")
		groups[name] = append(groups[name], f)
	}
	var sorted [][]finding.Finding
	for _, name := range sortedKeys(groups) {
		sorted = append(sorted, groups[name])
	}
	return sorted
}

func fixable(findings []finding.Finding) int {
	n := 0
	for _, f := range findings {
		if f.Fixable() {
			n++
		}
	}
	return n
}
