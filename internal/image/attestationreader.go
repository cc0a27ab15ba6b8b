package image

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// attestationReader reads attestations of one image, from wherever they are
// listed. What it finds, what goes wrong and what it has spent add up.
type attestationReader struct {
	resolver *resolver
	about    []v1.Hash // what they may be about

	// wanted selects the predicate types whose statements are read, and stored the
	// media types that they are stored as.
	wanted func(predicateType string) bool
	stored func(types.MediaType) bool

	// check looks at a statement that was read; it says whether to keep it. It may
	// be nil.
	check func(*Attestation) (bool, error)

	found []Attestation
	errs  []error
	seen  map[v1.Hash]bool // statements, and manifests of them
	read  int              // manifests
	room  int64            // bytes that statements may still have
	full  bool
}

// newAttestationReader reads the provenance of an image.
func newAttestationReader(r *resolver, about ...v1.Hash) *attestationReader {
	return &attestationReader{
		resolver: r,
		about:    about,
		wanted:   func(t string) bool { return strings.HasPrefix(t, provenancePrefix) },
		stored:   func(t types.MediaType) bool { return t == mediaTypeInToto },
		seen:     make(map[v1.Hash]bool),
		room:     maxAllStatements,
	}
}

// fail takes note of an error, unless it is nil.
func (a *attestationReader) fail(err error) {
	if err != nil {
		a.errs = append(a.errs, err)
	}
}

// result is all that was found. The error joins all that went wrong.
func (a *attestationReader) result(ctx context.Context) ([]Attestation, error) {
	if ctx.Err() != nil {
		return a.found, ctx.Err()
	}
	return a.found, errors.Join(a.errs...)
}

// manifests reads the attestation manifests that something lists.
func (a *attestationReader) manifests(ctx context.Context, lister string, listed []v1.Descriptor) {
	for _, d := range listed {
		if ctx.Err() != nil || a.full {
			return
		}
		if a.seen[d.Digest] {
			continue
		}
		if a.read == maxAttestationManifests {
			a.fail(fmt.Errorf("%s lists more than %d attestation manifests of the image", lister, maxAttestationManifests))
			return
		}
		a.seen[d.Digest] = true
		a.read++
		layers, err := a.layers(ctx, d)
		if err != nil {
			a.fail(fmt.Errorf("reading attestation manifest %s: %w", d.Digest, err))
			continue
		}
		a.statements(ctx, layers)
	}
}

// layers lists the statements in an attestation manifest; none when it turns out
// to be about something else.
func (a *attestationReader) layers(ctx context.Context, d v1.Descriptor) ([]v1.Descriptor, error) {
	raw, err := a.resolver.manifest(ctx, d)
	if err != nil {
		return nil, err
	}
	m, err := asManifest(raw)
	if err != nil {
		return nil, err
	}
	// Where the annotation and the subject are both there, they have to agree; an
	// artifact without either is about nothing.
	switch about := d.Annotations[annotationReferenceDigest]; {
	case m.Subject != nil && !a.isAbout(m.Subject.Digest.String()):
		return nil, nil
	case m.Subject == nil && about == "" || about != "" && !a.isAbout(about):
		return nil, nil
	}
	if mark := predicateMark(m.Annotations); mark != "" && !a.wanted(mark) {
		return nil, nil
	}
	return m.Layers, nil
}

func (a *attestationReader) isAbout(digest string) bool {
	for _, h := range a.about {
		if h.String() == digest {
			return true
		}
	}
	return false
}

// statements reads those layers of an attestation manifest that are statements.
func (a *attestationReader) statements(ctx context.Context, layers []v1.Descriptor) {
	for _, l := range layers {
		if ctx.Err() != nil || a.full {
			return
		}
		if !a.stored(l.MediaType) || a.seen[l.Digest] {
			continue
		}
		if len(a.found) == maxStatements {
			a.fail(fmt.Errorf("the image has more than %d attestations", maxStatements))
			a.full = true
			return
		}
		a.seen[l.Digest] = true
		one, err := a.statement(ctx, l, min(a.room, maxStatement))
		keep := err == nil
		if keep {
			a.room -= int64(len(one.Statement))
			if a.check != nil {
				keep, err = a.check(one)
			}
		}
		if err != nil {
			a.fail(fmt.Errorf("reading attestation %s: %w", l.Digest, err))
		} else if keep {
			a.found = append(a.found, *one)
		}
	}
}

// statement reads one statement of at most room bytes, if it is one to read.
func (a *attestationReader) statement(ctx context.Context, d v1.Descriptor, room int64) (*Attestation, error) {
	out := &Attestation{Digest: d.Digest.String(), PredicateType: predicateMark(d.Annotations)}
	if out.PredicateType != "" && !a.wanted(out.PredicateType) {
		return out, nil
	}
	if d.Size > room {
		return nil, fmt.Errorf("it has %d bytes, more than %d", d.Size, room)
	}
	rc, err := a.resolver.store.blob(ctx, d)
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	out.Statement, err = io.ReadAll(io.LimitReader(rc, room+1))
	if err != nil {
		return nil, err
	}
	if int64(len(out.Statement)) > room {
		return nil, fmt.Errorf("it has more than %d bytes", room)
	}
	if got := digestOf(out.Statement); got != d.Digest {
		return nil, fmt.Errorf("it has the content of %s", got)
	}
	return out, nil
}
