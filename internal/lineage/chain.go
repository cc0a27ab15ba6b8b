package lineage

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/org/imgscan-action/internal/finding"
)

// maxDepth is how many bases of bases are followed.
const maxDepth = 8

// node is one image of the chain.
type node struct {
	// layers is how many of the lowest layers of the scanned image are those of
	// this one; 0 when that is not known.
	layers int

	// members are the names of the node and the images that they led to: several
	// when images have the same layers. The first gives the node its name.
	members []member

	confidence finding.Confidence
	evidence   []string

	// bottom are the hints of the image that say that it stands on nothing, and
	// scratch is set when that shows without them.
	bottom  []*hint
	scratch bool
}

// member is one name of a node.
type member struct {
	ref    reference
	digest string // that it was found under; empty for a tag
	hints  []*hint
	img    Image // its Config is nil when it could not be looked at
	again  bool  // the image was met before, under another name
}

// chain is the search for the bases of an image.
type chain struct {
	img      Image
	diffIDs  []string
	registry *registry
	hints    []*hint // all, in the order in which they were looked at
	nodes    []*node // proven, the most layers first; no two have the same number
	visited  map[string]bool
}

func newChain(img Image, r *registry) *chain {
	return &chain{
		img:      img,
		diffIDs:  diffIDs(img),
		registry: r,
		visited:  map[string]bool{img.ID: img.ID != ""},
	}
}

// prove follows the hints of the image, and those of each base that they lead to.
func (c *chain) prove(ctx context.Context, hints []*hint) {
	c.followOwn(ctx, c.img, hints, len(c.diffIDs))
	for i := 0; i < len(c.nodes) && i < maxDepth; i++ {
		n := c.nodes[i]
		for m := 0; m < len(n.members) && m < maxDepth; m++ {
			base := n.members[m]
			if base.again {
				continue
			}
			hints := baseHints(base.img, base.ref.String())
			n.bottom = append(n.bottom, bottoms(hints)...)
			n.scratch = n.scratch || apko(entriesOf(base.img))
			c.followOwn(ctx, base.img, hints, n.layers)
		}
	}
	if len(c.nodes) > maxDepth {
		c.nodes = c.nodes[:maxDepth]
	}
}

// followOwn follows what one image says about its base. Its labels come last:
// whether they are its own shows only when its base is known.
func (c *chain) followOwn(ctx context.Context, img Image, hints []*hint, limit int) {
	c.hints = append(c.hints, hints...)
	var labels, others []*hint
	for _, h := range hints {
		if h.kind == byLabel {
			labels = append(labels, h)
		} else {
			others = append(others, h)
		}
	}
	c.follow(ctx, others, limit)
	for _, h := range labels {
		base, ok := c.nearestBelow(img, limit)
		if ok && h.outcome == open && inheritedLabel(img, base.img) {
			h.reject(fmt.Sprintf("it is inherited from %s, which has the same label", base.ref))
		}
	}
	c.follow(ctx, labels, limit)
}

// nearestBelow is the proven base of an image with so many layers.
func (c *chain) nearestBelow(img Image, limit int) (member, bool) {
	for _, n := range c.nodes {
		if n.layers > limit {
			continue
		}
		for _, m := range n.members {
			if m.img.ID != img.ID {
				return m, true
			}
		}
	}
	return member{}, false
}

// follow looks at the images that hints name. Those that the build uses elsewhere
// are looked at only when nothing else led anywhere: the Dockerfile may be the
// wrong one.
func (c *chain) follow(ctx context.Context, hints []*hint, limit int) {
	for _, g := range groups(hints) {
		if g.builder() && len(c.nodes) > 0 {
			for _, h := range g.hints {
				h.reject(notBase)
			}
			continue
		}
		c.try(ctx, g, limit)
	}
}

// try looks at one image: by each digest that is given for it, and by its tag
// when a hint gives none and no digest led to a base.
func (c *chain) try(ctx context.Context, g *group, limit int) {
	if why := c.registry.hosts.refuse(g.ref.host()); why != "" {
		for _, h := range g.hints {
			// What the repository names stays a base that could not be looked at, and
			// buildpacks say where theirs ends without that.
			h.settle(unseen, why)
			if !h.kind.outside() && !slices.Contains(c.diffIDs, h.top) {
				h.reject(why)
			}
		}
		return
	}
	found := false
	for _, digest := range g.digests() {
		found = c.attempt(ctx, g, g.ref.at(digest), digest, limit) || found
	}
	if !found && g.byTagOnly() {
		c.attempt(ctx, g, g.ref.String(), "", limit)
	}
}

// attempt looks at an image and says whether the scanned one stands on it.
func (c *chain) attempt(ctx context.Context, g *group, word, digest string, limit int) bool {
	img, why := c.registry.describe(ctx, g.ref, word)
	if why != "" {
		g.settle(digest, unseen, why)
		return false
	}
	ids := diffIDs(img)
	shared := common(ids, c.diffIDs)
	switch {
	case img.ID != "" && img.ID == c.img.ID:
		g.settle(digest, rejected, "it is the image itself")
	case len(ids) == 0:
		g.settle(digest, mismatched, "it has no layers, so nothing shows that the image stands on it")
	case shared < len(ids):
		g.settle(digest, mismatched, notBelow(shared, len(ids)))
	case len(ids) > limit:
		g.settle(digest, rejected, "it has more layers than the image that names it as its base")
	default:
		g.settle(digest, proven, fmt.Sprintf("its %s the lowest of this image", are(len(ids))))
		c.add(g, digest, img, len(ids))
		return true
	}
	return false
}

// add puts a proven base into the chain.
func (c *chain) add(g *group, digest string, img Image, layers int) {
	m := member{ref: g.ref, digest: digest, img: img}
	for _, h := range g.hints {
		if h.outcome == proven && (h.Digest == digest || h.Digest == "") {
			m.hints = append(m.hints, h)
		}
	}
	i, ok := slices.BinarySearchFunc(c.nodes, layers, func(n *node, layers int) int { return cmp.Compare(layers, n.layers) })
	if !ok {
		c.nodes = slices.Insert(c.nodes, i, &node{layers: layers, confidence: finding.Proven})
	}
	n := c.nodes[i]
	for j := range n.members {
		if n.members[j].ref == m.ref && n.members[j].img.ID == img.ID {
			n.members[j].hints = append(n.members[j].hints, m.hints...)
			return
		}
	}
	m.again = c.visited[img.ID]
	c.visited[img.ID] = img.ID != ""
	n.members = append(n.members, m)
}

// notBelow says how far the layers of an image are those of the scanned one.
func notBelow(shared, layers int) string {
	if layers == 1 {
		return "its layer is not the lowest of this image"
	}
	return fmt.Sprintf("%d of its %d layers are the lowest of this image", shared, layers)
}

// are is the subject and verb of a sentence about so many layers.
func are(n int) string {
	if n == 1 {
		return "layer is"
	}
	return fmt.Sprintf("%d layers are", n)
}
