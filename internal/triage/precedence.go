package triage

import (
	"cmp"
	"strings"
)

// candidate is a rule that matches a finding.
type candidate struct {
	*rule
	rank int // how exactly the rule names the package

	ruling ruling

	// why is why it does not act although it matches; empty when it may.
	why string

	// outdated is set when the rule does not match this version of the package, and
	// wants it to be known.
	outdated bool
}

// precede orders rules that match the same finding, the one that decides first: the
// one that names the vulnerability, then the image, then the package more exactly,
// then the one that was approved later. Identifiers are unique, so the order of
// files says nothing; the place is for callers that did not check.
func precede(a, b candidate) int {
	return cmp.Or(
		bool2int(a.wildcard())-bool2int(b.wildcard()),
		b.image-a.image,
		b.rank-a.rank,
		b.ApprovedOn.Compare(a.ApprovedOn),
		strings.Compare(a.ID, b.ID),
		strings.Compare(a.At.File, b.At.File),
		a.At.Start-b.At.Start,
	)
}

func bool2int(b bool) int {
	if b {
		return 1
	}
	return 0
}
