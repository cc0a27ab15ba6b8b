package lineage

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// What one run may ask of registries.
const (
	defaultLookups = 12
	lookupTime     = 20 * time.Second
)

// registry asks for images within a budget and remembers the answers. With a nil
// find it answers nothing.
type registry struct {
	find     Finder
	hosts    hosts
	platform string
	left     int // lookups
	asked    map[string]answer
	notes    []string
}

type answer struct {
	img Image
	why string // empty when the image was found
}

func newRegistry(find Finder, h hosts, platform string, opts Options) *registry {
	left := opts.MaxLookups
	if left == 0 {
		left = defaultLookups
	}
	return &registry{find: find, hosts: h, platform: platform, left: left, asked: make(map[string]answer)}
}

// describe looks at an image of a repository, by a reference as Docker prints it.
// When it cannot be looked at, why is a sentence that says so.
func (r *registry) describe(ctx context.Context, ref reference, word string) (img Image, why string) {
	if a, ok := r.asked[word]; ok {
		return a.img, a.why
	}
	if why := r.spend(ctx, ref); why != "" {
		return Image{}, why
	}
	img, err := r.find.Describe(ctx, word, r.platform)
	switch {
	case err != nil:
		why = r.failed(word, err)
	case img.Config == nil:
		why = "its configuration is missing"
	case platformOf(img.Config) != "" && !samePlatform(platformOf(img.Config), r.platform):
		why = fmt.Sprintf("it is for %s and this image is for %s", clean(platformOf(img.Config), maxLabel), r.platform)
	}
	if why != "" {
		r.asked[word] = answer{why: why}
		return Image{}, why
	}
	// The same image may be named by the digest of its index and by its own.
	for _, other := range []string{word, ref.at(img.Digest), ref.at(img.IndexDigest)} {
		r.asked[other] = answer{img: img}
	}
	return img, ""
}

// spend takes one lookup out of the budget, or says why there is none to take.
func (r *registry) spend(ctx context.Context, ref reference) (why string) {
	if why := r.hosts.refuse(ref.host()); why != "" {
		return why
	}
	switch {
	case r.find == nil:
		return "registries are not asked"
	case ctx.Err() != nil:
		return fmt.Sprintf("the %s for looking at bases were over", lookupTime)
	case r.left <= 0:
		return "the number of images to look at was used up"
	}
	r.left--
	return ""
}

// failed is a sentence on an error of the registry. Errors other than "there is no
// such image" are also noted: somebody may want to do something about them.
func (r *registry) failed(word string, err error) string {
	why := failure(err)
	if !errors.Is(err, ErrNotFound) {
		r.notes = append(r.notes, fmt.Sprintf("%s was not looked at: %s", word, why))
	}
	return why
}

func failure(err error) string {
	switch {
	case errors.Is(err, ErrNotFound):
		return "the registry does not have it"
	case errors.Is(err, ErrDenied):
		return "the registry wants a login for it"
	case errors.Is(err, context.DeadlineExceeded):
		return "the registry did not answer in time"
	}
	return "the registry could not be asked: " + clean(err.Error(), maxText)
}
