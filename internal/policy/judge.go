package policy

import (
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// Judge gives the verdict on a report. It writes its word on every finding and
// every gap into the report, Findings[i].Judgement and Gaps[i].Accepted, and
// leaves the rest of it alone; the verdict is returned, not stored.
//
// A finding that breaks the policy makes the verdict fail. Otherwise a gap that
// the policy does not accept makes it inconclusive. In the modes observe and
// warn the outcome is pass, and Judged says what it would have been.
func Judge(rep *finding.Report, p Policy, now time.Time) finding.Verdict {
	breaking := 0
	for i := range rep.Findings {
		rep.Findings[i].Judgement = judge(newSubject(rep.Findings[i], rep.Lineage), p)
		if rep.Findings[i].Judgement.Breaks {
			breaking++
		}
	}
	open := acceptGaps(rep.Gaps, p)

	verdict := finding.Verdict{
		Judged:      finding.Pass,
		Mode:        p.modeAt(now),
		EnforceFrom: p.EnforceFrom,
		Breaking:    breaking,
		OpenGaps:    len(open),
		Threshold:   p.threshold(),
	}
	switch {
	case breaking > 0:
		verdict.Judged = finding.Fail
	case len(open) > 0:
		verdict.Judged = finding.Inconclusive
	}
	verdict.Outcome = finding.Pass
	if verdict.Mode == finding.Block {
		verdict.Outcome = verdict.Judged
	}
	verdict.Reasons = reasons(rep, p, verdict)
	return verdict
}
