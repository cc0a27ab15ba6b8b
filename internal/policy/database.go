package policy

import (
	"fmt"
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// StaleDatabase is the gap that a database older than maxAge leaves: whatever
// was published since is missing. A database that does not say when it was built
// leaves the same gap. A maxAge of 0 means that any database will do.
func StaleDatabase(db finding.Database, maxAge time.Duration, now time.Time) (gap finding.Gap, stale bool) {
	if maxAge == 0 {
		return finding.Gap{}, false
	}
	gap = finding.Gap{Kind: finding.GapStaleDatabase, Where: db.Source}
	age := db.Age(now)
	switch {
	case db.Built.IsZero():
		gap.Detail = fmt.Sprintf("the vulnerability database does not say when it was built, so it may be over the limit of %s", span(maxAge))
	case age > maxAge:
		gap.Detail = fmt.Sprintf("the vulnerability database of %s is %s old, over the limit of %s",
			db.Built.UTC().Format(time.DateOnly), span(age), span(maxAge))
	default:
		return finding.Gap{}, false
	}
	return gap, true
}

// span is a length of time in whole days, or in hours when that says more.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	if hours := int(d.Hours()); d < 3*day && d%day != 0 {
		return count(hours, "hour")
	}
	return count(int(d/day), "day")
}
