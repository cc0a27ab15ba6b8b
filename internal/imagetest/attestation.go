package imagetest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// ProvenanceType is the predicate type of an attestation that does not say.
const ProvenanceType = "https://slsa.dev/provenance/v1"

// Attestation describes a statement that stands beside an image in its index, in
// a manifest of its own, as BuildKit stores it. The comments name the words that
// may follow "-- attestation".
type Attestation struct {
	// Statement is the in-toto statement, which nobody checks; the section's text.
	Statement []byte

	// PredicateType is how it is marked; "type=URI". Empty means what the statement
	// says of itself, or else ProvenanceType, and "none" no mark.
	PredicateType string

	// Artifact selects the newer form, an OCI artifact with the image as its
	// subject; "artifact". The default is a manifest that looks like an image's.
	Artifact bool

	// Unmarked leaves out the annotations that tie the index entry to the image;
	// "unmarked".
	Unmarked bool

	// About is the digest of the image that the statement is said to be about;
	// "about=sha256:…". Empty means the image that it was described with.
	About string
}

func parseAttestation(text []byte, attributes []string) (Attestation, error) {
	a := Attestation{Statement: text}
	var said struct{ PredicateType string }
	if json.Unmarshal(text, &said) == nil { // statements that do not parse are attested too
		a.PredicateType = said.PredicateType
	}
	for _, word := range attributes {
		key, value, _ := strings.Cut(word, "=")
		switch key {
		case "type":
			a.PredicateType = value
		case "artifact":
			a.Artifact = true
		case "unmarked":
			a.Unmarked = true
		case "about":
			a.About = value
		default:
			return Attestation{}, fmt.Errorf("unknown word %q", word)
		}
	}
	return a, nil
}

// Published is the image as it is pushed: alone, or in an index when there are
// attestations or annotations that take one.
func (img *Image) Published() (mutate.Appendable, error) {
	if len(img.Attestations) > 0 || len(img.Listed) > 0 {
		return BuildIndex(img)
	}
	return img.Build()
}

// BuildIndex builds images of several platforms, each with its attestations.
func BuildIndex(images ...*Image) (v1.ImageIndex, error) {
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	var attestations []mutate.IndexAddendum
	for _, img := range images {
		built, err := img.Build()
		if err != nil {
			return nil, err
		}
		config, err := built.ConfigFile()
		if err != nil {
			return nil, err
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: built, Descriptor: v1.Descriptor{Platform: config.Platform(), Annotations: img.Listed}})
		for _, a := range img.Attestations {
			add, err := a.build(built)
			if err != nil {
				return nil, err
			}
			attestations = append(attestations, *add)
		}
	}
	// BuildKit's order: all images first.
	return mutate.AppendManifests(index, attestations...), nil
}

// build is the index entry of the attestation of an image.
func (a Attestation) build(image v1.Image) (*mutate.IndexAddendum, error) {
	subject, err := partial.Descriptor(image)
	if err != nil {
		return nil, err
	}
	if a.About != "" {
		if subject.Digest, err = v1.NewHash(a.About); err != nil {
			return nil, err
		}
	}
	statement := &builtLayer{blob: a.Statement, digest: sha(a.Statement), diffID: sha(a.Statement), mediaType: "application/vnd.in-toto+json"}
	if a.PredicateType != "none" {
		statement.annotations = map[string]string{"in-toto.io/predicate-type": cmp.Or(a.PredicateType, ProvenanceType)}
	}
	b := &built{layers: []*builtLayer{statement}, config: []byte("{}")}
	if a.Artifact {
		b.describe("application/vnd.oci.empty.v1+json")
		b.made.ArtifactType = "application/vnd.docker.attestation.manifest.v1+json"
		b.made.Subject = &v1.Descriptor{MediaType: subject.MediaType, Digest: subject.Digest, Size: subject.Size}
	} else {
		rootFS := v1.RootFS{Type: "layers", DiffIDs: []v1.Hash{statement.diffID}}
		if b.config, err = json.Marshal(v1.ConfigFile{OS: "unknown", Architecture: "unknown", RootFS: rootFS}); err != nil {
			return nil, err
		}
		b.describe(types.OCIConfigJSON)
	}
	manifest, err := b.image()
	if err != nil {
		return nil, err
	}
	add := &mutate.IndexAddendum{Add: manifest, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "unknown", Architecture: "unknown"}}}
	if !a.Unmarked {
		add.Annotations = map[string]string{
			"vnd.docker.reference.type":   "attestation-manifest",
			"vnd.docker.reference.digest": subject.Digest.String(),
		}
	}
	return add, nil
}
