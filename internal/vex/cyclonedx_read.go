package vex

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/package-url/packageurl-go"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/triage"
)

// cdxHead is a CycloneDX document without its vulnerabilities. What is only
// written, such as tools, has taken several shapes over the versions and is not
// read.
type cdxHead struct {
	SerialNumber string `json:"serialNumber"`
	Metadata     struct {
		Timestamp *time.Time    `json:"timestamp"`
		Authors   []cdxContact  `json:"authors"`
		Component *cdxComponent `json:"component"`
		Supplier  *cdxContact   `json:"supplier"`
	} `json:"metadata"`
	Components []cdxComponent `json:"components"`
}

// cdxReader is a CycloneDX document with its components looked up.
type cdxReader struct {
	head  cdxHead
	names map[string]productNames
	spent *budget
}

func (d document) cycloneDX() ([]triage.VendorClaim, error) {
	r := cdxReader{names: make(map[string]productNames), spent: newBudget()}
	if err := json.Unmarshal(d.body, &r.head); err != nil {
		return nil, fmt.Errorf("CycloneDX: %w", err)
	}
	if err := r.lookUp(); err != nil {
		return nil, fmt.Errorf("CycloneDX: %w", err)
	}
	elements, err := d.elements("vulnerabilities")
	if err != nil {
		return nil, fmt.Errorf("CycloneDX: %w", err)
	}
	var claims []triage.VendorClaim
	for n, e := range elements {
		var v cdxVulnerability
		if err := json.Unmarshal(e.raw, &v); err != nil {
			return nil, fmt.Errorf("CycloneDX: vulnerability %d: %w", n+1, err)
		}
		said, err := r.vulnerability(v, d.documentName(r.head.SerialNumber))
		if err != nil {
			return nil, fmt.Errorf("CycloneDX: vulnerability %d: %w", n+1, err)
		}
		for _, claim := range said {
			claim.At = e.at
			claims = append(claims, claim)
		}
		if len(claims) > maxStatements {
			return nil, fmt.Errorf("CycloneDX: it makes more than %d statements", maxStatements)
		}
	}
	return claims, nil
}

// lookUp fills names.
//
// A document with a component in its metadata is about that one, and everything
// else in it is a part. In a document without, a container is a whole and what is
// nested in it are its parts, and anything else stands for itself.
func (r *cdxReader) lookUp() error {
	if root := r.head.Metadata.Component; root != nil {
		whole := wholeNames(*root)
		r.name(root.BOMRef, productNames{whole: whole})
		if err := r.components(root.Components, whole, true, 0); err != nil {
			return err
		}
		return r.components(r.head.Components, whole, true, 0)
	}
	return r.components(r.head.Components, nil, false, 0)
}

