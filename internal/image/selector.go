package image

import (
	"fmt"
	"slices"
	"strings"
)

// SelectError is that a file holds several images and the reference does not say
// which, or names one that is not there.
type SelectError struct {
	Path     string
	Selector string   // what was asked for; empty when nothing was
	Choices  []string // references that name one image each
}

// Error lists the choices as they can be typed.
func (e *SelectError) Error() string {
	what := "holds several images"
	if e.Selector != "" {
		what = fmt.Sprintf("holds no image %q", e.Selector)
	}
	return fmt.Sprintf("%q %s; choose one: %s", e.Path, what, strings.Join(e.Choices, ", "))
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
