package vex

import (
	"encoding/json"
	"fmt"

	"github.com/org/imgscan-action/internal/triage"
)

// What a document may have at most. The largest that vendors publish have some
// tens of MiB and some ten thousand statements.
const (
	maxBytes      = 64 << 20
	maxStatements = 100_000
	maxNames      = 1_000_000 // of products, over all statements
	maxNesting    = 64        // of components, branches and product relationships
	maxWrappings  = 4         // a bundle, an envelope and an attestation around a document
)

// Read reads a VEX document and returns its statements in their order: OpenVEX
// 0.2.0, CSAF 2 or CycloneDX, alone or as the predicate of an in-toto statement,
// with or without a DSSE envelope. What it is, its content tells, not its name;
// name is only for errors and for where statements stand.
//
// Nothing of it is verified: neither a signature, nor that the author is who the
// document says. Statements that do not say what product they are about, in a form
// that can be compared, are left out, for nothing could ever match them.
func Read(name string, src []byte) ([]triage.VendorClaim, error) {
	if len(src) > maxBytes {
		return nil, fmt.Errorf("reading VEX %q: it has more than %d MiB", name, maxBytes>>20)
	}
	doc, err := unwrap(document{name: name, body: src, plain: true})
	if err != nil {
		return nil, fmt.Errorf("reading VEX %q: %w", name, clipError(err))
	}
	claims, err := doc.claims()
	if err != nil {
		return nil, fmt.Errorf("reading VEX %q: %w", name, clipError(err))
	}
	return claims, nil
}

// claims reads a document by what its first level says that it is.
func (d document) claims() ([]triage.VendorClaim, error) {
	var head struct {
		Context   any             `json:"@context"`
		BOMFormat string          `json:"bomFormat"`
		Document  json.RawMessage `json:"document"`
	}
	if err := json.Unmarshal(d.body, &head); err != nil {
		return nil, fmt.Errorf("expected a JSON object: %w", err)
	}
	switch {
	case head.Context != nil:
		return d.openVEX()
	case head.BOMFormat == "CycloneDX":
		return d.cycloneDX()
	case head.Document != nil:
		return d.csaf()
	}
	return nil, fmt.Errorf(`expected OpenVEX with "@context", CSAF with "document", or CycloneDX with "bomFormat"`)
}
