package triage

import (
	"cmp"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// expiring are the rules that act and end within the warning time, the first to end
// first.
func (d *docket) expiring() []finding.Expiring {
	var expiring []finding.Expiring
	for _, r := range d.rules {
		t := d.tallies[r]
		if t.acted == 0 || endOf(r.Expires).Sub(d.opts.Now) > d.opts.WarnWithin {
			continue
		}
		expiring = append(expiring, finding.Expiring{Entry: r.ID, At: r.At, Expires: r.Expires, Findings: t.restored})
	}
	slices.SortFunc(expiring, func(a, b finding.Expiring) int {
		return cmp.Or(
			a.Expires.Compare(b.Expires),
			strings.Compare(a.Entry, b.Entry),
			strings.Compare(a.At.File, b.At.File),
			a.At.Start-b.At.Start,
		)
	})
	return expiring
}
