package lineage

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/org/imgscan-action/internal/provenance"
)

// provenanceHints are the images that a build used. Only a record in mode=max
// tells which of them is the base; else those that the Dockerfile uses elsewhere
// are marked, and those of another platform cannot be it.
func provenanceHints(k kind, c claim, r *record, platform string) []*hint {
	var hints []*hint
	for _, m := range c.Materials {
		if m.Kind != provenance.KindImage {
			continue
		}
		if len(hints) == maxHints {
			break
		}
		h := newHint(k, c.source, cmp.Or(m.Ref, m.URI), m.Digest)
		hints = append(hints, h)
		switch {
		case h.outcome == rejected:
		case isTool(h.ref):
			h.reject("it is a tool of the build and comes into no image")
			h.ref = reference{}
		case m.Platform != "" && platform != "" && !samePlatform(m.Platform, platform):
			h.builder = true
			h.reject(fmt.Sprintf("it was used for %s and this image is for %s", clean(m.Platform, maxLabel), platform))
		case c.Base != (provenance.Material{}):
			if m != c.Base {
				h.builder = true
				h.reject(notBase)
			}
		default:
			h.builder = usedElsewhere(h.ref, r)
		}
	}
	if len(hints) == 0 && standsOnNothing(c) {
		h := newHint(k, c.source, "scratch", "")
		hints = append(hints, h)
	}
	return hints
}

// notBase is why an image of a build record is not looked at.
const notBase = "the build uses it and does not stand on it"

// isTool says whether an image is one of those that BuildKit runs for itself: its
// frontends and the scanner that writes its SBOMs.
func isTool(ref reference) bool {
	switch ref.name() {
	case "docker/dockerfile", "docker/dockerfile-upstream", "docker/buildkit-syft-scanner":
		return true
	}
	return false
}

// standsOnNothing says whether a build used sources and no image. A record
// without any material may just be incomplete.
func standsOnNothing(c claim) bool {
	sources := 0
	for _, m := range c.Materials {
		switch m.Kind {
		case provenance.KindFrontend, provenance.KindGit, provenance.KindHTTP:
			sources++
		default:
			return false
		}
	}
	return sources > 0
}

// usedElsewhere says whether the Dockerfile uses an image for something else
// than to stand on it.
func usedElsewhere(ref reference, r *record) bool {
	if r.from == nil || r.from.ref != (reference{}) && sameImage(ref, r.from.ref) {
		return false
	}
	return slices.ContainsFunc(r.uses, func(used reference) bool { return sameImage(ref, used) })
}

// sameImage says whether two references can be to the same image: to the same
// tag, or to the same repository when one has no tag.
func sameImage(a, b reference) bool {
	if a.name() != b.name() || a.digest != "" && b.digest != "" && a.digest != b.digest {
		return false
	}
	return a.tag == b.tag || a.tag == "" || b.tag == ""
}
