package lineage

import (
	"fmt"
	"strings"

	"github.com/org/imgscan-action/internal/dockerfile"
)

// readFrom is the statement of the Dockerfile: the image that its target stands
// on, through the stages between them.
func (r *record) readFrom() *hint {
	root := r.root()
	if image := r.flattened(); image != nil {
		root, r.flat = image, true
	}
	kind, source := byDockerfile, fmt.Sprintf("%s:%d", r.name, root.Start)
	if !r.own {
		kind, source = byProvenance, source+" in the provenance"
	}
	var h *hint
	switch {
	case root.Scratch:
		h = newHint(kind, source, "scratch", "")
	case root.Ref != "":
		h = newHint(kind, source, root.Ref, "")
	default:
		h = newHint(kind, source, "", "")
		h.Ref = clean(root.Word, maxRef)
		switch {
		case len(root.Missing) > 0:
			h.reject(fmt.Sprintf("the build arguments it needs have no value: %s", clean(strings.Join(root.Missing, ", "), maxText)))
		case root.Context:
			h.reject("a named context that is no image stands in its place")
		default:
			h.reject("it is not a valid image reference")
		}
	}
	h.line = r.line(root.Start, root.End)
	return h
}

// flattened is the image whose files a target that is FROM scratch copies as a
// whole, which is a way to squash an image; nil when it does nothing like it.
func (r *record) flattened() *dockerfile.Image {
	bottom := r.build.Chain()[0]
	if !bottom.From.Scratch {
		return nil
	}
	for _, in := range bottom.Instructions {
		if !in.Layer {
			continue
		}
		if in.Kind != "COPY" || in.From == nil || len(in.Sources) != 1 || !isRoot(in.Sources[0]) || !isRoot(in.Dest) {
			return nil
		}
		image := in.From
		for image.Stage != nil {
			image = &image.Stage.From
		}
		if image.Scratch {
			return nil
		}
		return image
	}
	return nil
}

// isRoot says whether a path of a COPY is the root of a file system.
func isRoot(p string) bool {
	return p != "" && strings.Trim(p, "./") == "" && !strings.Contains(p, "..")
}
