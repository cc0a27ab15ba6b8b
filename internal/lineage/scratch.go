package lineage

import (
	"fmt"

	"github.com/org/imgscan-action/internal/finding"
)

// bottoms are the hints that say that an image stands on nothing.
func bottoms(hints []*hint) []*hint {
	var found []*hint
	for _, h := range hints {
		if h.scratch {
			found = append(found, h)
		}
	}
	return found
}

// endsInScratch says whether the chain is known to end in nothing, and settles the
// hints that say so about one of its images.
func (c *chain) endsInScratch(r *record, t trace, own []*hint) bool {
	if len(c.nodes) == 0 {
		made := apko(entriesOf(c.img))
		for _, h := range bottoms(own) {
			made = c.believeScratch(h, h != r.from || t.fits && t.base == 0, t.why) || made
		}
		return made
	}
	for _, h := range bottoms(own) {
		h.reject(fmt.Sprintf("the image stands on %s", c.nodes[0].members[0].ref))
	}
	ends := false
	for i, n := range c.nodes {
		last := i == len(c.nodes)-1
		ends = last && n.scratch
		for _, h := range n.bottom {
			switch {
			case !last:
				h.reject(fmt.Sprintf("it stands on %s", c.nodes[i+1].members[0].ref))
			case c.believeScratch(h, true, ""):
				ends = true
			}
		}
	}
	return ends
}

func (c *chain) believeScratch(h *hint, fits bool, why string) bool {
	switch {
	case h.kind == byLabel:
		h.reject("a label may be inherited from a base that nobody names")
	case !fits:
		h.reject("the Dockerfile does not fit the image: " + why)
	default:
		h.settle(proven, "no image is known to be below it")
	}
	return h.Used
}

// settleRest ends the hints that nothing was looked up for.
func (c *chain) settleRest() {
	for _, h := range c.hints {
		if h.outcome != open || h.scratch {
			continue
		}
		if h.ref != (reference{}) {
			h.reject("it was not looked at")
			continue
		}
		h.reject("it names no image, only a digest")
		for _, n := range c.nodes {
			for _, m := range n.members {
				if h.Digest == m.img.Digest || h.Digest == m.img.IndexDigest || h.Digest == m.digest {
					h.settle(proven, fmt.Sprintf("it is the digest of %s", m.ref))
				}
			}
		}
	}
}

// reported are the hints as the result has them.
func (c *chain) reported() []finding.Hint {
	var hints []finding.Hint
	for _, h := range c.hints {
		hints = append(hints, h.Hint)
	}
	return hints
}
