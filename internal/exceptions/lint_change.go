package exceptions

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// changes compares entries with those before, by identifier: an entry may move
// to another file, but what it does may not change without a new approval. A new
// entry needs one as every entry does.
func (l *linter) changes(files, base []*File) {
	now := make(map[string]*Entry)
	for _, f := range files {
		for _, e := range f.Entries {
			now[e.ID] = e
		}
	}
	changed := linter{opts: l.opts, order: l.order}
	gone := linter{opts: l.opts}
	for _, f := range base {
		for _, before := range f.Entries {
			after, there := now[before.ID]
			if !there {
				gone.removed(before)
				continue
			}
			changed.changed(before, after)
		}
	}
	l.problems = append(l.problems, changed.problems...)
	l.sort()
	l.problems = append(l.problems, gone.problems...)
}

func (l *linter) changed(before, after *Entry) {
	names := differences(before, after)
	if len(names) == 0 || len(after.ApprovedBy) == 0 {
		return // approval has said that nobody has approved it
	}
	if len(before.ApprovedBy) == 0 || after.ApprovedOn.After(before.ApprovedOn) {
		return
	}
	l.error(after, "changed without a new approval: %s, and approved_on is %s as before or earlier",
		strings.Join(names, ", "), after.ApprovedOn.Format(time.DateOnly))
}

// removed warns of an entry that acted and is gone. What it excepted counts
// again, which needs nobody's leave; what it rejected or made worse does not.
func (l *linter) removed(before *Entry) {
	if active, _ := before.Active(l.opts.Now); !active {
		return
	}
	if before.Decision == finding.Affected {
		l.warn(before, "was removed: the vendors' claims that it rejected count again")
		return
	}
	l.warn(before, "was removed: what it decided counts no longer")
}

// differences names the keys that decide what an entry does and that are not the
// same in two entries. The order of lists does not matter.
func differences(a, b *Entry) []string {
	var names []string
	for _, key := range []struct {
		name string
		a, b any
	}{
		{"vulnerabilities", sorted(a.Vulnerabilities), sorted(b.Vulnerabilities)},
		{"images", sorted(a.Images), sorted(b.Images)},
		{"packages", selectors(a.Packages), selectors(b.Packages)},
		{"decision", a.Decision, b.Decision},
		{"cause", a.Cause, b.Cause},
		{"cvss", scoring(a.CVSS), scoring(b.CVSS)},
		{"severity", a.Severity, b.Severity},
		{"kev_ack", a.KEVAck, b.KEVAck},
		{"requested_by", a.RequestedBy, b.RequestedBy},
		{"approved_by", sorted(a.ApprovedBy), sorted(b.ApprovedBy)},
		{"expires", a.Expires.Unix(), b.Expires.Unix()},
		{"review_when", sorted(a.ReviewWhen), sorted(b.ReviewWhen)},
		{"vendor.product", waitedFor(a.Vendor), waitedFor(b.Vendor)},
	} {
		if !reflect.DeepEqual(key.a, key.b) {
			names = append(names, key.name)
		}
	}
	return names
}

func sorted(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return slices.Sorted(slices.Values(list))
}

// selectors are packages as texts, so that they can be sorted.
func selectors(packages []Package) []string {
	var all []string
	for _, p := range packages {
		all = append(all, strings.Join(slices.Concat(
			[]string{p.PURL, p.Name, p.Source, p.Type, "\x00"}, sorted(p.Versions), []string{"\x00"}, sorted(p.Paths),
		), "\x01"))
	}
	return sorted(all)
}

// scoring is the part of a rescoring that changes a rating.
func scoring(c *CVSS) []string {
	if c == nil {
		return nil
	}
	all := []string{c.Base, c.Vector}
	for _, name := range metrics() {
		if value, ok := c.Modified[name]; ok {
			all = append(all, name+":"+value)
		}
	}
	return all
}

// waitedFor is the part of a vendor that was approved: to ask again is no change.
func waitedFor(v *Vendor) string {
	if v == nil {
		return ""
	}
	return v.Product
}
