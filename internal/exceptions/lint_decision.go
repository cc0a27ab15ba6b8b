package exceptions

import (
	"slices"
	"strings"
)

// decision asks whether an entry makes sense, and whether the project permits it.
func (l *linter) decision(e *Entry) {
	if slices.Contains(e.Vulnerabilities, "*") && !l.opts.AllowWildcard {
		l.error(e, `it is about every vulnerability ("*") of its packages, which the configuration does not allow`)
	}
	if e.Cause == "" {
		return
	}
	switch allowed := causesOf(e.Decision); {
	case len(allowed) == 0:
		l.error(e, "a decision of %s has no cause, and it gives %s", e.Decision, e.Cause)
	case !slices.Contains(allowed, e.Cause):
		l.error(e, "the cause %s does not explain a decision of %s: expected one of %s", e.Cause, e.Decision, strings.Join(allowed, ", "))
	}
}
