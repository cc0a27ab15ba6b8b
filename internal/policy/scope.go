package policy

import (
	"errors"
	"fmt"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/org/imgscan-action/internal/finding"
)

// Selection chooses some of many. Exclude wins over Include.
type Selection struct {
	// Include lists what is chosen; empty means everything.
	Include []string

	// Exclude lists what is not; empty means nothing.
	Exclude []string
}

// all says whether the selection leaves nothing out.
func (s Selection) all() bool { return len(s.Include) == 0 && len(s.Exclude) == 0 }

// leavesOut says whether the selection leaves out what matches describes, and
// why.
func (s Selection) leavesOut(matches func(entry string) bool) (outside bool, why string) {
	for _, entry := range s.Exclude {
		if matches(entry) {
			return true, fmt.Sprintf("excluded by %q", entry)
		}
	}
	for _, entry := range s.Include {
		if matches(entry) {
			return false, ""
		}
	}
	return len(s.Include) > 0, "not among those included"
}

func matchesType(name string, pkg finding.Package) bool {
	return name == pkg.Type || name == string(pkg.Class)
}

// ParseType reads the name of a package type or of a class of them. The error
// lists the valid names: a misspelt type in an include list would otherwise
// quietly leave everything out.
func ParseType(name string) (string, error) {
	return parseName("package type", name, Types())
}

// ParsePath reads a pattern of paths in the image: ** stands for any number of
// folders, * and ? do not cross a slash, [abc] and {a,b} are alternatives. A
// leading slash is taken off, as package paths have none.
func ParsePath(pattern string) (string, error) {
	trimmed := strings.TrimPrefix(pattern, "/")
	switch {
	case trimmed == "":
		return "", errors.New("empty path pattern: expected one such as usr/local/**")
	case !doublestar.ValidatePattern(trimmed):
		return "", fmt.Errorf("malformed path pattern %q: a [, { or \\ is not closed", pattern)
	}
	return trimmed, nil
}

// matchesPath is false for a pattern that ParsePath would refuse.
func matchesPath(pattern, path string) bool {
	matched, err := doublestar.Match(pattern, path)
	return err == nil && matched
}
