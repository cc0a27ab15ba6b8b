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

// How BuildKit marks attestations (docs/attestations/attestation-storage.md in
// moby/buildkit). The annotations are on the index entry; the artifact type is in
// the manifest of the newer form, and on its index entry where a registry or a
// tool has copied it there.
const (
	annotationReferenceType   = "vnd.docker.reference.type"
	annotationReferenceDigest = "vnd.docker.reference.digest"
	annotationPredicateType   = "in-toto.io/predicate-type"

	referenceAttestation = "attestation-manifest"
	artifactAttestation  = "application/vnd.docker.attestation.manifest.v1+json"

	mediaTypeInToto types.MediaType = "application/vnd.in-toto+json"
)

// provenancePrefix is what the predicate types of SLSA provenance begin with.
const provenancePrefix = "https://slsa.dev/provenance/"

// Bounds on attestations. BuildKit refuses to make a statement of more than
// 40 MiB; an image has one manifest of them with one statement or two.
const (
	maxAttestationManifests = 16
	maxStatements           = 16
	maxStatement            = 40 << 20 // bytes of one
	maxAllStatements        = 80 << 20 // bytes of all of one image
)

// Attestation is an in-toto statement about an image that was published next to
// it. Nobody has signed it: it is the word of whoever could push the image.
type Attestation struct {
	// Digest is that of the statement ("sha256:…").
	Digest string

	// PredicateType says what the statement is about, such as
	// "https://slsa.dev/provenance/v1". Empty when it is not marked.
	PredicateType string

	// Statement is the JSON as stored. Nil for a predicate type other than SLSA
	// provenance: an SBOM may be large, and nobody here reads it.
	Statement []byte
}

// Attestations reads the statements about this very manifest that the index it
// was chosen from lists, in the order of the index. BuildKit stores them in two
// forms, as manifests that an annotation ties to the image and as OCI artifacts
// with it as their subject; both are read, and those about other manifests are
// not. There are none when the image was not chosen from an index, and in docker
// archives.
//
// Nothing is read before this is called, and the image must not be closed. The
// error joins what went wrong with single statements; the others are returned
// beside it.
func (i *Image) Attestations(ctx context.Context) ([]Attestation, error) {
	if i.attestations == nil {
		return nil, nil
	}
	return i.attestations(ctx)
}

// attested says whether an index entry is, by its own word, an attestation.
func attested(d v1.Descriptor) bool {
	return d.Annotations[annotationReferenceType] == referenceAttestation || d.ArtifactType == artifactAttestation
}

// note keeps the attestations among the entries of an index.
func (r *resolver) note(entries []v1.Descriptor) {
	for _, d := range entries {
		if !attested(d) {
			continue
		}
		if len(r.attested) >= maxIndexEntries {
			r.unnoted = true
			return
		}
		r.attested = append(r.attested, d)
	}
}

// attestations is how to read the attestations of a manifest. It keeps what the
// indexes said, not the indexes.
func (r *resolver) attestations(image v1.Hash) func(context.Context) ([]Attestation, error) {
	reader := attestationReader{resolver: &resolver{store: r.store, ref: r.ref, opts: r.opts}, image: image}
	seen := make(map[v1.Hash]bool)
	for _, d := range r.attested {
		about, marked := d.Annotations[annotationReferenceDigest]
		if seen[d.Digest] || marked && about != image.String() {
			continue
		}
		seen[d.Digest] = true
		reader.listed = append(reader.listed, d)
	}
	if len(reader.listed) == 0 && !r.unnoted {
		return nil
	}
	unnoted := r.unnoted
	return func(ctx context.Context) ([]Attestation, error) {
		found, err := reader.read(ctx)
		if unnoted {
			err = errors.Join(err, fmt.Errorf("the index lists more than %d attestations", maxIndexEntries))
		}
		return found, err
	}
}

// attestationReader reads the attestations of one manifest.
type attestationReader struct {
	resolver *resolver
	image    v1.Hash
	listed   []v1.Descriptor // those that do not say that they are about another manifest
}

func (a attestationReader) read(ctx context.Context) ([]Attestation, error) {
	var (
		found []Attestation
		errs  []error
		room  int64 = maxAllStatements
	)
	for i, d := range a.listed {
		if i == maxAttestationManifests {
			errs = append(errs, fmt.Errorf("the index lists more than %d attestation manifests of the image", maxAttestationManifests))
			break
		}
		layers, err := a.statements(ctx, d)
		if ctx.Err() != nil {
			return found, ctx.Err()
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("reading attestation manifest %s: %w", d.Digest, err))
			continue
		}
		for _, l := range layers {
			if len(found) == maxStatements {
				return found, errors.Join(append(errs, fmt.Errorf("the image has more than %d attestations", maxStatements))...)
			}
			one, err := a.statement(ctx, l, min(room, maxStatement))
			if ctx.Err() != nil {
				return found, ctx.Err()
			}
			if err != nil {
				errs = append(errs, fmt.Errorf("reading attestation %s: %w", l.Digest, err))
				continue
			}
			room -= int64(len(one.Statement))
			found = append(found, *one)
		}
	}
	return found, errors.Join(errs...)
}

// statements lists the statements in an attestation manifest about the image;
// none when it turns out to be about another.
func (a attestationReader) statements(ctx context.Context, d v1.Descriptor) ([]v1.Descriptor, error) {
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
	switch {
	case m.Subject != nil && m.Subject.Digest != a.image:
		return nil, nil
	case m.Subject == nil && d.Annotations[annotationReferenceDigest] == "":
		return nil, nil
	}
	var layers []v1.Descriptor
	for _, l := range m.Layers {
		if l.MediaType == mediaTypeInToto {
			layers = append(layers, l)
		}
	}
	return layers, nil
}

// statement reads one statement of at most room bytes, if it is one to read.
func (a attestationReader) statement(ctx context.Context, d v1.Descriptor, room int64) (*Attestation, error) {
	out := &Attestation{Digest: d.Digest.String(), PredicateType: d.Annotations[annotationPredicateType]}
	if out.PredicateType != "" && !strings.HasPrefix(out.PredicateType, provenancePrefix) {
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
