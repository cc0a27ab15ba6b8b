package intel

import (
	"cmp"
	"slices"

	"github.com/org/imgscan-action/internal/finding"
)

// Data is all context that was read. A nil part was not asked for, and nothing is
// said about it.
type Data struct {
	KEV  *KEV
	EPSS *EPSS
	SSVC *SSVC

	// Sources describe the files of the parts that are set.
	Sources []finding.ContextSource
}

// Apply sets the context of the report's findings, those that the image no longer
// has included, and adds the sources to the report, in the order of their names.
//
// A finding is looked up by the first of its CVE identifiers that a source knows,
// its own before its aliases. One that has none cannot be looked up, and nothing is
// said about it.
func (d *Data) Apply(rep *finding.Report) {
	for i := range rep.Findings {
		rep.Findings[i].Context = d.context(rep.Findings[i])
	}
	for i := range rep.Removed {
		rep.Removed[i].Context = d.context(rep.Removed[i])
	}
	rep.Sources = append(rep.Sources, d.Sources...)
	slices.SortStableFunc(rep.Sources, func(a, b finding.ContextSource) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.File, b.File))
	})
}

func (d *Data) context(f finding.Finding) finding.Context {
	var c finding.Context
	ids := cvesOf(f)
	if len(ids) == 0 {
		return c
	}
	if d.KEV != nil {
		entry, exploited := d.KEV.entries.find(ids)
		c.Exploited = &exploited
		if exploited {
			c.KEV = &entry
		}
	}
	if d.EPSS != nil {
		if score, found := d.EPSS.scores.find(ids); found {
			c.EPSS = &score
		}
	}
	if d.SSVC != nil {
		if p, found := d.SSVC.points.find(ids); found {
			c.SSVC = p.ssvc()
		}
	}
	return c
}
