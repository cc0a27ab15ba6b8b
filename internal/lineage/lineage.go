package lineage

import (
	"context"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/org/imgscan-action/internal/dockerfile"
	"github.com/org/imgscan-action/internal/finding"
)

// Image is what this package needs to know of an image, be it the one that is
// scanned or one that a hint led to.
type Image struct {
	// Ref is the reference under which a registry or a daemon has the image; empty
	// for one out of a file.
	Ref string

	// Digest, IndexDigest and ID are those of the manifest, of the index that it
	// was chosen from and of the configuration; each empty when unknown.
	Digest, IndexDigest, ID string

	// Platform is "os/arch[/variant]".
	Platform string

	// Config is the configuration. Without one nothing can be proven.
	Config *v1.ConfigFile

	// Stored are the digests of the layers as they are stored, lowest first; nil
	// when unknown. Only the line records of a provenance attestation use them.
	Stored []string

	// Annotations are those of the manifest, Listed those of the descriptor that
	// lists it in its index; either may be nil.
	Annotations, Listed map[string]string

	// Statements are the attestations about exactly this image.
	Statements []Statement

	// Unreadable says why some of the attestations could not be read; empty when
	// all were.
	Unreadable string
}

// Statement is an in-toto statement about an image.
type Statement struct {
	Source string // where it was read, to print: "attestation sha256:…"
	Raw    []byte
}

// Result is everything that is known of how an image came to be.
type Result struct {
	Lineage finding.Lineage

	// Layers has one entry for each DiffID of the image, in order. Entries are
	// zero where nothing is known.
	Layers []Layer

	// Build is the Dockerfile as it was built; nil when there is none, or it does
	// not fit the image.
	Build *dockerfile.Build

	// FromLine is the line that names the nearest base; zero when it is not known.
	FromLine finding.Line

	// Line makes a place of the lines of the Dockerfile from start to end; nil when
	// Build is.
	Line func(start, end int) finding.Line
}

// Layer is where one layer came from. Layers go by position and never by DiffID:
// one image may have the same layer twice.
type Layer struct {
	// Base is 0 for the build itself and n for Lineage.Bases[n-1].
	Base int

	Instruction finding.Instruction

	// Copied is the stage or image of a COPY --from; nil for any other layer.
	Copied *dockerfile.Image

	// Step is the instruction that made the layer; nil when it is not known, and
	// for layers of a base.
	Step *dockerfile.Instruction
}

// Of finds the lineage of an image. Registries are asked through find, and never
// when it is nil. Its errors are the context's and *InputError: what an image or a
// registry says wrong is a rejected hint or a note.
func Of(ctx context.Context, img Image, find Finder, opts Options) (*Result, error) {
	bases, err := userBases(opts)
	if err != nil {
		return nil, err
	}
	r, err := newRecord(img, opts)
	if err != nil {
		return nil, err
	}
	own := ownHints(img, r, bases)
	limited, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()

	// What is below the image by the content of its layers, what else is said of
	// its base, and the Dockerfile laid over the rest.
	c := newChain(img, newRegistry(find, newHosts(img, bases, r.file, opts), img.Platform, opts))
	c.prove(limited, own)
	t := c.settleNearest(r, own)

	res := &Result{Lineage: finding.Lineage{Scratch: c.endsInScratch(r, t, own)}}
	l := &res.Lineage
	c.settleRest()
	for _, n := range c.nodes {
		b := n.base()
		if opts.CheckTags {
			b.Tag = c.checkTag(limited, n)
		}
		l.Bases = append(l.Bases, b)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(c.nodes) > 0 {
		l.Squashed = c.nodes[0].layers == 0
		if r.from != nil && (t.fits || c.nodes[0].has(r.from)) {
			res.FromLine = r.from.line
			l.Bases[0].From = res.FromLine
		}
	}
	if t.fits {
		l.Dockerfile, res.Build, res.Line = r.name, r.build, r.line
	}
	res.Layers = c.layers(r, t, res.FromLine)
	l.Builders = c.builders(r, t, own)
	l.Hints = c.reported()
	l.Notes = c.notesOn(r, t, *l)
	return res, nil
}
