package vex

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	openvex "github.com/openvex/go-vex/pkg/vex"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/triage"
)

// openVEX reads OpenVEX 0.2.0. Earlier versions wrote products in another way and
// are refused rather than half understood.
func (d document) openVEX() ([]triage.VendorClaim, error) {
	var version struct {
		Context any `json:"@context"`
	}
	if err := json.Unmarshal(d.body, &version); err != nil {
		return nil, fmt.Errorf("OpenVEX: %w", err)
	}
	if version.Context != openvex.ContextLocator() {
		return nil, fmt.Errorf("OpenVEX: expected %q in \"@context\", not \"%v\"", openvex.ContextLocator(), version.Context)
	}
	var head openvex.Metadata
	if err := json.Unmarshal(d.body, &head); err != nil {
		return nil, fmt.Errorf("OpenVEX: %w", err)
	}
	elements, err := d.elements("statements")
	if err != nil {
		return nil, fmt.Errorf("OpenVEX: %w", err)
	}
	var claims []triage.VendorClaim
	spent := newBudget()
	for n, e := range elements {
		var s openvex.Statement
		if err := json.Unmarshal(e.raw, &s); err != nil {
			return nil, fmt.Errorf("OpenVEX: statement %d: %w", n+1, err)
		}
		said, err := d.openVEXStatement(head, s, spent)
		if err != nil {
			return nil, fmt.Errorf("OpenVEX: statement %d: %w", n+1, err)
		}
		for _, claim := range said {
			claim.At = e.at
			claims = append(claims, claim)
		}
		if len(claims) > maxStatements {
			return nil, fmt.Errorf("OpenVEX: it makes more than %d statements", maxStatements)
		}
	}
	return claims, nil
}

// openVEXStatement is a statement, once for each set of subcomponents that its
// products have.
func (d document) openVEXStatement(head openvex.Metadata, s openvex.Statement, spent *budget) ([]triage.VendorClaim, error) {
	if !s.Status.Valid() {
		return nil, fmt.Errorf("expected a status of %s, not %q", strings.Join(openvex.Statuses(), ", "), s.Status)
	}
	names := []string{string(s.Vulnerability.Name)}
	for _, alias := range s.Vulnerability.Aliases {
		names = append(names, string(alias))
	}
	claim := triage.VendorClaim{
		Claim: finding.Claim{
			Author:        head.Author,
			Document:      d.documentName(head.ID),
			Status:        string(s.Status),
			Justification: string(s.Justification),
			Statement:     s.ImpactStatement + s.ActionStatement, // one of them is empty
			Timestamp:     firstTime(s.Timestamp, head.Timestamp),
		},
		Vulnerabilities: unique(append(names, s.Vulnerability.ID)...),
		Notes:           s.StatusNotes,
	}
	if len(claim.Vulnerabilities) == 0 {
		return nil, errors.New("it names no vulnerability")
	}

	groups := newGroups()
	for _, p := range s.Products {
		parts := make([]string, 0, len(p.Subcomponents))
		for _, sub := range p.Subcomponents {
			parts = append(parts, componentNames(sub.Component)...)
		}
		if len(p.Subcomponents) > 0 && len(parts) == 0 {
			continue // a part that has no name is not the whole
		}
		groups.add(componentNames(p.Component), parts)
	}
	if len(s.Products) == 0 {
		groups.add(d.subjects, nil)
	}
	return groups.claims(claim, spent)
}

// componentNames are the ways in which a component is named that something can be
// compared with.
func componentNames(c openvex.Component) []string {
	names := []string{c.ID, c.Identifiers[openvex.PURL]}
	if digest := string(c.Hashes[openvex.SHA256]); digest != "" {
		names = append(names, "sha256:"+strings.ToLower(strings.TrimPrefix(digest, "sha256:")))
	}
	return unique(names...)
}

// firstTime is the first that is there, in UTC; zero when none is.
func firstTime(times ...*time.Time) time.Time {
	for _, t := range times {
		if t != nil && !t.IsZero() {
			return t.UTC()
		}
	}
	return time.Time{}
}
