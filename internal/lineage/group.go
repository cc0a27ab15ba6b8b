package lineage

import (
	"cmp"
	"slices"
)

// group is all the hints that name one image: the same tag, or without one the
// same digest.
type group struct {
	ref   reference
	hints []*hint // the most believed first
}

// groups puts the hints that can be followed together by what they name, those
// that are most believed first. Images that the Dockerfile uses elsewhere come last.
func groups(hints []*hint) []*group {
	var all []*group
	join := func(h *hint, same func(*group) bool) {
		if i := slices.IndexFunc(all, same); i >= 0 {
			all[i].hints = append(all[i].hints, h)
			return
		}
		all = append(all, &group{ref: h.ref, hints: []*hint{h}})
	}
	for _, h := range hints {
		if h.named() && h.ref.tag != "" {
			join(h, func(g *group) bool { return g.ref.String() == h.ref.String() })
		}
	}
	for _, h := range hints {
		if h.named() && h.ref.tag == "" {
			join(h, func(g *group) bool { return g.ref.name() == h.ref.name() && slices.Contains(g.digests(), h.Digest) })
		}
	}
	for _, g := range all {
		slices.SortStableFunc(g.hints, func(a, b *hint) int { return cmp.Compare(a.kind, b.kind) })
	}
	slices.SortStableFunc(all, func(a, b *group) int {
		return cmp.Or(boolCompare(a.builder(), b.builder()), cmp.Compare(a.hints[0].kind, b.hints[0].kind))
	})
	return all
}

// digests are those that the hints give, each once.
func (g *group) digests() []string {
	var digests []string
	for _, h := range g.hints {
		if h.Digest != "" && !slices.Contains(digests, h.Digest) {
			digests = append(digests, h.Digest)
		}
	}
	return digests
}

// byTagOnly says whether a hint of the group gives no digest.
func (g *group) byTagOnly() bool {
	return slices.ContainsFunc(g.hints, func(h *hint) bool { return h.Digest == "" })
}

// builder says whether the image is only used elsewhere in the build.
func (g *group) builder() bool {
	return !slices.ContainsFunc(g.hints, func(h *hint) bool { return !h.builder })
}

// settle ends the hints of the group that one attempt is about: those with the
// digest, and those without any, which mean the tag.
func (g *group) settle(digest string, o outcome, why string) {
	for _, h := range g.hints {
		if h.outcome == proven || h.Digest != "" && h.Digest != digest {
			continue
		}
		h.settle(o, why)
		h.byDigest = h.Digest != ""
	}
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
