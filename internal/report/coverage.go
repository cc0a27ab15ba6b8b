package report

import (
	"fmt"

	"github.com/org/imgscan-action/internal/finding"
)

// programWords is how much of the native code could be told what it is.
func programWords(e finding.Executables) string {
	words := plural(e.Total, "executable") + " and libraries"
	if e.Total == 1 {
		words = "1 executable or library"
	}
	if e.Unknown == 0 {
		return words + ", all identified"
	}
	return fmt.Sprintf("%s, %d of them not identified", words, e.Unknown)
}

// uncovered divides the gaps into those of kinds that most images have, which
// are limits of the method, and those that are failures to see. What the policy
// refuses is a failure.
func uncovered(gaps []finding.Gap) (limits, failures []finding.Gap) {
	for _, g := range gaps {
		if g.Kind.Common() && g.Accepted {
			limits = append(limits, g)
		} else {
			failures = append(failures, g)
		}
	}
	return limits, failures
}

const (
	limitsTitle   = "Not covered"
	failuresTitle = "What the scan could not see"
)

// gapWords is one gap and what became of it. That a policy accepts what most
// images have goes without saying.
func gapWords(g finding.Gap, in ink) string {
	words := in.text(cutBytes(g.Detail, maxSentence))
	if g.Where != "" {
		words = in.name(g.Where) + ": " + words
	}
	kind := in.code(string(g.Kind))
	switch {
	case g.Accepted && g.Kind.Common():
		return kind + ": " + words
	case g.Accepted:
		return kind + " (accepted by the policy): " + words
	}
	return kind + " (not accepted): " + words
}
