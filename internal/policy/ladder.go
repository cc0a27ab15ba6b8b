package policy

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/org/imgscan-action/internal/finding"
)

// Rung gives some findings a mode of their own. All that it asks for must hold,
// and an empty list asks for nothing.
//
// In the patterns, ** stands for anything, * and ? do not cross a slash, and
// [abc] and {a,b} are alternatives.
type Rung struct {
	// Images are patterns of the image's name as Docker prints it, with docker.io or
	// without, and without tag; or, as "name:api", of a logical name that the
	// configuration gives it.
	Images []string

	// Owners are patterns of the names of the finding's owner. Only names from the
	// configuration and from CODEOWNERS are matched: what an image says of itself
	// decides no mode.
	Owners []string

	// Severities are those that count, after any decision that changed them.
	Severities []finding.Severity

	// Types are types of package, names from Types.
	Types []string

	// Mode is how much such findings stop, and EnforceFrom as in Policy.
	Mode        finding.Mode
	EnforceFrom time.Time

	// At is where the rung is written: ".imgscan/config.yaml:14".
	At string
}

// Validate finds a rung that says nothing or contradicts itself.
func (r Rung) Validate() error {
	switch {
	case r.Mode == "":
		return errors.New("a rule says how much it stops: give it a mode")
	case len(r.Images)+len(r.Owners)+len(r.Severities)+len(r.Types) == 0:
		return errors.New("a rule says what it is about: give it any of images, owners, severities, types")
	case !r.EnforceFrom.IsZero() && r.Mode != finding.Block:
		return errors.New("enforce-from needs the mode block, which warns until that date")
	}
	return nil
}

// String is what the rung is about: "critical, high, of @acme/web, in
// ghcr.io/acme/**".
func (r Rung) String() string {
	var parts []string
	for _, s := range r.Severities {
		parts = append(parts, s.String())
	}
	parts = append(parts, r.Types...)
	if len(r.Owners) > 0 {
		parts = append(parts, "of "+strings.Join(r.Owners, " or "))
	}
	if len(r.Images) > 0 {
		parts = append(parts, "in "+strings.Join(r.Images, " or "))
	}
	return strings.Join(parts, ", ")
}

func (r Rung) force() force { return force{r.Mode, r.EnforceFrom} }

// forceOn is how much it stops that a finding breaks the policy.
func (p Policy) forceOn(f subject) force {
	for _, r := range p.Ladder {
		if r.matchesImage(f.image) && r.matchesFinding(f.Finding) {
			return r.force()
		}
	}
	return force{p.Mode, p.EnforceFrom}
}

// forceOnImage is how much it stops that something is wrong with the image that
// is no finding. Only rungs that ask for nothing but the image say so.
func (p Policy) forceOnImage(img finding.Image) force {
	for _, r := range p.Ladder {
		if len(r.Owners)+len(r.Severities)+len(r.Types) == 0 && r.matchesImage(img) {
			return r.force()
		}
	}
	return force{p.Mode, p.EnforceFrom}
}

func (r Rung) matchesImage(img finding.Image) bool {
	return len(r.Images) == 0 || slices.ContainsFunc(r.Images, func(pattern string) bool {
		if logical, ok := strings.CutPrefix(pattern, "name:"); ok {
			return matchesAny(logical, img.Names)
		}
		return matchesAny(pattern, finding.Spellings(img.Name))
	})
}

func (r Rung) matchesFinding(f finding.Finding) bool {
	if len(r.Severities) > 0 && !slices.Contains(r.Severities, f.Rating.Severity) {
		return false
	}
	if len(r.Types) > 0 && !slices.ContainsFunc(r.Types, func(name string) bool { return matchesType(name, f.Package) }) {
		return false
	}
	owner := f.Origin.Owner
	return len(r.Owners) == 0 || (owner.Trusted && slices.ContainsFunc(r.Owners, func(pattern string) bool {
		return matchesAny(pattern, owner.Names)
	}))
}

func matchesAny(pattern string, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		matched, err := doublestar.Match(pattern, name)
		return err == nil && matched
	})
}
