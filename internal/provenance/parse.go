package provenance

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// maxBytes is how large a statement may be; BuildKit writes and reads no larger
// attestation (solver/llbsolver/proc/provenance.go and util/attestation).
const maxBytes = 40 << 20

// statement is the in-toto Statement around a predicate, versions 0.1 and 1.
type statement struct {
	Type          string          `json:"_type"`
	PredicateType string          `json:"predicateType"`
	Predicate     json.RawMessage `json:"predicate"`
}

// Parse reads an in-toto statement (v0.1 or v1) with an SLSA provenance
// predicate (v0.2 or v1), or such a predicate alone. What has another type than
// the specifications say counts as absent, and of a key that comes twice the
// last one counts. A statement that says nothing of a build is an error.
func Parse(data []byte) (*Provenance, error) {
	var s statement
	if err := decode(data, &s); err != nil {
		return nil, fmt.Errorf("reading provenance: %w", err)
	}
	if s.Predicate != nil {
		if !strings.HasPrefix(s.Type, "https://in-toto.io/Statement/") {
			return nil, fmt.Errorf("reading provenance: %q is not an in-toto statement", s.Type)
		}
		if !strings.HasPrefix(s.PredicateType, "https://slsa.dev/provenance/") {
			return nil, fmt.Errorf("reading provenance: %q is not SLSA provenance", s.PredicateType)
		}
		data = s.Predicate
	}

	var p predicate
	if err := decode(data, &p); err != nil {
		return nil, fmt.Errorf("reading provenance: %w", err)
	}
	build := p.build()
	if build.buildType == "" && len(build.materials) == 0 {
		return nil, errors.New("reading provenance: nothing in it tells of a build")
	}
	return build.provenance(), nil
}
