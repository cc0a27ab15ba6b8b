package policy

import (
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// Judge gives the verdict on a report. It writes its word on every finding and
// every gap into the report, Findings[i].Judgement and Gaps[i].Accepted, and
// leaves the rest of it alone; the verdict is returned, not stored.
//
// A finding that breaks the policy makes the verdict fail, and so do unused
// exceptions in a policy that says so. Otherwise a gap that the policy does not
// accept makes it inconclusive. That is what Judged says, as if everything were
// blocked. The outcome leaves out what is only observed or warned about.
func Judge(rep *finding.Report, p Policy, now time.Time) finding.Verdict {
	breaking, blocking := 0, 0
	for i := range rep.Findings {
		f := newSubject(rep.Findings[i], rep, now)
		judgement := judge(f, p)
		if judgement.Breaks {
			breaking++
			judgement.Mode = p.forceOn(f).at(now)
			if judgement.Mode == finding.Block {
				blocking++
			}
		}
		rep.Findings[i].Judgement = judgement
	}
	open := acceptGaps(rep.Gaps, p)
	unused := p.failsUnused(rep.Triage.Unused)

	whole := p.forceOnImage(rep.Image)
	verdict := finding.Verdict{
		Judged:      outcome(breaking > 0 || unused, len(open) > 0),
		Mode:        whole.at(now),
		EnforceFrom: whole.from,
		Breaking:    breaking,
		Blocking:    blocking,
		OpenGaps:    len(open),
		Threshold:   p.threshold(rep.Sources),
	}
	blocks := verdict.Mode == finding.Block
	verdict.Outcome = outcome(blocking > 0 || (unused && blocks), len(open) > 0 && blocks)
	verdict.Reasons = reasons(rep, p, verdict, now)
	return verdict
}

func outcome(broken, incomplete bool) finding.Outcome {
	switch {
	case broken:
		return finding.Fail
	case incomplete:
		return finding.Inconclusive
	}
	return finding.Pass
}
