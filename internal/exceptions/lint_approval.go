package exceptions

import (
	"slices"
	"strings"
	"time"
)

// approval asks who has approved an entry, and whether they may.
func (l *linter) approval(e *Entry) {
	if len(e.ApprovedBy) == 0 {
		l.error(e, "nobody has approved it: it does nothing until somebody does")
		return
	}
	if e.ApprovedOn.After(l.opts.Now) {
		l.error(e, "it is approved on %s, which has not come yet", e.ApprovedOn.Format(time.DateOnly))
	}
	l.fourEyes(e)

	// Whoever may approve the worse may approve the rest. One who is on the list for
	// known exploited vulnerabilities is enough for one of those.
	everybody := slices.Concat(l.opts.Approvers, l.opts.KEVApprovers)
	for _, who := range e.ApprovedBy {
		if len(l.opts.Approvers) > 0 && !isAmong(who, everybody) {
			l.error(e, "%s is not an approver: expected one of %s", who, strings.Join(everybody, ", "))
		}
	}
	may := func(who string) bool { return isAmong(who, l.opts.KEVApprovers) }
	if e.KEVAck && len(l.opts.KEVApprovers) > 0 && !slices.ContainsFunc(e.ApprovedBy, may) {
		l.error(e, "it is about a vulnerability that is known to be exploited, which %s may approve, and not %s",
			strings.Join(l.opts.KEVApprovers, ", "), strings.Join(e.ApprovedBy, ", "))
	}
}

// fourEyes asks whether two people have looked at an entry.
func (l *linter) fourEyes(e *Entry) {
	switch {
	case e.RequestedBy == "":
		l.warn(e, "it has no requested_by: nobody can tell whether two people have looked at it")
	case isAmong(e.RequestedBy, e.ApprovedBy):
		l.error(e, "%s has requested it and approved it: somebody else has to approve", e.RequestedBy)
	}
}

// isAmong says whether a person or a team is in a list, however it is written.
func isAmong(who string, list []string) bool {
	return slices.ContainsFunc(list, func(name string) bool {
		return strings.EqualFold(strings.TrimPrefix(name, "@"), strings.TrimPrefix(who, "@"))
	})
}
