package policy

import (
	"fmt"
	"time"
)

// Baseline is what was known when a project began to use a policy. Its zero value
// knows of nothing.
type Baseline struct {
	// Known holds the fingerprints of the findings.
	Known map[string]bool

	// Created is the day on which it was made, for people; zero when that is not
	// known.
	Created time.Time

	// Until is the last day, UTC, on which it spares anything; zero for no end.
	Until time.Time
}

// String names the baseline: "the baseline of 2026-11-01".
func (b Baseline) String() string {
	if b.Created.IsZero() {
		return "the baseline"
	}
	return "the baseline of " + date(b.Created)
}

// ruleBaseline spares findings that were there when the project began.
func ruleBaseline(f subject, p Policy) (word, string) {
	b := p.Baseline
	if len(b.Known) == 0 || b.endedAt(f.now) || !b.Known[f.Fingerprint(f.image.Name)] {
		return silent, ""
	}
	if b.Until.IsZero() {
		return spares, fmt.Sprintf("in %s", b)
	}
	return spares, fmt.Sprintf("in %s, until %s", b, date(b.Until))
}

func (b Baseline) endedAt(now time.Time) bool {
	return !b.Until.IsZero() && !now.Before(dayAfter(b.Until))
}
