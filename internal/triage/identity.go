package triage

import (
	"cmp"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// identity is what an image is known by.
type identity struct {
	// raw is the reference as the user gave it, which may be a path; may be empty.
	raw string

	// logical are the names that the configuration gives the image.
	logical []string

	// names are its references without digests; the tag of one may be empty.
	names []reference

	// digests are those of the manifest, the index and the configuration, as far as
	// they are known.
	digests []string

	platform string // "os/arch" or "os/arch/variant"
}

func identityOf(img finding.Image, logical []string) identity {
	id := identity{raw: img.Ref, logical: logical, platform: img.Platform, digests: digests(img.Digest, img.IndexDigest, img.ID)}
	for _, name := range []string{img.Name, img.Repository} {
		if name != "" && !slices.ContainsFunc(id.names, func(r reference) bool { return r.repo == fullName(name) }) {
			id.names = append(id.names, reference{repo: fullName(name), tag: tagOf(img)})
		}
	}
	return id
}

// tagOf is the tag that the image was asked for with; empty when it was asked for by
// digest, or is a file.
func tagOf(img finding.Image) string {
	if img.Source != "registry" && img.Source != "docker daemon" {
		return ""
	}
	for _, prefix := range []string{"", "docker:", "registry:"} {
		bare, found := strings.CutPrefix(img.Ref, prefix)
		if !found {
			continue
		}
		// "registry:2" is a tag of the image registry or the image 2 with a prefix.
		// The name says which it was.
		ref := splitReference(bare)
		if ref.repo != fullName(cmp.Or(img.Repository, img.Name)) {
			continue
		}
		if ref.tag == "" && ref.digest == "" {
			return "latest"
		}
		return ref.tag
	}
	return ""
}

// identityOfBase is what a base is known by. Once its tag leads elsewhere, a
// statement about the tag is about another image.
func identityOfBase(base finding.Base, platform string) identity {
	id := identity{platform: platform, digests: digests(base.Digest, base.IndexDigest, base.ID)}
	for _, s := range append([]string{base.Ref}, base.Aliases...) {
		ref := splitReference(s)
		if ref.repo == "" {
			continue
		}
		if base.Tag.State == finding.TagMoved || base.Tag.State == finding.TagGone {
			ref.tag = ""
		}
		id.names = append(id.names, reference{repo: ref.repo, tag: ref.tag})
	}
	return id
}

func digests(all ...string) []string {
	return slices.DeleteFunc(all, func(d string) bool { return !isDigest(d) })
}

// String names the image for a person who wonders why a pattern misses it.
func (id identity) String() string {
	var parts []string
	for _, name := range id.names {
		s := strings.TrimPrefix(strings.TrimPrefix(name.repo, hub+"/"), "library/")
		if name.tag != "" {
			s += ":" + name.tag
		}
		parts = append(parts, s)
	}
	for _, name := range id.logical {
		parts = append(parts, logicalPrefix+name)
	}
	return strings.Join(append(parts, id.digests...), ", ")
}
