package exceptions

import (
	"slices"

	"github.com/org/imgscan-action/internal/finding"
)

// The words of the file. The schema has the same, and a test compares them.

func decisions() []string {
	var names []string
	for _, d := range finding.Decisions() {
		names = append(names, string(d))
	}
	return names
}

// causes lists the causes in OpenVEX's words where it has them.
func causes() []string {
	return []string{
		"component_not_present", "vulnerable_code_not_present", "fixed_by_backport", "inline", "environment",
		"requires_configuration", "requires_dependency", "requires_privilege",
	}
}

// causesOf lists the causes that explain a decision; empty when none does.
func causesOf(d finding.Decision) []string {
	switch d {
	case finding.FalsePositive:
		return []string{"component_not_present", "vulnerable_code_not_present", "fixed_by_backport"}
	case finding.NotExploitable:
		return []string{"requires_configuration", "requires_dependency", "requires_privilege"}
	case finding.Mitigated:
		return []string{"inline", "environment"}
	case finding.Rescored:
		return []string{"inline", "environment", "requires_configuration", "requires_dependency", "requires_privilege"}
	}
	return nil
}

// claims lists the severities that an entry may claim: not unknown, which is
// nobody's opinion.
func claims() []string {
	var names []string
	for _, s := range slices.Backward(finding.Severities()) {
		if s != finding.Unknown {
			names = append(names, s.String())
		}
	}
	return names
}

func reviews() []string {
	return []string{"fix_available", "kev_listed", "score_increased", "package_changed"}
}

// metrics lists what may be set on top of a vector, in the order of the CVSS
// specifications: the environmental metrics of 3.x and 4.0, and the temporal ones.
func metrics() []string {
	return []string{
		"MAV", "MAC", "MAT", "MPR", "MUI", "MS", "MC", "MI", "MA", "MVC", "MVI", "MVA", "MSC", "MSI", "MSA",
		"CR", "IR", "AR", "E", "RL", "RC",
	}
}

// remediationLevels lists the words of FedRAMP's deviation request form.
func remediationLevels() []string {
	return []string{"official_fix", "temporary_fix", "workaround", "unavailable"}
}

func deviations() []string { return []string{"pending", "approved"} }
