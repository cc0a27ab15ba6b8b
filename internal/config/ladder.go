package config

import (
	"strings"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/owner"
	"github.com/org/imgscan-action/internal/policy"
)

// rungKeys lists what one of policy.rules can hold.
func rungKeys(r *policy.Rung) []key {
	return []key{
		{"images", list(&r.Images, owner.ParsePattern)},
		{"owners", list(&r.Owners, owner.ParsePattern)},
		{"severities", items(&r.Severities, parseSeverity, finding.Severity.String)},
		{"types", list(&r.Types, policy.ParseType)},
		{"mode", text(&r.Mode, policy.ParseMode)},
		{"enforce-from", value(&r.EnforceFrom, parseDate, formatDate)},
	}
}

// checkRung remembers where a rung is written, so that reports can say so.
func checkRung(r *policy.Rung, at string) error {
	r.At = at
	return r.Validate()
}

// formatRung is a rung in one line: "severities=critical,high: block from
// 2027-02-01".
func formatRung(r policy.Rung) string {
	var about []string
	for _, k := range rungKeys(&r) {
		if value := k.field.String(); value != "" && k.name != "mode" && k.name != "enforce-from" {
			about = append(about, k.name+"="+value)
		}
	}
	line := strings.Join(about, " ") + ": " + string(r.Mode)
	if !r.EnforceFrom.IsZero() {
		line += " from " + formatDate(r.EnforceFrom)
	}
	return line
}
