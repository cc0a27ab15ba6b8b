package image

import (
	"context"
	"fmt"

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

	referenceAttestation = "attestation-manifest"
	artifactAttestation  = "application/vnd.docker.attestation.manifest.v1+json"

	mediaTypeInToto types.MediaType = "application/vnd.in-toto+json"
	mediaTypeEmpty  types.MediaType = "application/vnd.oci.empty.v1+json" // of an artifact's configuration
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
// it. No signature is verified: it is the word of whoever could push there.
type Attestation struct {
	// Digest is that of the statement ("sha256:…").
	Digest string

	// PredicateType says what the statement is about, such as
	// "https://slsa.dev/provenance/v1". Empty when it is not marked.
	PredicateType string

	// Statement is the JSON as stored; for VEX, perhaps in a DSSE envelope or a
	// Sigstore bundle. [Image.Attestations] leaves it nil for a predicate type other
	// than SLSA provenance: an SBOM may be large, and nobody there reads it.
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

// listed are the attestations of a manifest in the indexes that were read: those
// that do not say that they are about another. The error is that there were too
// many to know.
func (r *resolver) listed(image v1.Hash) (entries []v1.Descriptor, tooMany error) {
	seen := make(map[v1.Hash]bool)
	for _, d := range r.attested {
		about, marked := d.Annotations[annotationReferenceDigest]
		if seen[d.Digest] || marked && about != image.String() {
			continue
		}
		seen[d.Digest] = true
		entries = append(entries, d)
	}
	if r.unnoted {
		tooMany = fmt.Errorf("the index lists more than %d attestations", maxIndexEntries)
	}
	return entries, tooMany
}

// attestations is how to read the attestations of a manifest. It keeps what the
// indexes said, not the indexes.
func (r *resolver) attestations(image v1.Hash) func(context.Context) ([]Attestation, error) {
	listed, tooMany := r.listed(image)
	if len(listed) == 0 && tooMany == nil {
		return nil
	}
	store := &resolver{store: r.store, ref: r.ref, opts: r.opts}
	return func(ctx context.Context) ([]Attestation, error) {
		reader := newAttestationReader(store, image)
		reader.manifests(ctx, "the index", listed)
		reader.fail(tooMany)
		return reader.result(ctx)
	}
}
