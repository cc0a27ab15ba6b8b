package lineage

import (
	"cmp"
	"slices"

	"github.com/org/imgscan-action/internal/dockerfile"
	"github.com/org/imgscan-action/internal/finding"
)

// builders are the images that the build used and that are not below the image.
func (c *chain) builders(r *record, t trace, own []*hint) []finding.Builder {
	if r.build != nil && (t.fits || len(c.nodes) > 0 && c.nodes[0].has(r.from)) {
		return r.builders(own)
	}
	if len(c.nodes) == 0 {
		return nil // it is not known which of the images is the base
	}
	var found []finding.Builder
	for _, h := range own {
		if h.kind != byMetadata && h.kind != byProvenance || h == r.from || h.ref == (reference{}) || h.Used {
			continue
		}
		b := finding.Builder{Ref: h.ref.String(), Digest: h.Digest}
		if !slices.Contains(found, b) {
			found = append(found, b)
		}
	}
	return found
}

// maxBuilders limits the list of a Dockerfile that was made to fill it.
const maxBuilders = 1000

// builders are those that the Dockerfile's target needs, in the order of the file.
func (r *record) builders(own []*hint) []finding.Builder {
	var found []finding.Builder
	add := func(image *dockerfile.Image, stage string) {
		if image == nil || image.Stage != nil || image.Scratch || image.Ref == "" || len(found) == maxBuilders {
			return
		}
		ref, err := parseReference(image.Ref)
		if err != nil {
			return
		}
		if r.flat && sameImage(ref, r.from.ref) {
			return // it is the base
		}
		b := finding.Builder{Ref: ref.String(), Digest: digestOf(ref, own), Stage: stage, From: r.line(image.Start, image.End)}
		if !slices.Contains(found, b) {
			found = append(found, b)
		}
	}
	bottom := r.build.Chain()[0]
	for _, stage := range r.build.Needed() {
		if stage != bottom {
			add(&stage.From, stageName(stage))
		}
		for _, in := range stage.Instructions {
			add(in.From, "")
			for _, mount := range in.Mounts {
				add(mount, "")
			}
		}
	}
	slices.SortStableFunc(found, func(a, b finding.Builder) int { return cmp.Compare(a.From.Start, b.From.Start) })
	return found
}

// digestOf is the digest that an image of the Dockerfile had: the one that is
// written there, else what the build record says.
func digestOf(ref reference, own []*hint) string {
	digest := ref.digest
	for _, h := range own {
		record := h.kind == byMetadata || h.kind == byProvenance
		if record && h.ref != (reference{}) && sameImage(h.ref, ref) {
			digest = cmp.Or(digest, h.Digest)
		}
	}
	return digest
}
