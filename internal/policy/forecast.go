package policy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// maxForecasts is how many forecasts are worth reading.
const maxForecasts = 5

// Forecast lists the dates after now from which the verdict on a report is
// another one if nothing changes but the date, the soonest first and at most five:
// the policy begins to block, a decision ends or lapses, a period of grace or the
// baseline ends, a deadline passes. It judges copies, and leaves the report alone.
//
// It cannot know what follows a decision that ends: the finding is taken to count
// as it would without any.
func Forecast(rep *finding.Report, p Policy, now time.Time) []finding.Forecast {
	var forecasts []finding.Forecast
	today := judgedAt(rep, p, now)
	for len(forecasts) < maxForecasts {
		changes := today.changes(p)
		if len(changes) == 0 {
			break
		}
		next := judgedAt(today.rep, p, changes[0].at)
		if reason := why(changes, today, next); reason != "" && next.differs(today) {
			forecasts = append(forecasts, finding.Forecast{
				From:     next.now,
				Why:      reason,
				Breaking: next.verdict.Breaking,
				Blocking: next.verdict.Blocking,
				Judged:   next.verdict.Judged,
				Outcome:  next.verdict.Outcome,
			})
		}
		today = next
	}
	return forecasts
}

// judged is a copy of a report as it will be judged at a date.
type judged struct {
	rep     *finding.Report
	now     time.Time
	verdict finding.Verdict
}

func judgedAt(rep *finding.Report, p Policy, now time.Time) judged {
	later := *rep
	later.Findings = slices.Clone(rep.Findings)
	later.Gaps = slices.Clone(rep.Gaps)
	for i := range later.Findings {
		expire(&later.Findings[i], now)
	}
	return judged{&later, now, Judge(&later, p, now)}
}

// expire takes back a decision that no longer acts, and what it did.
func expire(f *finding.Finding, now time.Time) {
	end := endOf(f.Disposition)
	if end.IsZero() || now.Before(end) {
		return
	}
	if f.Disposition.Before != nil {
		f.Rating = *f.Disposition.Before
	}
	f.Disposition = finding.Disposition{}
}

func (j judged) differs(from judged) bool {
	a, b := j.verdict, from.verdict
	return a.Outcome != b.Outcome || a.Judged != b.Judged || a.Breaking != b.Breaking || a.Blocking != b.Blocking
}

// change is something that a date brings.
type change struct {
	at   time.Time
	kind changeKind

	// what names the thing that changes: a rung, a decision, a baseline, a
	// vulnerability.
	what string

	// finding is the index of the finding that it is about; -1 for all.
	finding int
}

type changeKind int

// The kinds, in the order in which a forecast names them.
const (
	policyBlocks changeKind = iota
	rungBlocks
	decisionEnds
	decisionLapses
	baselineEnds
	graceEnds
	deadlinePasses
)

// changes lists what the soonest date brings that brings anything; empty when
// none does.
func (j judged) changes(p Policy) []change {
	var soonest []change
	add := func(at time.Time, kind changeKind, what string, finding int) {
		if !at.After(j.now) {
			return
		}
		if len(soonest) > 0 && at.Before(soonest[0].at) {
			soonest = nil
		}
		if len(soonest) == 0 || at.Equal(soonest[0].at) {
			soonest = append(soonest, change{at, kind, what, finding})
		}
	}
	if p.Mode != finding.Observe && p.Mode != finding.Warn {
		add(p.EnforceFrom, policyBlocks, "", -1)
	}
	for _, r := range p.Ladder {
		if r.Mode != finding.Observe && r.Mode != finding.Warn {
			add(r.EnforceFrom, rungBlocks, r.String(), -1)
		}
	}
	for i, f := range j.rep.Findings {
		if d := f.Disposition; d.Decision != "" {
			add(dayAfter(d.Expires), decisionEnds, d.Entry, i)
			add(lapseOf(d), decisionLapses, d.Entry, i)
		}
		switch f.Judgement.Rule {
		case "baseline":
			add(f.Judgement.Counts, baselineEnds, p.Baseline.String(), i)
		case "grace":
			add(f.Judgement.Counts, graceEnds, f.ID, i)
		}
		if d := f.Context.Deadline; p.BOD2604 && d != nil && !d.Upgrade {
			add(dayAfter(d.Due), deadlinePasses, f.ID, i)
		}
	}
	return soonest
}

// why says what a date brings, of all that makes a difference to a finding.
func why(changes []change, before, after judged) string {
	things := make(map[changeKind][]string)
	for _, c := range changes {
		if c.finding >= 0 && !affected(before.rep.Findings[c.finding].Judgement, after.rep.Findings[c.finding].Judgement) {
			continue
		}
		if !slices.Contains(things[c.kind], c.what) {
			things[c.kind] = append(things[c.kind], c.what)
		}
	}
	var clauses []string
	for kind := policyBlocks; kind <= deadlinePasses; kind++ {
		if names := things[kind]; len(names) > 0 {
			slices.Sort(names)
			clauses = append(clauses, kind.clause(names))
		}
	}
	return strings.Join(clauses, "; ")
}

func affected(before, after finding.Judgement) bool {
	return before.Breaks != after.Breaks || before.Mode != after.Mode
}

// clause says what happens to the things of those names.
func (k changeKind) clause(names []string) string {
	n, some := len(names), few(names, ", ")
	switch k {
	case policyBlocks:
		return "the policy blocks"
	case rungBlocks:
		return "the policy blocks what is " + few(names, "; ")
	case decisionEnds:
		return some + plural(n, " expires", " expire")
	case decisionLapses:
		return some + plural(n, " lapses", " lapse") + " unless reviewed"
	case baselineEnds:
		return names[0] + " ends"
	case graceEnds:
		return fmt.Sprintf("%s of %s %s", plural(n, "the grace period", "the grace periods"), some, plural(n, "ends", "end"))
	}
	return fmt.Sprintf("%s of %s %s", plural(n, "the deadline", "the deadlines"), some, plural(n, "passes", "pass"))
}
