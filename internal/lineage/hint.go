package lineage

import (
	"fmt"

	"github.com/org/imgscan-action/internal/finding"
)

// kind is who makes a statement. The order is that in which they are believed
// when nothing can be proven, and in which an image that has several names is
// called.
type kind int

const (
	byUser kind = iota
	byDockerfile
	byMetadata
	byProvenance
	byAnnotation
	byDescriptor
	byBuildpacks
	byHistory
	byLabel
)

// outside says whether a statement is made by somebody other than the image:
// the user or the repository.
func (k kind) outside() bool { return k == byUser || k == byDockerfile || k == byMetadata }

// record says whether a statement is part of a record of the build as a whole,
// which also holds when the layers were squashed after it.
func (k kind) record() bool { return k.outside() || k == byProvenance }

// outcome is what became of a hint.
type outcome int

const (
	open       outcome = iota // not looked at
	rejected                  // it cannot or must not be followed
	proven                    // it led to a base
	mismatched                // the image is there and is not below this one
	unseen                    // the image could not be looked at
)

// hint is a statement about a base on its way through the search.
type hint struct {
	finding.Hint
	kind    kind
	outcome outcome

	ref reference // zero when the hint names no image, or not properly

	// builder is set when the Dockerfile says that the image is used by the build and
	// is not below the result.
	builder bool

	// scratch is set when the hint says that there is no base.
	scratch bool

	// top is the DiffID of the base's highest layer, which only buildpacks tell.
	top string

	// byDigest is set when the digest, and not only the tag, was looked at.
	byDigest bool

	line finding.Line // of the Dockerfile
}

// newHint makes a hint out of what somebody wrote. What is no reference or no
// digest is rejected here.
func newHint(k kind, source, ref, digest string) *hint {
	h := &hint{
		Hint: finding.Hint{Source: source, Ref: clean(ref, maxRef), Digest: clean(digest, maxRef)},
		kind: k,
	}
	if digest != "" {
		if err := checkDigest(digest); err != nil {
			return h.reject(err.Error())
		}
	}
	switch ref {
	case "":
		return h
	case "scratch":
		h.scratch = true
		return h
	}
	parsed, err := parseReference(ref)
	if err != nil {
		return h.reject(err.Error())
	}
	h.ref = parsed
	if digest == "" {
		h.Digest = parsed.digest
	} else if parsed.digest == "" && !hasTag(ref) {
		h.ref.tag = "" // the digest says which one, and nobody wrote "latest"
	}
	h.Ref = h.ref.String()
	return h
}

// hasTag says whether somebody wrote a tag, when the reference is valid.
func hasTag(ref string) bool {
	for i := len(ref) - 1; i >= 0 && ref[i] != '/'; i-- {
		if ref[i] == ':' {
			return true
		}
	}
	return false
}

func (h *hint) reject(why string) *hint {
	h.outcome, h.Why, h.Used = rejected, why, false
	return h
}

func (h *hint) settle(o outcome, why string) {
	h.outcome, h.Why, h.Used = o, why, o == proven
}

// named says whether the hint can be followed: it names an image.
func (h *hint) named() bool { return h.outcome != rejected && h.ref != (reference{}) }

// says is the hint as evidence.
func (h *hint) says() string {
	if h.Digest != "" && h.Ref != "" {
		return fmt.Sprintf("%s names %s@%s", h.Source, h.Ref, h.Digest)
	}
	if h.Ref == "" {
		return fmt.Sprintf("%s names %s", h.Source, h.Digest)
	}
	return fmt.Sprintf("%s names %s", h.Source, h.Ref)
}

// maxHints limits what one image can say about its bases.
const maxHints = 64

// ownHints are the statements about the base of the scanned image, in the order
// in which they are reported.
func ownHints(img Image, r *record, bases []reference) []*hint {
	hints := userHints(bases)
	hints = append(hints, r.hints...)
	if r.metadata != nil {
		hints = append(hints, provenanceHints(byMetadata, *r.metadata, r, img.Platform)...)
	}
	for _, c := range r.attested {
		hints = append(hints, provenanceHints(byProvenance, c, r, img.Platform)...)
	}
	hints = append(hints, carriedHints(img)...)
	if r.from != nil {
		hints = append(hints, r.from)
	}
	return hints
}

// baseHints are the statements that a base makes about its own base.
func baseHints(img Image, of string) []*hint {
	r := new(record)
	r.readStatements(img)
	hints := r.hints
	for _, c := range r.attested {
		hints = append(hints, provenanceHints(byProvenance, c, r, img.Platform)...)
	}
	hints = append(hints, carriedHints(img)...)
	if of != "" {
		for _, h := range hints {
			h.Source += " of " + of
		}
	}
	return hints
}

// carriedHints are the statements that an image carries in itself.
func carriedHints(img Image) []*hint {
	hints := annotationHints(img)
	hints = append(hints, labelHints(img)...)
	hints = append(hints, buildpacksHints(img)...)
	hints = append(hints, historyHints(img)...)
	lendDigest(hints)
	return hints
}