// components fills names with components, which are inside of a whole or not.
func (r *cdxReader) components(components []cdxComponent, whole []string, inside bool, depth int) error {
	if depth > maxNesting {
		return fmt.Errorf("its components are nested more than %d deep", maxNesting)
	}
	for _, c := range components {
		below, within := whole, inside
		switch {
		case inside:
			if len(whole) > 0 && c.PURL != "" {
				r.name(c.BOMRef, productNames{whole: whole, parts: []string{c.PURL}})
			}
		case c.Type == "container":
			below, within = wholeNames(c), true
			r.name(c.BOMRef, productNames{whole: below})
		default:
			r.name(c.BOMRef, productNames{whole: unique(c.PURL)})
		}
		if err := r.components(c.Components, below, within, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (r *cdxReader) name(ref string, names productNames) {
	if _, known := r.names[ref]; ref != "" && !known {
		r.names[ref] = names
	}
}

// wholeNames are the ways in which a product is named: by its URL and the digest of
// an image, and by its name where it has neither.
func wholeNames(c cdxComponent) []string {
	names := []string{c.PURL}
	for _, h := range c.Hashes {
		if h.Algorithm == "SHA-256" && c.Type == "container" {
			names = append(names, "sha256:"+strings.ToLower(h.Content))
		}
	}
	if names = unique(names...); len(names) == 0 {
		names = unique(c.Name)
	}
	return names
}

// vulnerability is what a document says of one vulnerability; nothing when it has
// no analysis, as in the bill of materials that a scanner writes.
func (r *cdxReader) vulnerability(v cdxVulnerability, document string) ([]triage.VendorClaim, error) {
	if v.Analysis == nil || v.Analysis.State == "" {
		return nil, nil
	}
	state, known := cdxStates[v.Analysis.State]
	if !known {
		return nil, fmt.Errorf("unknown state %q of its analysis", v.Analysis.State)
	}
	ids := []string{v.ID}
	for _, ref := range v.References {
		ids = append(ids, ref.ID)
	}
	if ids = unique(ids...); len(ids) == 0 {
		return nil, errors.New("it has no identifier")
	}
	claim := triage.VendorClaim{
		Claim: finding.Claim{
			Author:    r.author(),
			Document:  document,
			Status:    state.status,
			Statement: v.Analysis.Detail,
			Timestamp: firstTime(v.Analysis.LastUpdated, v.Analysis.FirstIssued, r.head.Metadata.Timestamp),
		},
		Vulnerabilities: ids,
		Notes:           notesOf(v.Properties),
	}
	if claim.Status == "not_affected" {
		claim.Justification = state.justification
		if label := v.Analysis.Justification; label != "" {
			claim.Justification = cmp.Or(cdxJustifications[label], label)
		}
	}
	groups := newGroups()
	for _, a := range v.Affects {
		names := r.resolve(a.Ref)
		if len(a.Versions) > 0 {
			names = atVersions(names, a.Versions)
		}
		groups.add(names.whole, names.parts)
	}
	return groups.claims(claim, r.spent)
}

// author is who made the document, the supplier of its product where nobody is
// named; may be empty.
func (r *cdxReader) author() string {
	var names []string
	for _, a := range r.head.Metadata.Authors {
		names = append(names, a.Name)
	}
	if names = unique(names...); len(names) > 0 {
		return strings.Join(names, ", ")
	}
	if supplier := r.head.Metadata.Supplier; supplier != nil {
		return supplier.Name
	}
	return ""
}

// resolve is what a reference names: a component of the document, or through a
// BOM-Link one of another, which can only be told when its reference is its package
// URL, as is usual.
func (r *cdxReader) resolve(ref string) productNames {
	if names, ok := r.names[ref]; ok {
		return names
	}
	if strings.HasPrefix(ref, "urn:cdx:") {
		_, ref, _ = strings.Cut(ref, "#")
		if unescaped, err := url.PathUnescape(ref); err == nil && !strings.HasPrefix(ref, "pkg:") {
			ref = unescaped
		}
	}
	if strings.HasPrefix(ref, "pkg:") {
		return productNames{whole: []string{ref}}
	}
	return productNames{}
}

// atVersions are the names of a component in certain versions. Ranges cannot be
// said in package URLs, so that they are about nothing here.
func atVersions(names productNames, versions []cdxVersion) productNames {
	narrowed := &names.whole
	if len(names.parts) > 0 {
		narrowed = &names.parts
	}
	var at []string
	for _, text := range *narrowed {
		for _, v := range versions {
			if narrow := withVersion(text, v.Version); narrow != "" {
				at = append(at, narrow)
			}
		}
	}
	if *narrowed = unique(at...); len(*narrowed) == 0 {
		return productNames{}
	}
	return names
}

// withVersion is a package URL in a version; empty when it is of another, or is no
// package URL.
func withVersion(text, version string) string {
	if version == "" {
		return ""
	}
	parsed, err := parsePURL(text)
	if err != nil || parsed.Version != "" && parsed.Version != version {
		return ""
	}
	parsed.Version = version
	return parsed.ToString()
}

// parsePURL parses a package URL of any origin. A panic of the parser is an error
// like any other.
func parsePURL(text string) (parsed packageurl.PackageURL, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("parsing package URL: %v", r)
		}
	}()
	return packageurl.FromString(text)
}
