package foreign

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/triage"
)

// suppressing are the entries that are in force at a time, cover an image and take
// findings away, by identifier. The others that are in force are said to be lost
// where they would have loosened something.
func suppressing(files []*exceptions.File, img finding.Image, now time.Time) (entries []*exceptions.Entry, lost []string) {
	inForce := inForce(files, img, now)
	counting := make(map[string]string) // which entry lets a vulnerability count
	for _, e := range inForce {
		if !suppresses(e) {
			for _, id := range e.Vulnerabilities {
				counting[strings.ToLower(id)] = e.ID
			}
		}
	}
	for _, e := range inForce {
		switch {
		case e.Decision == finding.UnderInvestigation, e.Decision == finding.Affected:
		case !suppresses(e):
			lost = append(lost, e.ID+": it changes a rating, which the file cannot say")
		case e.Decision == finding.VendorDependency:
			lost = append(lost, e.ID+": it acts only while the vendor is asked, which the file cannot say")
		case e.CVSS != nil:
			lost = append(lost, e.ID+": it acts only while the vector stays what it was, which the file cannot say")
		default:
			// Here the more specific entry wins, and there the one that ignores.
			if other := contradiction(e, counting); other != "" {
				lost = append(lost, e.ID+": "+other+" is about the same vulnerability and does not suppress it")
				continue
			}
			entries = append(entries, e)
		}
	}
	return entries, lost
}

// inForce are the entries that act at a time and cover an image, by identifier.
func inForce(files []*exceptions.File, img finding.Image, now time.Time) []*exceptions.Entry {
	var all []*exceptions.Entry
	for _, f := range files {
		for _, e := range f.Entries {
			active, _ := e.Active(now)
			if active && slices.ContainsFunc(e.Images, func(pattern string) bool { return triage.Covers(pattern, img, img.Names) }) {
				all = append(all, e)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *exceptions.Entry) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

// suppresses says whether an entry takes findings away rather than changing or
// confirming their rating.
func suppresses(e *exceptions.Entry) bool {
	switch e.Decision {
	case finding.Rescored, finding.UnderInvestigation, finding.Affected:
		return false
	case finding.Mitigated:
		return e.Cause == "inline" || e.CVSS == nil && e.Severity == nil
	}
	return true
}

// contradiction is an entry that lets a vulnerability count which this one
// suppresses; empty when there is none.
func contradiction(e *exceptions.Entry, counting map[string]string) string {
	for _, id := range e.Vulnerabilities {
		if other := cmp.Or(counting[strings.ToLower(id)], counting["*"]); other != "" {
			return other
		}
	}
	if !slices.Contains(e.Vulnerabilities, "*") {
		return ""
	}
	return first(counting)
}

// first is the value that comes first in the alphabet; empty for an empty map.
func first(m map[string]string) string {
	all := slices.Sorted(maps.Values(m))
	if len(all) == 0 {
		return ""
	}
	return all[0]
}

// statement is why, for people who meet the rule in the other file.
func statement(e *exceptions.Entry) string {
	return fmt.Sprintf("%s: %s (%s; approved by %s, until %s)", e.ID, plain(e.Reason, maxReason), e.Decision, strings.Join(e.ApprovedBy, ", "), e.Expires.Format(time.DateOnly))
}

// canonical is an identifier in the spelling of its kind: other scanners compare
// the case, too.
func canonical(id string) string {
	kind, rest, _ := strings.Cut(id, "-")
	switch kind = strings.ToUpper(kind); kind {
	case "CVE":
		return kind + "-" + strings.ToUpper(rest)
	case "GHSA":
		return kind + "-" + strings.ToLower(rest)
	}
	return id
}

// isLiteral says whether a glob matches only itself.
func isLiteral(glob string) bool { return !strings.ContainsAny(glob, `*?[{\`) }

// anywhere says whether one of the globs matches every path.
func anywhere(globs []string) bool {
	return slices.ContainsFunc(globs, func(glob string) bool {
		glob = strings.TrimPrefix(glob, "/")
		return glob == "**" || glob == "**/*"
	})
}
