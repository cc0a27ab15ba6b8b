package finding

import (
	"fmt"
	"strings"
)

// Severity is how bad a finding is. The zero value is Unknown: nobody rated it,
// which is not the same as rating it low.
type Severity int

// The severities, in the order of the CVSS v3.1 qualitative scale (FIRST, CVSS
// v3.1 specification §5). Unknown sorts below None but is never treated as low:
// policy has a rule of its own for it.
const (
	Unknown Severity = iota
	None
	Low
	Medium
	High
	Critical
)

var severityNames = [...]string{"unknown", "none", "low", "medium", "high", "critical"}

// Severities lists every severity, worst first: the order that people read.
func Severities() []Severity {
	return []Severity{Critical, High, Medium, Low, None, Unknown}
}

// String is the lower-case name used in configuration and in JSON.
func (s Severity) String() string {
	if s < 0 || int(s) >= len(severityNames) {
		return severityNames[Unknown]
	}
	return severityNames[s]
}

// ParseSeverity reads a severity's name in any case. The error lists the valid
// names.
func ParseSeverity(name string) (Severity, error) {
	for i, n := range severityNames {
		if strings.EqualFold(n, name) {
			return Severity(i), nil
		}
	}
	return Unknown, fmt.Errorf("unknown severity %q: expected one of %s", name, strings.Join(severityNames[:], ", "))
}

// SeverityOf is the qualitative rating of a CVSS v3.x or v4.0 base score, which
// runs from 0.0 to 10.0: 0 none, 0.1 low, 4.0 medium, 7.0 high, 9.0 critical.
func SeverityOf(score float64) Severity {
	switch {
	case score >= 9:
		return Critical
	case score >= 7:
		return High
	case score >= 4:
		return Medium
	case score > 0:
		return Low
	}
	return None
}

// SeverityOfV2 is NVD's qualitative rating of a CVSS v2 base score. Version 2
// has no critical band: 7.0 and above is high.
func SeverityOfV2(score float64) Severity {
	switch {
	case score >= 7:
		return High
	case score >= 4:
		return Medium
	}
	return Low
}
