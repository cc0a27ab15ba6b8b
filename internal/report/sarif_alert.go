package report

import (
	"net/url"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// AlertKey is what code scanning says an alert is about, as far as it can be
// compared with our SARIF. Several findings may share one: the same vulnerability
// in two places that one line of the Dockerfile brought.
type AlertKey struct {
	Rule     string
	Category string // without the last slash
	Path     string // not percent-encoded
}

// NewAlertKey is the key of an alert as GitHub describes it.
func NewAlertKey(rule, category, path string) AlertKey {
	// GitHub does not say whether it decodes what it was given.
	if plain, err := url.PathUnescape(path); err == nil {
		path = plain
	}
	return AlertKey{Rule: rule, Category: strings.TrimSuffix(category, "/"), Path: path}
}

// ByAlert are the findings of the report by the alert that each has in code
// scanning, or would have if it counted. The findings of a key are in the order of
// the report.
func ByAlert(rep *finding.Report) map[AlertKey][]finding.Finding {
	found := make(map[AlertKey][]finding.Finding)
	for _, s := range sides(rep) {
		category := category(rep.Image, s.name)
		for _, f := range s.findings {
			key := NewAlertKey(ruleID(f), category, location(rep.Image, f))
			found[key] = append(found[key], f)
		}
	}
	return found
}
