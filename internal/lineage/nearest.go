package lineage

import (
	"fmt"
	"slices"

	"github.com/org/imgscan-action/internal/dockerfile"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/history"
)

// settleNearest decides what the image stands on directly, now that it is known
// what can be proven, and lays the Dockerfile over what is above that. own are the
// hints about the scanned image.
func (c *chain) settleNearest(r *record, own []*hint) trace {
	var t trace
	if len(c.nodes) == 0 {
		if r.build != nil {
			t = r.trace(c.img, nil)
		}
		c.declare(r, t, own)
		return t
	}
	nearest := c.nodes[0]
	if r.build == nil {
		return t
	}
	if !nearest.has(r.from) && r.from.named() {
		// What is proven may be the base of the base that the Dockerfile names.
		if t = r.trace(c.img, nil); t.fits && t.base > nearest.layers {
			n := declaredNode(r.from, own)
			n.layers = t.base
			n.evidence = append(n.evidence, endOfBase(r, t))
			c.nodes = slices.Insert(c.nodes, 0, n)
			return t
		}
	}
	t = r.trace(c.img, nearest)
	if t.fits && !nearest.has(r.from) {
		nearest.evidence = append(nearest.evidence, endOfBase(r, t))
	}
	return t
}

// has says whether a hint led to the node.
func (n *node) has(h *hint) bool {
	return slices.ContainsFunc(n.members, func(m member) bool { return slices.Contains(m.hints, h) })
}

// declare finds the base in what is said about it when nothing is proven.
func (c *chain) declare(r *record, t trace, own []*hint) {
	h := c.mostBelieved(r, t, own)
	if h == nil {
		return
	}
	n := declaredNode(h, own)
	c.nodes = append(c.nodes, n)
	top := c.topLayer(own)
	guess := 0
	if !t.fits && !(h.outcome == mismatched && h.byDigest) {
		guess = guessBase(entriesOf(c.img))
	}
	switch {
	case top > 0:
		n.layers = top
		n.evidence = append(n.evidence, fmt.Sprintf("the label %s names layer %d as its highest", buildpacksLabel, top))
	case t.fits && t.base > 0:
		n.layers = t.base
		n.evidence = append(n.evidence, endOfBase(r, t))
	case guess > 0:
		n.layers, n.confidence = guess, finding.Inferred
		n.evidence = append(n.evidence, fmt.Sprintf("that it ends with layer %d is a guess, because of a CMD in the history", guess))
	}
}

func endOfBase(r *record, t trace) string {
	return fmt.Sprintf("the instructions of %s begin above layer %d", r.name, t.base)
}

// declaredNode is the base that a hint names, with all hints that name the same.
func declaredNode(h *hint, own []*hint) *node {
	m := member{ref: h.ref, digest: h.Digest}
	for _, other := range own {
		if other != h && (!other.named() || !sameImage(other.ref, h.ref)) {
			continue
		}
		if m.digest == "" {
			m.digest = other.Digest
		}
		if !other.Used {
			other.Used, other.Why = true, "not proven: "+other.Why
		}
		m.hints = append(m.hints, other)
	}
	return &node{confidence: finding.Declared, members: []member{m}}
}

// mostBelieved is the statement about the base that counts most when none is
// proven; nil when none can be believed.
func (c *chain) mostBelieved(r *record, t trace, own []*hint) *hint {
	var best *hint
	for _, h := range own {
		if !c.believable(h, r, t, own) || best != nil && best.kind <= h.kind {
			continue
		}
		best = h
	}
	return best
}

// believable says whether a hint may name the base without a proof.
func (c *chain) believable(h *hint, r *record, t trace, own []*hint) bool {
	switch {
	case !h.named() || h.builder || h.outcome == open:
		return false
	case h.outcome == mismatched && h.byDigest && !h.kind.record():
		// Exactly this image was looked at and it is not below. Only a record of the
		// build can still be right: the layers were squashed after it.
		return false
	case h == r.from:
		return t.fits && (t.base > 0 || r.flat) || c.squashed(r) || entriesOf(c.img) == nil || confirmed(h, own)
	case h.kind == byMetadata || h.kind == byProvenance:
		return onlyOne(h, own)
	}
	return true
}

// squashed says whether an image with one layer was made by several
// instructions that make layers.
func (c *chain) squashed(r *record) bool {
	if r.build == nil || len(c.diffIDs) != 1 {
		return false
	}
	n := 0
	for _, stage := range r.build.Chain() {
		n += len(slices.DeleteFunc(slices.Clone(stage.Instructions), func(in *dockerfile.Instruction) bool { return !in.Layer }))
	}
	return n > 1
}

// confirmed says whether another hint names the same image.
func confirmed(h *hint, own []*hint) bool {
	return slices.ContainsFunc(own, func(other *hint) bool {
		return other != h && other.named() && sameImage(h.ref, other.ref)
	})
}

// onlyOne says whether a build record names no other image that can be the base.
func onlyOne(h *hint, own []*hint) bool {
	return !slices.ContainsFunc(own, func(other *hint) bool {
		return other.Source == h.Source && other.named() && !other.builder && !sameImage(h.ref, other.ref)
	})
}

// topLayer is where the label of buildpacks says that the base ends; 0 when it
// does not, or names no layer of the image.
func (c *chain) topLayer(own []*hint) int {
	for _, h := range own {
		if h.top != "" {
			return slices.Index(c.diffIDs, h.top) + 1
		}
	}
	return 0
}

// guessBase guesses how many layers are a base's from the shape of the history:
// most bases end with a CMD, and what is built on one has layers above that.
// Trivy guesses the same way.
func guessBase(entries []history.Entry) int {
	above := false
	for i := len(entries) - 1; i >= 0; i-- {
		if !entries[i].Empty {
			above = true
			continue
		}
		if kind, _ := history.Labelled(entries[i]); above && kind == "CMD" {
			return layersIn(entries[:i])
		}
	}
	return 0
}
