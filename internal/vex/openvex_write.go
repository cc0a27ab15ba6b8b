package vex

import (
	"bytes"
	"cmp"
	"fmt"

	openvex "github.com/openvex/go-vex/pkg/vex"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
)

// WriteOpenVEX writes the decisions about an image as an OpenVEX document, and
// returns sentences on what the format cannot say. An entry that has expired is
// written as under investigation, dated after its end; one that nobody has approved
// is not written. Without an image, the zero value, it says what holds of the images
// that entries name by repository or digest.
//
// A document without a statement is valid JSON and says nothing.
func WriteOpenVEX(files []*exceptions.File, img finding.Image, opts WriteOptions) ([]byte, []string, error) {
	said, unsaid := statements(files, img, opts.Now)
	now := opts.Now.UTC()
	doc := openvex.VEX{
		Metadata: openvex.Metadata{
			Context:    openvex.ContextLocator(),
			Author:     cmp.Or(opts.Author, openvex.DefaultAuthor),
			AuthorRole: opts.Role,
			Timestamp:  &now,
			Version:    1,
			Tooling:    opts.Tool,
		},
		Statements: make([]openvex.Statement, 0, len(said)),
	}
	for _, s := range said {
		written := s.openVEX()
		if err := written.Validate(); err != nil {
			return nil, nil, fmt.Errorf("writing %q as OpenVEX: %w", s.entry.ID, err)
		}
		doc.Statements = append(doc.Statements, written)
	}
	if _, err := doc.GenerateCanonicalID(); err != nil {
		return nil, nil, fmt.Errorf("writing OpenVEX: %w", err)
	}
	var out bytes.Buffer
	if err := doc.ToJSON(&out); err != nil {
		return nil, nil, fmt.Errorf("writing OpenVEX: %w", err)
	}
	return out.Bytes(), unsaid, nil
}

func (s statement) openVEX() openvex.Statement {
	at := s.at.UTC()
	written := openvex.Statement{
		Vulnerability: openvex.Vulnerability{Name: openvex.VulnerabilityID(s.vulnerability)},
		Timestamp:     &at,
		Status:        s.status,
		Justification: s.justification,
		StatusNotes:   writeNotes(recordOf(s.entry, s.text)),
	}
	if s.status == openvex.StatusAffected {
		written.ActionStatement = s.text
	} else {
		written.ImpactStatement = s.text
	}
	for _, p := range s.products {
		component := openvex.Component{ID: p.id}
		if p.hash != "" {
			component.Hashes = map[openvex.Algorithm]openvex.Hash{openvex.SHA256: openvex.Hash(p.hash)}
		}
		written.Products = append(written.Products, openvex.Product{Component: component, Subcomponents: subcomponents(p.parts)})
	}
	return written
}

func subcomponents(urls []string) []openvex.Subcomponent {
	var all []openvex.Subcomponent
	for _, url := range urls {
		all = append(all, openvex.Subcomponent{Component: openvex.Component{ID: url}})
	}
	return all
}
