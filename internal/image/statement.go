package image

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Where the predicate type of a statement is noted outside of it: by BuildKit and
// in the in-toto media type, by Sigstore on the manifest of a bundle, and by cosign.
const (
	annotationPredicateType       = "in-toto.io/predicate-type"
	annotationBundlePredicateType = "dev.sigstore.bundle.predicateType"
	annotationCosignPredicateType = "predicateType"
)

// predicateMark is the predicate type that annotations give; empty when they do not.
func predicateMark(annotations map[string]string) string {
	for _, key := range []string{annotationPredicateType, annotationBundlePredicateType, annotationCosignPredicateType} {
		if mark := annotations[key]; mark != "" {
			return mark
		}
	}
	return ""
}

// head is what an in-toto statement says before its predicate.
type head struct {
	Type          string `json:"_type"`
	PredicateType string `json:"predicateType"`
	Subject       []struct {
		Digest map[string]string `json:"digest"`
	} `json:"subject"`
}

// digests are what the statement is about, "sha256:…".
func (h *head) digests() []string {
	var all []string
	for _, s := range h.Subject {
		if hex := s.Digest["sha256"]; hex != "" {
			all = append(all, "sha256:"+strings.ToLower(hex))
		}
	}
	return all
}

// statementHead reads the head of an in-toto statement, in a Sigstore bundle and a
// DSSE envelope if it is packed.
func statementHead(content []byte) (*head, error) {
	const layers = 3 // bundle, envelope, statement
	for range layers {
		var packed struct {
			head
			Bundled     json.RawMessage `json:"dsseEnvelope"`
			Payload     *string         `json:"payload"`
			PayloadType string          `json:"payloadType"`
		}
		if err := json.Unmarshal(content, &packed); err != nil {
			return nil, fmt.Errorf("parsing the statement: %w", err)
		}
		switch {
		case packed.Bundled != nil:
			content = packed.Bundled
		case packed.Payload != nil && packed.PayloadType != "":
			payload, err := decodePayload(*packed.Payload)
			if err != nil {
				return nil, fmt.Errorf("decoding the envelope: %w", err)
			}
			content = payload
		case strings.HasPrefix(packed.Type, "https://in-toto.io/Statement/"):
			return &packed.head, nil
		default:
			return nil, errors.New("it is no in-toto statement")
		}
	}
	return nil, errors.New("it holds one envelope in another")
}

// decodePayload decodes base64 of either alphabet, as the DSSE specification asks
// of readers.
func decodePayload(text string) ([]byte, error) {
	if strings.ContainsAny(text, "-_") {
		return base64.URLEncoding.DecodeString(text)
	}
	return base64.StdEncoding.DecodeString(text)
}
