package vex

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// document is JSON on its way to being understood.
type document struct {
	name string
	body []byte

	// plain is set while the body is the file itself, so that its lines are the
	// file's.
	plain bool

	// subjects are the digests that an attestation is about, "sha256:…": the product
	// of statements that name none. Empty without an attestation.
	subjects []string
}

// wrapping are the layers that a document may be packed into.
type wrapping struct {
	// A Sigstore bundle holds an envelope.
	Envelope json.RawMessage `json:"dsseEnvelope"`

	// A DSSE envelope.
	Payload     *string `json:"payload"`
	PayloadType string  `json:"payloadType"`

	// An in-toto statement, v0.1 or v1.
	Type      string          `json:"_type"`
	Predicate json.RawMessage `json:"predicate"`
	Subject   []struct {
		Digest map[string]string `json:"digest"`
	} `json:"subject"`
}

// unwrap takes bundles, envelopes and attestations off a document.
func unwrap(d document) (document, error) {
	d.body = bytes.TrimPrefix(d.body, []byte("\ufeff"))
	for range maxWrappings {
		var w wrapping
		if err := json.Unmarshal(d.body, &w); err != nil {
			return document{}, fmt.Errorf("expected a JSON object: %w", err)
		}
		switch {
		case w.Envelope != nil:
			d.body = w.Envelope
		case w.Payload != nil && w.PayloadType != "":
			body, err := decodePayload(*w.Payload)
			if err != nil {
				return document{}, fmt.Errorf("the payload of the envelope: %w", err)
			}
			d.body = body
		case strings.HasPrefix(w.Type, "https://in-toto.io/Statement/"):
			if w.Predicate == nil {
				return document{}, errors.New("the in-toto statement has no predicate")
			}
			for _, subject := range w.Subject {
				if digest := subject.Digest["sha256"]; digest != "" {
					d.subjects = append(d.subjects, "sha256:"+strings.ToLower(digest))
				}
			}
			d.body = w.Predicate
		default:
			return d, nil
		}
		d.plain = false
	}
	return document{}, fmt.Errorf("it is wrapped more than %d times", maxWrappings)
}

// decodePayload decodes base64 of either alphabet, as the DSSE specification asks
// of readers.
func decodePayload(text string) ([]byte, error) {
	encoding := base64.StdEncoding
	if strings.ContainsAny(text, "-_") {
		encoding = base64.URLEncoding
	}
	return encoding.DecodeString(text)
}

// element is one member of an array, not yet decoded.
type element struct {
	raw json.RawMessage
	at  finding.Line // zero inside of an attestation
}

// elements are the members of an array of the first level, each with its place;
// none when there is no such array.
func (d document) elements(key string) ([]element, error) {
	decoder := json.NewDecoder(bytes.NewReader(d.body))
	if _, err := decoder.Token(); err != nil {
		return nil, err
	}
	var found []element
	lines := lineCounter{text: d.body}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		if name != key {
			var other json.RawMessage
			if err := decoder.Decode(&other); err != nil {
				return nil, err
			}
			continue
		}
		if open, err := decoder.Token(); err != nil {
			return nil, err
		} else if open != json.Delim('[') {
			return nil, fmt.Errorf("expected an array in %q", key)
		}
		for decoder.More() {
			if len(found) == maxStatements {
				return nil, fmt.Errorf("%q has more than %d members", key, maxStatements)
			}
			var e element
			if err := decoder.Decode(&e.raw); err != nil {
				return nil, err
			}
			if d.plain {
				end := int(decoder.InputOffset())
				e.at = finding.Line{File: d.name, Start: lines.at(end - len(e.raw)), End: lines.at(end)}
			}
			found = append(found, e)
		}
		if _, err := decoder.Token(); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// lineCounter turns growing offsets into line numbers.
type lineCounter struct {
	text []byte
	seen int
	line int // minus one
}

func (c *lineCounter) at(offset int) int {
	if offset > c.seen {
		c.line += bytes.Count(c.text[c.seen:offset], []byte("\n"))
		c.seen = offset
	}
	return c.line + 1
}

// documentName is what a claim calls its document.
func (d document) documentName(id string) string { return cmp.Or(strings.TrimSpace(id), d.name) }
