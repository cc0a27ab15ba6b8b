package catalog

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"

	"github.com/aquasecurity/trivy/pkg/sbom/core"
	"github.com/aquasecurity/trivy/pkg/sbom/cyclonedx"
	"github.com/aquasecurity/trivy/pkg/sbom/spdx"
	"github.com/aquasecurity/trivy/pkg/uuid"
)

// decodeBill reads an SBOM in whichever format it is: CycloneDX in JSON, SPDX in
// JSON or tag-value, or one of the two JSON formats inside an attestation. It is
// nil when the content is something else. Trivy's own function for this would
// link the whole of in-toto, with protobuf and SSH.
func decodeBill(content []byte) (*core.BOM, error) {
	var head struct {
		BOMFormat string    `json:"bomFormat"`
		SPDXID    string    `json:"SPDXID"`
		MediaType string    `json:"mediaType"`
		Bundled   *envelope `json:"dsseEnvelope"`
		envelope
	}
	if err := decodeJSON(content, &head); err != nil && !errors.As(err, new(*json.UnmarshalTypeError)) {
		return decodeTextBill(content)
	}
	switch {
	case head.BOMFormat == "CycloneDX":
		return decodeCycloneDX(content)
	case head.SPDXID == spdxDocument:
		return decodeSPDX(content)
	case head.PayloadType != "":
		return head.envelope.decode()
	case head.MediaType == "application/vnd.dev.sigstore.bundle.v0.3+json" && head.Bundled != nil:
		return head.Bundled.decode()
	}
	return nil, nil
}

// spdxDocument is what every SPDX document calls itself.
const spdxDocument = "SPDXRef-DOCUMENT"

// decodeTextBill is decodeBill of what is no JSON.
func decodeTextBill(content []byte) (*core.BOM, error) {
	var head struct {
		Namespace string `xml:"xmlns,attr"`
	}
	if err := xml.NewDecoder(bytes.NewReader(content)).Decode(&head); err == nil && strings.HasPrefix(head.Namespace, "http://cyclonedx.org") {
		return nil, errors.New("CycloneDX is read in JSON only, not in XML")
	}
	if !bytes.HasPrefix(content, []byte("SPDX")) {
		return nil, nil
	}
	bom := core.NewBOM(core.Options{})
	return bom, spdx.NewTVDecoder(bytes.NewReader(content)).Decode(&spdx.SPDX{BOM: bom})
}

func decodeCycloneDX(content []byte) (*core.BOM, error) {
	bom := core.NewBOM(core.Options{GenerateBOMRef: true})
	return bom, decodeJSON(content, &cyclonedx.BOM{BOM: bom})
}

func decodeSPDX(content []byte) (*core.BOM, error) {
	bom := core.NewBOM(core.Options{})
	return bom, decodeJSON(content, &spdx.SPDX{BOM: bom})
}

// decodeJSON does not mind what comes after the value, as Trivy does not.
func decodeJSON(content []byte, v any) error {
	return json.NewDecoder(bytes.NewReader(content)).Decode(v)
}

// envelope is a DSSE envelope (https://github.com/secure-systems-lab/dsse), in
// which cosign signs statements of in-toto. The signature is not checked: it is
// as good as the file that it is in.
type envelope struct {
	PayloadType string `json:"payloadType"`
	Payload     []byte `json:"payload"`
}

// decode is nil when the envelope holds something else than an SBOM.
func (e envelope) decode() (*core.BOM, error) {
	if e.PayloadType != "application/vnd.in-toto+json" {
		return nil, nil
	}
	var statement struct {
		PredicateType string          `json:"predicateType"`
		Predicate     json.RawMessage `json:"predicate"`
	}
	if err := decodeJSON(e.Payload, &statement); err != nil {
		return nil, fmt.Errorf("reading the attestation: %w", err)
	}
	switch statement.PredicateType {
	case "https://cyclonedx.org/bom", "https://cyclonedx.org/schema":
		// The first cosign wrapped it once more.
		var wrapped struct{ Data json.RawMessage }
		if err := json.Unmarshal(statement.Predicate, &wrapped); err == nil && len(wrapped.Data) > 0 {
			return decodeCycloneDX(wrapped.Data)
		}
		return decodeCycloneDX(statement.Predicate)
	case "https://spdx.dev/Document":
		return decodeSPDX(statement.Predicate)
	}
	return nil, nil
}

// maxTangle is how far the components of an SBOM may be from the application
// that needs them, all distances together. Real ones have a few thousand
// components at distances below twenty.
const maxTangle = 5_000_000

// isTangled says whether Trivy's decoder, which copies what it has found at every
// step down, would take forever or run out of stack.
func isTangled(bom *core.BOM) bool {
	type step struct {
		id    uuid.UUID
		depth int
	}
	relationships, total := bom.Relationships(), 0
	for root, c := range bom.Components() {
		if c.Type != core.TypeOS && c.Type != core.TypeApplication {
			continue
		}
		seen := make(map[uuid.UUID]bool)
		stack := []step{{root, 0}}
		for len(stack) > 0 {
			at := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if seen[at.id] {
				continue
			}
			seen[at.id] = true
			if total += at.depth + 1; total > maxTangle {
				return true
			}
			// The last is taken first, so the first must be put last.
			next := relationships[at.id]
			for i := len(next) - 1; i >= 0; i-- {
				stack = append(stack, step{next[i].Dependency, at.depth + 1})
			}
		}
	}
	return false
}
