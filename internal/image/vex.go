package image

import (
	"context"
	"fmt"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Besides in-toto statements as they are, attestations are stored signed: in a DSSE
// envelope (cosign, oras) or in a Sigstore bundle (cosign 3, actions/attest).
const (
	mediaTypeDSSE types.MediaType = "application/vnd.dsse.envelope.v1+json"

	bundlePrefix = "application/vnd.dev.sigstore.bundle" // and a version
)

// vexPrefixes are what the predicate types of statements with VEX begin with.
// CycloneDX has one type for all its documents: cosign gives it to an SBOM and to
// VEX alike.
func vexPrefixes() []string {
	return []string{"https://openvex.dev/ns", "https://cyclonedx.org/vex", "https://cyclonedx.org/bom"}
}

// VEX reads the statements with VEX that were published with the image, from all
// places that are in use:
//
//   - beside the image in its index, as BuildKit and Docker Scout put them;
//   - as referrers of the image or of its index (OCI distribution specification
//     1.1), by the registry's API or the tag that stands in for it;
//   - under the tag that cosign derives from the digest of either.
//
// The last two are asked only of a registry, and of the one place there that the
// image was found in, which may be a mirror. They take up to six requests, and two
// for each attestation, so this is for callers that trust somebody's VEX. The
// statements are those whose subject is the image or its index, and name OpenVEX or
// CycloneDX as their predicate; no signature is verified. The bounds on size and
// number are those of [Image.Attestations], and so is the error.
//
// Of an image in a docker archive or a daemon that does not keep manifests, there
// are none.
func (i *Image) VEX(ctx context.Context) ([]Attestation, error) {
	if i.vex == nil {
		return nil, nil
	}
	return i.vex(ctx)
}

// vex is how to read the VEX of a manifest that an index lists; the index is empty
// when none does.
func (r *resolver) vex(image v1.Hash, index string) func(context.Context) ([]Attestation, error) {
	listed, tooMany := r.listed(image)
	registry, remote := r.store.(*registryStore)
	if !remote && len(listed) == 0 && tooMany == nil {
		return nil
	}
	about := []v1.Hash{image}
	if h, err := v1.NewHash(index); err == nil && h != image {
		about = append(about, h)
	}
	store := &resolver{store: r.store, ref: r.ref, opts: r.opts}
	return func(ctx context.Context) ([]Attestation, error) {
		reader := newAttestationReader(store, about...)
		reader.wanted = wantedVEX
		reader.stored = storesAttestation
		reader.check = reader.checkVEX
		reader.manifests(ctx, "the index", listed)
		reader.fail(tooMany)
		if remote {
			reader.referrers(ctx, registry)
			reader.cosign(ctx, registry)
		}
		return reader.result(ctx)
	}
}

// wantedVEX says whether a predicate type is one of VEX.
func wantedVEX(predicateType string) bool {
	return slices.ContainsFunc(vexPrefixes(), func(prefix string) bool { return strings.HasPrefix(predicateType, prefix) })
}

// storesAttestation says whether a media type is one that attestations are stored
// as.
func storesAttestation(t types.MediaType) bool {
	return t == mediaTypeInToto || t == mediaTypeDSSE || strings.HasPrefix(string(t), bundlePrefix)
}

// checkVEX says whether a statement is VEX about the image. What it says itself
// counts, not how it was marked.
func (a *attestationReader) checkVEX(one *Attestation) (bool, error) {
	if one.Statement == nil {
		return false, nil // marked as something else
	}
	head, err := statementHead(one.Statement)
	if err != nil {
		return false, err
	}
	one.PredicateType = head.PredicateType
	if !wantedVEX(head.PredicateType) {
		return false, nil
	}
	if !slices.ContainsFunc(head.digests(), a.isAbout) {
		return false, fmt.Errorf("its statement is about something other than the image")
	}
	return true, nil
}

// referrers reads what a registry knows to refer to the image or its index.
func (a *attestationReader) referrers(ctx context.Context, registry *registryStore) {
	for _, about := range a.about {
		if ctx.Err() != nil || a.full {
			return
		}
		listed, err := registry.referrers(ctx, about)
		if err != nil {
			a.fail(fmt.Errorf("listing the referrers of %s: %w", about, err))
			continue
		}
		a.manifests(ctx, "the registry", slices.DeleteFunc(listed, func(d v1.Descriptor) bool { return !mayHoldVEX(d) }))
	}
}

// mayHoldVEX says whether a referrer is worth reading, by what its list says of it:
// an image has signatures and SBOMs, too.
func mayHoldVEX(d v1.Descriptor) bool {
	if mark := predicateMark(d.Annotations); mark != "" {
		return wantedVEX(mark)
	}
	artifact := types.MediaType(d.ArtifactType)
	switch {
	case artifact == "", artifact == mediaTypeEmpty, artifact.IsConfig():
		return true // it does not say
	}
	return artifact == artifactAttestation || storesAttestation(artifact)
}

// cosign reads what cosign has attached to the image or its index.
func (a *attestationReader) cosign(ctx context.Context, registry *registryStore) {
	for _, about := range a.about {
		if ctx.Err() != nil || a.full {
			return
		}
		raw, err := registry.tagged(ctx, about.Algorithm+"-"+about.Hex+".att")
		if err == nil && raw == nil {
			continue
		}
		var m *v1.Manifest
		if err == nil {
			m, err = asManifest(raw)
		}
		if err != nil {
			a.fail(fmt.Errorf("reading cosign's attestations of %s: %w", about, err))
			continue
		}
		a.statements(ctx, m.Layers)
	}
}
