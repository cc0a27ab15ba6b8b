package report

import (
	"slices"
	"strconv"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// release is a version of numbers only, which every ecosystem orders alike.
type release struct {
	text  string
	parts []int
}

// parseRelease reads "1.20.4" or "v1.20.4"; false for what has anything else in it,
// which is for the package manager to order.
func parseRelease(text string) (release, bool) {
	const longest = 9 // digits that fit into an int anywhere
	r := release{text: text}
	for part := range strings.SplitSeq(strings.TrimPrefix(text, "v"), ".") {
		if part == "" || len(part) > longest || strings.Trim(part, "0123456789") != "" {
			return release{}, false
		}
		n, _ := strconv.Atoi(part)
		r.parts = append(r.parts, n)
	}
	return r, true
}

// oneRelease is the oldest version, not older than what is installed, that has the
// fixes of all findings. An advisory may name a fix for each maintained branch. It
// is empty where that takes more than numbers to tell.
func oneRelease(installed string, findings []finding.Finding) string {
	at, ok := parseRelease(installed)
	if !ok {
		return ""
	}
	var all [][]release
	for _, f := range findings {
		var fixes []release
		for text := range strings.SplitSeq(f.FixedIn, ", ") {
			fix, ok := parseRelease(text)
			if !ok {
				return ""
			}
			fixes = append(fixes, fix)
		}
		slices.SortFunc(fixes, compareReleases)
		if _, lacks := nextFix(at, fixes); !lacks {
			return "" // by our reckoning it has the fix, so we reckon wrongly
		}
		all = append(all, fixes)
	}
	for i := 0; i < len(all); i++ {
		if next, ok := nextFix(at, all[i]); ok {
			at, i = next, -1 // it may be on another branch, so look at all of them again
		}
	}
	return at.text
}

// nextFix is the fix to move on to from a version that lacks it; false when the
// version has it: it is as new as the newest fix, or as a fix of its own branch.
func nextFix(at release, fixes []release) (release, bool) {
	i := slices.IndexFunc(fixes, func(fix release) bool { return compareReleases(fix, at) > 0 })
	if i < 0 || i > 0 && inCommon(at, fixes[i-1]) > inCommon(at, fixes[i]) {
		return release{}, false
	}
	return fixes[i], true
}

func compareReleases(a, b release) int { return slices.Compare(a.parts, b.parts) }

// inCommon is how many numbers two versions begin with alike.
func inCommon(a, b release) int {
	n := 0
	for n < min(len(a.parts), len(b.parts)) && a.parts[n] == b.parts[n] {
		n++
	}
	return n
}
