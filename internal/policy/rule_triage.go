package policy

import (
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// ruleDecision spares findings that somebody has decided do not count. Whether
// the decision may act is not asked again here.
func ruleDecision(f subject, _ Policy) (word, string) {
	if !f.Disposition.Suppressed {
		return silent, ""
	}
	return spares, decided(f.Disposition)
}

// decided is a decision in one clause: "EX-2026-001: false positive, until
// 2027-05-01".
func decided(d finding.Disposition) string {
	clause := strings.ReplaceAll(string(d.Decision), "_", " ")
	if d.Entry != "" {
		clause = d.Entry + ": " + clause
	}
	if d.Vendor && len(d.ApprovedBy) > 0 {
		clause += ", says " + strings.Join(d.ApprovedBy, ", ")
	}
	if !d.Expires.IsZero() {
		clause += ", until " + date(d.Expires)
	}
	return clause
}

// endOf is the moment from which a decision no longer acts unless somebody
// renews it; zero when it has no end.
func endOf(d finding.Disposition) time.Time {
	return earliest(dayAfter(d.Expires), lapseOf(d))
}

func lapseOf(d finding.Disposition) time.Time {
	if d.Lapses.IsZero() {
		return time.Time{}
	}
	return startOf(d.Lapses)
}
