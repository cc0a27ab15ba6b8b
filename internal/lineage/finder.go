package lineage

import (
	"context"
	"errors"
)

// Finder finds images that others name.
type Finder interface {
	// Describe reads an image's manifest and configuration and no layer. The
	// platform is "os/arch[/variant]", and another one is no answer.
	Describe(ctx context.Context, ref, platform string) (Image, error)

	// Head is the digest that a reference leads to in its registry now.
	Head(ctx context.Context, ref string) (digest string, err error)
}

// The errors of a Finder that make a difference. Any other one means that the
// registry could not be reached or did not make sense.
var (
	ErrNotFound = errors.New("not found")
	ErrDenied   = errors.New("access denied")
)
