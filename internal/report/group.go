package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/org/imgscan-action/internal/finding"
)

// group is what one owner can mend in one place, the build or a base.
type group struct {
	owner    finding.Owner
	base     int // 0 for the build itself, n for Lineage.Bases[n-1]
	findings []finding.Finding
}

// groups divides the findings by who acts on them: first what the readers of
// the report can mend themselves, then what was copied in, then the bases, the
// nearest first. Within a group findings keep their order.
func groups(rep *finding.Report) []*group {
	var list []*group
	for _, f := range rep.Findings {
		owner, base := f.Origin.Owner, broughtBy(f.Origin)
		i := slices.IndexFunc(list, func(g *group) bool { return g.is(owner, base) })
		if i < 0 {
			i = len(list)
			list = append(list, &group{owner: owner, base: base})
		}
		list[i].findings = append(list[i].findings, f)
	}
	slices.SortStableFunc(list, func(a, b *group) int {
		return cmp.Or(
			cmp.Compare(a.base, b.base),
			cmp.Compare(distance(a.owner.Kind), distance(b.owner.Kind)),
			slices.Compare(a.owner.Names, b.owner.Names),
		)
	})
	return list
}

func (g *group) is(owner finding.Owner, base int) bool {
	return g.base == base && g.owner.Kind == owner.Kind && slices.Equal(g.owner.Names, owner.Names)
}

// distance is how far an owner is from whoever reads the report.
func distance(kind finding.OwnerKind) int {
	switch kind {
	case finding.OwnerBuilder:
		return 1
	case finding.OwnerBase:
		return 2
	}
	return 0
}

// divided says whether a report is worth dividing by owner. One in which nothing
// tells the findings apart stays a plain list.
func divided(rep *finding.Report, list []*group) bool {
	return rep.Lineage.Known() || len(list) > 1
}

// title heads the findings of a group.
func (g *group) title(l finding.Lineage, in ink) string {
	words := "For " + ownerWords(l, g.owner, g.base, in)
	if g.base > 0 && len(g.owner.Names) > 0 {
		words += ", in " + baseName(l, g.base, in)
	}
	return words
}

// task is one step of the plan and the findings that it is about.
type task struct {
	step     *finding.Step // nil for findings that the plan does not mention
	owner    finding.Owner
	base     int
	findings []finding.Finding
}

// tasks are the steps of the plan in its order, then the groups that no step is
// for.
func tasks(rep *finding.Report) []*task {
	list := make([]*task, len(rep.Plan))
	for i := range rep.Plan {
		step := &rep.Plan[i]
		list[i] = &task{step: step, owner: step.Owner, base: step.Base}
	}
	for _, g := range groups(rep) {
		t := taskFor(g, list)
		if t == nil {
			t = &task{owner: g.owner, base: g.base}
			list = append(list, t)
		}
		t.findings = append(t.findings, g.findings...)
	}
	for _, t := range list {
		finding.Sort(t.findings)
	}
	return list
}

// taskFor is the task that is about the findings of a group: their owner's; else
// that of whoever stands on their base; else that of whoever leaves them behind
// by moving to a newer base nearer to the image. Nil when there is none.
func taskFor(g *group, list []*task) *task {
	var best *task
	for _, t := range list {
		switch {
		case t.step == nil || t.step.Findings == 0: // passes on what was done below
		case g.is(t.owner, t.base):
			return t
		case t.base > 0 && t.base <= g.base && (best == nil || t.base > best.base):
			best = t
		}
	}
	return best
}

// words says who acts, what they do and what it is worth. first is set for the
// first task of the plan.
func (t *task) words(l finding.Lineage, first bool, in ink) string {
	words := t.actor(l, in) + ": " + t.deed(in)
	if first {
		return words
	}
	return "then " + words
}

// actor is who acts.
func (t *task) actor(l finding.Lineage, in ink) string { return actorWords(l, t.owner, t.base, in) }

// deed is what they do and what it is worth.
func (t *task) deed(in ink) string {
	words := "act on what is theirs ("
	_, all := tallies(t.findings)
	if t.step != nil {
		words = in.text(cutBytes(t.step.Do, maxSentence)) + " ("
		all = tally{total: t.step.Findings, fixable: t.step.Fixable, breaking: t.step.Breaking}
	}
	words += plural(all.total, "finding")
	if all.total > 0 {
		words += fmt.Sprintf(", %d fixable", all.fixable)
	}
	if all.breaking > 0 {
		words += fmt.Sprintf(", %d breaking the policy", all.breaking)
	}
	return words + ")"
}

// upgrades is what to change for the task. What comes with a base is not for the
// readers of the report to upgrade: the base's step stands for all of it.
func (t *task) upgrades() []*upgrade {
	if t.base > 0 {
		return nil
	}
	return upgrades(t.findings)
}
