package exceptions

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// equal says whether two entries say the same, wherever they stand.
func equal(a, b Entry) bool { return reflect.DeepEqual(canonical(a), canonical(b)) }

// canonical is an entry as Parse returns it, without its place.
func canonical(e Entry) Entry {
	e.At = finding.Line{}
	e.Reason = strings.TrimSpace(e.Reason)
	for _, list := range []*[]string{&e.Vulnerabilities, &e.Images, &e.Evidence, &e.ApprovedBy, &e.ReviewWhen} {
		orNil(list)
	}
	for _, t := range []*time.Time{&e.ApprovedOn, &e.Expires} {
		*t = day(*t)
	}
	e.Packages = slices.Clone(e.Packages)
	for i := range e.Packages {
		orNil(&e.Packages[i].Versions)
		orNil(&e.Packages[i].Paths)
	}
	if len(e.Packages) == 0 {
		e.Packages = nil
	}
	if e.CVSS != nil {
		c := *e.CVSS
		c.Modified, c.Rationale = maps.Clone(c.Modified), maps.Clone(c.Rationale)
		if len(c.Modified) == 0 {
			c.Modified = nil
		}
		if len(c.Rationale) == 0 {
			c.Rationale = nil
		}
		e.CVSS = &c
	}
	if e.Vendor != nil {
		v := *e.Vendor
		v.LastCheckIn = day(v.LastCheckIn)
		e.Vendor = &v
	}
	return e
}

func orNil(list *[]string) {
	if len(*list) == 0 {
		*list = nil
	}
}
