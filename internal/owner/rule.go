package owner

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/org/imgscan-action/internal/finding"
)

// Rule names the owners of some packages, as the configuration does. Of several
// rules, the first that matches counts.
//
// In the patterns, ** stands for anything, * and ? do not cross a slash, and
// [abc] and {a,b} are alternatives. An empty pattern matches everything.
type Rule struct {
	// Base matches a base image, or the image that a COPY --from took something
	// from: the reference as Docker prints it, "debian:12" or
	// "ghcr.io/acme/base:3", with docker.io or without. It is matched without tag
	// and digest too, so a pattern without a tag is about all of them.
	//
	// A rule with Base is about what such images brought, and a rule without it
	// about what the build itself put into the image: who owns an application does
	// not by that own the Debian below it.
	Base string

	// Image matches the name of the scanned image, without tag.
	Image string

	// Path matches the file in the image that declares the package, or the file of
	// the repository that the package was traced to. Neither has a leading slash.
	Path string

	// Package matches the name of the package or its package URL, which is matched
	// without qualifiers and version too.
	Package string

	// Owners are the names, at least one: see ParseName.
	Owners []string

	// At is where the rule is written: ".imgscan/config.yaml:14".
	At string
}

// Validate finds a rule that would own everything, one that names nobody, and
// patterns and names that ParsePattern and ParseName refuse.
func (r Rule) Validate() error {
	patterns := []string{r.Base, r.Image, r.Path, r.Package}
	if strings.Join(patterns, "") == "" {
		return errors.New("a rule says what is owned: give it any of base, image, package, path")
	}
	for _, pattern := range patterns {
		if pattern == "" {
			continue
		}
		if _, err := ParsePattern(pattern); err != nil {
			return err
		}
	}
	if len(r.Owners) == 0 {
		return errors.New("a rule says who owns it: give it owners")
	}
	for _, name := range r.Owners {
		if _, err := ParseName(name); err != nil {
			return err
		}
	}
	return nil
}

// placed puts the rule's place before err.
func (r Rule) placed(err error) error {
	if r.At == "" {
		return err
	}
	return fmt.Errorf("%s: %w", r.At, err)
}

// ParsePattern reads a pattern of Rule. A leading slash is taken off, as neither
// paths nor references have one.
func ParsePattern(pattern string) (string, error) {
	trimmed := strings.TrimPrefix(pattern, "/")
	switch {
	case strings.TrimSpace(trimmed) == "":
		return "", errors.New("empty pattern: expected one such as debian or ghcr.io/acme/**")
	case !doublestar.ValidatePattern(trimmed):
		return "", fmt.Errorf("malformed pattern %q: a [, { or \\ is not closed", pattern)
	}
	return trimmed, nil
}

// ParseName reads the name of an owner: a GitHub user or team with its @, an
// address, or any text of one line that is at most 120 characters long.
func ParseName(name string) (string, error) {
	if name == "" || clean(name) != name {
		return "", fmt.Errorf("expected an owner such as @acme/platform, in one line of at most %d characters, found %.60q", maxName, name)
	}
	return name, nil
}

// subject is what a rule is asked about, in all the spellings that a pattern may
// match.
type subject struct {
	bases    []string // empty for what the build itself put in
	images   []string
	paths    []string // empty when the question is about no package
	packages []string
}

func newSubject(rep *finding.Report, refs []string, pkg finding.Package, file string) subject {
	s := subject{images: references(rep.Image.Name), packages: packageNames(pkg)}
	for _, ref := range refs {
		s.bases = append(s.bases, references(ref)...)
	}
	for _, path := range []string{pkg.Path, file} {
		if path != "" {
			s.paths = append(s.paths, path)
		}
	}
	return s
}

func (r Rule) matches(s subject) bool {
	if (r.Base == "") != (len(s.bases) == 0) {
		return false
	}
	return matchesAny(r.Base, s.bases) && matchesAny(r.Image, s.images) &&
		matchesAny(r.Path, s.paths) && matchesAny(r.Package, s.packages)
}

func matchesAny(pattern string, spellings []string) bool {
	return pattern == "" || slices.ContainsFunc(spellings, func(s string) bool {
		matched, err := doublestar.Match(pattern, s)
		return err == nil && matched
	})
}

func (r Rule) owner(kind finding.OwnerKind) finding.Owner {
	return finding.Owner{Kind: kind, Names: slices.Clone(r.Owners), Because: r.At, Trusted: true}
}
