package config

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/owner"
	"github.com/org/imgscan-action/internal/strictyaml"
)

// Image is a name that the project has for some images. Exceptions and rules of
// the policy mean it when they say "name:api".
type Image struct {
	Name string

	// Match are patterns of the references that it means, with their tag or without.
	// In them, ** stands for anything, * and ? do not cross a slash.
	Match []string

	// Exposure is who can reach what runs from it; empty when nobody has said.
	Exposure Exposure
}

// Exposure is who can reach what runs from an image.
type Exposure string

// The exposures.
const (
	Public   Exposure = "public"   // anybody
	Internal Exposure = "internal" // only the organisation
)

// Exposures lists both exposures.
func Exposures() []Exposure { return []Exposure{Public, Internal} }

// NamesOf are the names of an image that is known by any of the references, sorted;
// empty when it has none.
func (c Config) NamesOf(refs ...string) []string {
	var names []string
	for _, img := range c.Images {
		if img.matches(refs) {
			names = append(names, img.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Exposed says whether anybody can reach what runs from an image that is known by
// any of the references. That is so unless the configuration says that it is
// internal and nothing else.
func (c Config) Exposed(refs ...string) bool {
	internal := false
	for _, img := range c.Images {
		switch {
		case !img.matches(refs):
		case img.Exposure == Public:
			return true
		case img.Exposure == Internal:
			internal = true
		}
	}
	return !internal
}

func (i Image) matches(refs []string) bool {
	for _, ref := range refs {
		for _, spelling := range finding.Spellings(ref) {
			for _, pattern := range i.Match {
				if matched, err := doublestar.Match(pattern, spelling); err == nil && matched {
					return true
				}
			}
		}
	}
	return false
}

// imageKeys lists what one of the images can hold.
func imageKeys(i *Image) []key {
	return []key{
		{"name", text(&i.Name, parseImageName)},
		{"match", list(&i.Match, owner.ParsePattern)},
		{"exposure", text(&i.Exposure, parseExposure)},
	}
}

func checkImage(i *Image, _ string) error {
	switch {
	case i.Name == "":
		return errors.New("an image has a name: give it one")
	case len(i.Match) == 0:
		return errors.New("an image says which references it means: give it match")
	}
	return nil
}

// formatImage is an image in one line: "api=ghcr.io/acme/api (public)".
func formatImage(i Image) string {
	s := i.Name + "=" + strings.Join(i.Match, ",")
	if i.Exposure != "" {
		s += " (" + string(i.Exposure) + ")"
	}
	return s
}

var imageNamePattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/-]{0,119}$`)

func parseImageName(s string) (string, error) {
	if !imageNamePattern.MatchString(s) {
		return "", fmt.Errorf("expected a name such as api, of letters, digits and ._/-, found %s", strictyaml.Quote(s))
	}
	return s, nil
}

func parseExposure(s string) (Exposure, error) {
	if !slices.Contains(Exposures(), Exposure(s)) {
		return "", fmt.Errorf("unknown exposure %s: expected public or internal", strictyaml.Quote(s))
	}
	return Exposure(s), nil
}
