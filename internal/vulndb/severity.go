package vulndb

import (
	"strings"

	"github.com/aquasecurity/trivy-db/pkg/types"
	gocvss30 "github.com/pandatix/go-cvss/30"
	gocvss31 "github.com/pandatix/go-cvss/31"
	gocvss40 "github.com/pandatix/go-cvss/40"
)

// distroSeverity is the distribution's own word: Ubuntu's priority, or the first
// word of an erratum's title ("Important: openssl security update").
func (r *record) distroSeverity(d distro) types.Severity {
	for _, severity := range r.Severities {
		if d.name == "ubuntu" && strings.EqualFold(severity.Type, "ubuntu") {
			return severityOfWord(severity.Score)
		}
	}
	if d.name == "almalinux" || d.name == "rocky linux" {
		word, _, _ := strings.Cut(r.Summary, ":")
		return severityOfWord(word)
	}
	return types.SeverityUnknown
}

// severityOfWord reads the words of GitHub, Red Hat's family and Ubuntu.
func severityOfWord(word string) types.Severity {
	switch strings.ToLower(word) {
	case "negligible", "low":
		return types.SeverityLow
	case "moderate", "medium":
		return types.SeverityMedium
	case "important", "high":
		return types.SeverityHigh
	case "critical":
		return types.SeverityCritical
	}
	return types.SeverityUnknown
}

// severityOfUrgency reads Debian's urgencies, of which a star says that it was
// set by a machine.
func severityOfUrgency(urgency string) types.Severity {
	switch strings.TrimRight(urgency, "*") {
	case "unimportant", "low":
		return types.SeverityLow
	case "medium":
		return types.SeverityMedium
	case "high":
		return types.SeverityHigh
	}
	return types.SeverityUnknown
}

// cvssScore is the base score of a vector of version 3 or 4; 0 when it cannot be
// read.
func cvssScore(vector string) float64 {
	switch {
	case strings.HasPrefix(vector, "CVSS:3.0/"):
		if v, err := gocvss30.ParseVector(vector); err == nil {
			return v.BaseScore()
		}
	case strings.HasPrefix(vector, "CVSS:3.1/"):
		if v, err := gocvss31.ParseVector(vector); err == nil {
			return v.BaseScore()
		}
	case strings.HasPrefix(vector, "CVSS:4.0/"):
		if v, err := gocvss40.ParseVector(vector); err == nil {
			return v.Score()
		}
	}
	return 0
}
