package vex

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/org/imgscan-action/internal/cvss"
	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
)

// WriteCycloneDX writes the decisions about an image as a CycloneDX 1.6 document
// that stands alone: the products are its components, and the packages that a
// decision is limited to are nested in their image. Apart from the form it says what
// WriteOpenVEX says, and a rescoring with its vector besides.
func WriteCycloneDX(files []*exceptions.File, img finding.Image, opts WriteOptions) ([]byte, []string, error) {
	said, unsaid := statements(files, img, opts.Now)
	now := opts.Now.UTC()
	author := cmp.Or(opts.Author, "Unknown Author")
	bom := cdxBOM{
		Format:          "CycloneDX",
		SpecVersion:     "1.6",
		Version:         1,
		Metadata:        cdxMetadata{Timestamp: &now, Tools: cdxTool(opts.Tool), Authors: []cdxContact{{Name: author}}},
		Components:      cdxComponents(said),
		Vulnerabilities: make([]cdxVulnerability, 0, len(said)),
	}
	for _, s := range said {
		v, err := s.cycloneDX(author)
		if err != nil {
			return nil, nil, fmt.Errorf("writing %q as CycloneDX: %w", s.entry.ID, err)
		}
		bom.Vulnerabilities = append(bom.Vulnerabilities, v)
	}
	// The number of a document is made of what it says, like OpenVEX's canonical one.
	content, err := encode(bom)
	if err != nil {
		return nil, nil, fmt.Errorf("writing CycloneDX: %w", err)
	}
	bom.SerialNumber = serialNumber(content)
	if content, err = encode(bom); err != nil {
		return nil, nil, fmt.Errorf("writing CycloneDX: %w", err)
	}
	return content, unsaid, nil
}

func encode(bom cdxBOM) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(bom)
	return out.Bytes(), err
}

// serialNumber is a UUID of version 8 (RFC 9562, §5.8) made of content's hash.
func serialNumber(content []byte) string {
	h := sha256.Sum256(content)
	h[6] = h[6]&0x0f | 0x80
	h[8] = h[8]&0x3f | 0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", h[:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

// cdxTool is the program, from its name and version with a space between.
func cdxTool(tool string) *cdxTools {
	if tool == "" {
		return nil
	}
	name, version, _ := strings.Cut(tool, " ")
	return &cdxTools{Components: []cdxComponent{{Type: "application", Name: name, Version: version}}}
}

// cdxComponents are the products of statements in the order in which they are first
// named.
func cdxComponents(said []statement) []cdxComponent {
	var components []cdxComponent
	place := make(map[string]int)
	nested := make(map[string]bool)
	for _, s := range said {
		for _, p := range s.products {
			i, known := place[p.id]
			if !known {
				i = len(components)
				place[p.id] = i
				components = append(components, cdxProduct(p))
			}
			for _, part := range p.parts {
				if ref := partRef(p.id, part); !nested[ref] {
					nested[ref] = true
					components[i].Components = append(components[i].Components, cdxPackage(ref, part))
				}
			}
		}
	}
	return components
}

// cdxProduct is an image, or a package that stands for itself.
func cdxProduct(p product) cdxComponent {
	c := cdxPackage(p.id, p.id)
	if strings.HasPrefix(p.id, "pkg:oci/") {
		c.Type = "container"
	}
	if p.hash != "" {
		c.Hashes = []cdxHash{{Algorithm: "SHA-256", Content: p.hash}}
	}
	return c
}

func cdxPackage(ref, purl string) cdxComponent {
	c := cdxComponent{Type: "library", BOMRef: ref, Name: purl, PURL: purl}
	if parsed, err := parsePURL(purl); err == nil {
		c.Name, c.Version = parsed.Name, parsed.Version
	}
	return c
}

// partRef is the reference of a package inside of an image.
func partRef(image, part string) string { return image + "#" + part }

func (s statement) cycloneDX(author string) (cdxVulnerability, error) {
	issued, updated := s.entry.ApprovedOn.UTC(), s.at.UTC()
	detail := cmp.Or(s.text, s.entry.Reason)
	v := cdxVulnerability{
		BOMRef: s.entry.ID + "/" + s.vulnerability,
		ID:     s.vulnerability,
		Analysis: &cdxAnalysis{
			State: s.state, Justification: s.because, Detail: detail,
			FirstIssued: &issued, LastUpdated: &updated,
		},
		Properties: properties(recordOf(s.entry, detail)),
	}
	if s.response != "" {
		v.Analysis.Response = []string{s.response}
	}
	rating, err := cdxRatingOf(s.entry, author)
	if err != nil {
		return cdxVulnerability{}, err
	}
	if rating != nil {
		v.Ratings = []cdxRating{*rating}
	}
	for _, p := range s.products {
		if len(p.parts) == 0 {
			v.Affects = append(v.Affects, cdxAffects{Ref: p.id})
		}
		for _, part := range p.parts {
			v.Affects = append(v.Affects, cdxAffects{Ref: partRef(p.id, part)})
		}
	}
	return v, nil
}

// cdxMethods are the names of the versions of CVSS.
var cdxMethods = map[string]string{"2.0": "CVSSv2", "3.0": "CVSSv3", "3.1": "CVSSv31", "4.0": "CVSSv4"}

// cdxRatingOf is the rating that an entry gives; nil when it gives none. The score
// is only known when the entry says which vector its metrics change.
func cdxRatingOf(e *exceptions.Entry, author string) (*cdxRating, error) {
	if e.CVSS == nil && e.Severity == nil {
		return nil, nil
	}
	rating := cdxRating{Source: &cdxContact{Name: author}}
	if c := e.CVSS; c != nil && (c.Vector != "" || c.Base != "") {
		r, err := cvss.Rescore(finding.Rating{Vector: c.Base}, c.Vector, c.Modified)
		if err != nil {
			return nil, err
		}
		rating.Score, rating.Vector, rating.Severity = &r.Score, r.Vector, r.Severity.String()
		rating.Method = cdxMethods[r.Version]
	} else if e.Severity != nil {
		rating.Severity = e.Severity.String()
	} else {
		return nil, nil
	}
	return &rating, nil
}
