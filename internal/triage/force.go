package triage

import (
	"fmt"
	"time"

	"github.com/org/imgscan-action/internal/exceptions"
)

// notInForce says in one clause why an entry does not act today; empty when it
// does. The last day is part of it, in UTC.
func notInForce(e *exceptions.Entry, now time.Time) string {
	switch {
	case len(e.ApprovedBy) == 0:
		return "has no approver"
	case e.ApprovedOn.IsZero():
		return "has no day of approval"
	case now.Before(day(e.ApprovedOn)):
		return "is approved from " + date(e.ApprovedOn) + " on"
	case e.Expires.IsZero():
		return "has no end"
	case !now.Before(endOf(e.Expires)):
		return "expired " + ago(e.Expires, now)
	}
	return ""
}

const oneDay = 24 * time.Hour

// day is the day in UTC, at its beginning. The zero time is its own.
func day(t time.Time) time.Time { return t.UTC().Truncate(oneDay) }

// endOf is the first moment that is no longer on the day.
func endOf(t time.Time) time.Time { return day(t).Add(oneDay) }

func date(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// ago counts whole days between two dates, which are at least one apart.
func ago(then, now time.Time) string {
	days := int(day(now).Sub(day(then)) / oneDay)
	if days == 1 {
		return "1 day ago"
	}
	return fmt.Sprintf("%d days ago", days)
}
