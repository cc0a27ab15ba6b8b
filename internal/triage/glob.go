package triage

import (
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// What a glob may have: every way through its braces is tried, so each group
// multiplies the work, and a pull request may bring a pattern of nothing else.
const (
	maxGlob         = 1024 // bytes
	maxGroups       = 4    // of braces
	maxAlternatives = 32   // in all groups together
)

// matchGlob says whether text is what the pattern asks for: the same, or, for a
// pattern that is a glob, covered by it. Nothing matches an empty text, which is
// something that is not known, nor a glob that is malformed or over the limits.
func matchGlob(pattern, text string) bool {
	if text == "" || len(pattern) > maxGlob {
		return false
	}
	if pattern == text {
		return true
	}
	if !isGlob(pattern) || strings.Count(pattern, "{") > maxGroups || strings.Count(pattern, ",") > maxAlternatives-maxGroups {
		return false
	}
	matched, err := doublestar.Match(pattern, text)
	return matched && err == nil
}

func isGlob(s string) bool { return strings.ContainsAny(s, "*?[{\\") }
