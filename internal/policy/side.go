package policy

import (
	"slices"

	"github.com/org/imgscan-action/internal/finding"
)

// Side says who brought a package into an image.
type Side string

// The sides. What comes from where nobody knows counts as the application's: a
// policy that judges only the application must not let it through.
const (
	SideApp  Side = "app"  // the build's own layers
	SideBase Side = "base" // a base image
)

// Sides lists both sides.
func Sides() []Side { return []Side{SideApp, SideBase} }

// ParseSide reads the name of a side. The error lists the valid names.
func ParseSide(name string) (Side, error) {
	return parseName("side", Side(name), Sides())
}

// side is the side that a finding comes from.
func (p Policy) side(f finding.Finding, l finding.Lineage) Side {
	if f.Origin.Kind != finding.OriginInherited {
		return SideApp
	}
	if len(p.TrustedBases) > 0 && !p.Trusts(l.Bases, f.Origin.Base) {
		return SideApp
	}
	return SideBase
}

// Trusts says whether a base, by its number as in finding.Origin, is one of
// TrustedBases, or came with one.
func (p Policy) Trusts(bases []finding.Base, number int) bool {
	return number > 0 && number <= len(bases) && slices.ContainsFunc(bases[:number], p.names)
}

// names says whether TrustedBases name a base. It has to be proven: the name of any
// other is only what somebody wrote.
func (p Policy) names(b finding.Base) bool {
	if b.Confidence != finding.Proven {
		return false
	}
	return slices.ContainsFunc(append([]string{b.Ref}, b.Aliases...), func(ref string) bool {
		return slices.ContainsFunc(p.TrustedBases, func(pattern string) bool { return matchesAny(pattern, finding.Spellings(ref)) })
	})
}
