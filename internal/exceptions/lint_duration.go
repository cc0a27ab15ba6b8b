package exceptions

import (
	"fmt"
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// duration asks how long an entry holds, and whether it still does.
func (l *linter) duration(e *Entry) {
	last := e.Expires.Format(time.DateOnly)
	switch {
	case !e.ApprovedOn.IsZero() && e.Expires.Before(e.ApprovedOn):
		l.error(e, "it expires on %s, before it is approved on %s", last, e.ApprovedOn.Format(time.DateOnly))
		return
	case e.expired(l.opts.Now):
		l.error(e, "it expired %s, after %s: renew it or remove it", ago(days(e.Expires, l.opts.Now)), last)
		return
	case l.opts.WarnWithin > 0 && e.expired(l.opts.Now.Add(l.opts.WarnWithin)):
		l.warn(e, "it expires in %s: its last day is %s", plural(days(l.opts.Now, e.Expires.AddDate(0, 0, 1)), "day"), last)
	}
	if e.ApprovedOn.IsZero() || e.Decision == finding.Affected {
		return // an entry that rejects a vendor's claim only makes the gate stricter
	}
	most, of := l.maxDays(e)
	if held := days(e.ApprovedOn, e.Expires); most > 0 && held > most {
		l.error(e, "it holds for %s, and %d is the most %s", plural(held, "day"), most, of)
	}
}

// maxDays is how long an entry may hold, and for what; 0 when there is no limit.
// Its own claim decides, which rescoring checks. Without one nobody knows what it
// will be used for, and the strictest limit does.
func (l *linter) maxDays(e *Entry) (most int, of string) {
	if e.Severity != nil {
		return l.opts.MaxDays[*e.Severity], "for a severity of " + e.Severity.String()
	}
	var known []string
	for _, s := range finding.Severities() {
		if limit := l.opts.MaxDays[s]; limit > 0 {
			known = append(known, fmt.Sprintf("%s %d", s, limit))
			if most == 0 || limit < most {
				most = limit
			}
		}
	}
	return most, "where it names no severity (" + strings.Join(known, ", ") + ")"
}
