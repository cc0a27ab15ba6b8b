package exceptions

import (
	"fmt"
	"time"
)

// Active says whether the entry acts, and when it does not, why: "expired 3 days
// ago". It acts from the day of its approval to the end of the day on which it
// expires, in UTC.
func (e *Entry) Active(now time.Time) (bool, string) {
	switch {
	case len(e.ApprovedBy) == 0:
		return false, "has no approver"
	case e.ApprovedOn.IsZero():
		return false, "has no day of approval"
	case now.Before(e.ApprovedOn):
		return false, "is approved from " + e.ApprovedOn.Format(time.DateOnly) + " on"
	case e.expired(now):
		return false, "expired " + ago(days(e.Expires, now))
	}
	return true, ""
}

// expired says whether the last day is over.
func (e *Entry) expired(now time.Time) bool { return !now.Before(e.Expires.AddDate(0, 0, 1)) }

// days is how many days lie from a day to a time of a later one.
func days(from, to time.Time) int { return int(day(to).Sub(day(from)) / (24 * time.Hour)) }

// day is the UTC day that a time falls on; zero stays zero.
func day(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	year, month, d := t.UTC().Date()
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}

func ago(n int) string { return plural(n, "day") + " ago" }

func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
