package vex

import "time"

// The parts of CycloneDX that VEX is made of; https://cyclonedx.org/docs/1.6/json.

type cdxBOM struct {
	Format          string             `json:"bomFormat"`
	SpecVersion     string             `json:"specVersion"`
	SerialNumber    string             `json:"serialNumber,omitempty"`
	Version         int                `json:"version"`
	Metadata        cdxMetadata        `json:"metadata"`
	Components      []cdxComponent     `json:"components,omitempty"`
	Vulnerabilities []cdxVulnerability `json:"vulnerabilities"`
}

type cdxMetadata struct {
	Timestamp *time.Time    `json:"timestamp,omitempty"`
	Tools     *cdxTools     `json:"tools,omitempty"`
	Authors   []cdxContact  `json:"authors,omitempty"`
	Component *cdxComponent `json:"component,omitempty"`
	Supplier  *cdxContact   `json:"supplier,omitempty"`
}

type cdxTools struct {
	Components []cdxComponent `json:"components"`
}

type cdxContact struct {
	Name string `json:"name,omitempty"`
}

type cdxComponent struct {
	Type       string         `json:"type"`
	BOMRef     string         `json:"bom-ref,omitempty"`
	Name       string         `json:"name"`
	Version    string         `json:"version,omitempty"`
	PURL       string         `json:"purl,omitempty"`
	Hashes     []cdxHash      `json:"hashes,omitempty"`
	Components []cdxComponent `json:"components,omitempty"`
}

type cdxHash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type cdxVulnerability struct {
	BOMRef     string         `json:"bom-ref,omitempty"`
	ID         string         `json:"id"`
	References []cdxReference `json:"references,omitempty"`
	Ratings    []cdxRating    `json:"ratings,omitempty"`
	Analysis   *cdxAnalysis   `json:"analysis,omitempty"`
	Affects    []cdxAffects   `json:"affects,omitempty"`
	Properties []cdxProperty  `json:"properties,omitempty"`
}

type cdxReference struct {
	ID string `json:"id"`
}

type cdxRating struct {
	Source   *cdxContact `json:"source,omitempty"`
	Score    *float64    `json:"score,omitempty"`
	Severity string      `json:"severity,omitempty"`
	Method   string      `json:"method,omitempty"`
	Vector   string      `json:"vector,omitempty"`
}

type cdxAnalysis struct {
	State         string     `json:"state,omitempty"`
	Justification string     `json:"justification,omitempty"`
	Response      []string   `json:"response,omitempty"`
	Detail        string     `json:"detail,omitempty"`
	FirstIssued   *time.Time `json:"firstIssued,omitempty"`
	LastUpdated   *time.Time `json:"lastUpdated,omitempty"`
}

type cdxAffects struct {
	Ref      string       `json:"ref"`
	Versions []cdxVersion `json:"versions,omitempty"`
}

type cdxVersion struct {
	Version string `json:"version,omitempty"`
	Range   string `json:"range,omitempty"`
}

type cdxProperty struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}
