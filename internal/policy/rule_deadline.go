package policy

import (
	"fmt"
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// ruleDeadline judges findings that are past the deadline that BOD 26-04 gives
// them. Like what is known to be exploited, they break the policy whatever their
// severity, with a fix or without.
func ruleDeadline(f subject, p Policy) (word, string) {
	d := f.Context.Deadline
	if !p.BOD2604 || d == nil || d.Upgrade {
		return silent, ""
	}
	allows := fmt.Sprintf("BOD 26-04 allows %s", count(d.Days, "day"))
	switch {
	case d.Due.IsZero():
		return insists, allows + ", and no date is known to count from"
	case f.now.Before(dayAfter(d.Due)):
		return silent, ""
	}
	return insists, fmt.Sprintf("past its deadline of %s: %s", date(d.Due), allows)
}

// Due is the last day on which remediating a finding is in time when there are so
// many days for it.
//
// Nobody remembers from scan to scan when a finding was first seen, so the days
// are counted from when the vulnerability could first be known: from when CISA
// listed it as exploited, or else from its publication. That is never later than
// it was seen, so the answer may be too strict and is never too lenient. It is
// zero when neither date is known.
func Due(f finding.Finding, days int) time.Time {
	start := f.Published
	if kev := f.Context.KEV; kev != nil && !kev.Added.IsZero() {
		start = kev.Added
	}
	if start.IsZero() {
		return time.Time{}
	}
	return startOf(start).AddDate(0, 0, days)
}
