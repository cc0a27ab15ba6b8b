package image

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	dockerref "github.com/distribution/reference"
)

// ReferenceError is the error for text that cannot name an image at all.
type ReferenceError struct {
	Ref string // as it was given; may be empty, and cut when it is very long

	nameOnly bool   // a path would not have done
	logical  bool   // it was to be a logical name
	advice   string // what else the user may have meant; may be empty
}

func (e *ReferenceError) Error() string {
	const expected = "expected an existing path, or an image reference such as alpine:3.22 or ghcr.io/org/app@sha256:…"
	kind := "image reference"
	if e.logical {
		kind = "logical name for an image"
	}
	switch {
	case e.Ref == "" && !e.logical:
		return "the image reference is empty: " + expected
	case e.advice != "":
		return fmt.Sprintf("%q is no %s: %s", e.Ref, kind, e.advice)
	case e.capitals():
		return fmt.Sprintf("%q is no %s: the name of a repository is in lower case: write %q", e.Ref, kind, strings.ToLower(e.Ref))
	case e.logical:
		return fmt.Sprintf("%q is no %s: expected a repository without tag, digest and prefix, such as ghcr.io/org/app", e.Ref, kind)
	case e.nameOnly:
		return fmt.Sprintf("%q is not the name of an image", e.Ref)
	}
	return fmt.Sprintf("%q is no image reference: %s", e.Ref, expected)
}

// capitals says whether the text would name an image if it were in lower case.
func (e *ReferenceError) capitals() bool {
	lower := strings.ToLower(e.Ref)
	if lower == e.Ref {
		return false
	}
	_, err := dockerref.ParseNormalizedNamed(lower)
	return err == nil
}

// overlooked adds to the error for a user's text, when it was taken for a name by its
// spelling, that there is a path that is spelt so, and how to write it.
func (r reference) overlooked(text string, err error) error {
	if r.path != "" || r.scheme != "" {
		return err
	}
	if parsed, _ := parsePath("", text); !holdsImages(text) && !hasIndex(parsed.path) {
		return err
	}
	advice := fmt.Sprintf("write %q for what is in this folder under that name, which was not looked at", "./"+text)
	var (
		nowhere   *OpenError
		malformed *ReferenceError
	)
	switch {
	case errors.As(err, &nowhere):
		nowhere.Advice = slices.Insert(nowhere.Advice, 0, advice)
	case errors.As(err, &malformed):
		malformed.advice = advice
	}
	return err
}
