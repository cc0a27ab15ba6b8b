package policy

import "github.com/org/imgscan-action/internal/finding"

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

// sideOf is the side that a finding comes from.
func sideOf(f finding.Finding) Side {
	if f.Origin.Kind == finding.OriginInherited {
		return SideBase
	}
	return SideApp
}
