package policy

import (
	"fmt"
	"time"
)

// Grace is how long what is new does not count, from 00:00 UTC of its day; 0
// means that it counts at once. What is known to be exploited or past a deadline
// has no grace.
type Grace struct {
	// NewVulnerability is for vulnerabilities that were published recently.
	NewVulnerability time.Duration

	// NewFix is for findings that count only because they have a fix, so that there
	// is time to apply it; it has a meaning with OnlyFixable only.
	//
	// No database says when a fix came out. The period is counted from the last
	// change of the vulnerability's record, which is often the news of a fix, but
	// may be later than it, and need not be there at all: then the finding counts.
	NewFix time.Duration
}

// ruleGrace spares what is new.
func ruleGrace(f subject, p Policy) (word, string) {
	end, why := graceOf(f, p)
	if end.IsZero() {
		return silent, ""
	}
	return spares, fmt.Sprintf("%s: counts from %s", why, from(end))
}

// graceOf is the moment at which the grace of a finding ends, and what is new
// about it; zero when it has none. A date that is not known or in the future says
// nothing, so it gives no grace.
func graceOf(f subject, p Policy) (end time.Time, why string) {
	grant := func(since time.Time, period time.Duration, what string) {
		since = startOf(since)
		until := since.Add(period)
		if since.After(f.now) || !f.now.Before(until) || until.Before(end) {
			return
		}
		end, why = until, fmt.Sprintf("%s %s, less than %s ago", what, date(since), span(period))
	}
	if !f.Published.IsZero() {
		grant(f.Published, p.Grace.NewVulnerability, "published")
	}
	if p.OnlyFixable && f.Fixable() && !f.Modified.IsZero() {
		grant(f.Modified, p.Grace.NewFix, "its record, which names the fix, changed")
	}
	return end, why
}

// from is a moment as a day, with the hour when it is not the day's beginning.
func from(t time.Time) string {
	if t.Equal(startOf(t)) {
		return date(t)
	}
	return t.UTC().Format("2006-01-02 15:04 UTC")
}
