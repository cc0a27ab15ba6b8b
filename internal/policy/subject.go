package policy

import (
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// subject is a finding as the rules see it.
type subject struct {
	finding.Finding

	// image is what it was found in.
	image finding.Image

	// base is the reference of the base that the finding came with; empty when it
	// came with none, or nobody knows which.
	base string

	// lineage is that of the image.
	lineage finding.Lineage

	// now is the clock of the judgement.
	now time.Time
}

func newSubject(f finding.Finding, rep *finding.Report, now time.Time) subject {
	s := subject{Finding: f, image: rep.Image, lineage: rep.Lineage, now: now}
	if n := f.Origin.Base; n > 0 && n <= len(rep.Lineage.Bases) {
		s.base = rep.Lineage.Bases[n-1].Ref
	}
	return s
}

const oneDay = 24 * time.Hour

// startOf is 00:00 UTC of a day.
func startOf(day time.Time) time.Time { return day.UTC().Truncate(oneDay) }

// dayAfter is the moment from which a last day is over. It is zero for a zero
// day, which has no end.
func dayAfter(last time.Time) time.Time {
	if last.IsZero() {
		return time.Time{}
	}
	return startOf(last).Add(oneDay)
}

// earliest is the first of two moments, of which a zero one is none.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

func date(t time.Time) string { return t.UTC().Format(time.DateOnly) }
