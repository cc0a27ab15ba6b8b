package vex

import (
	openvex "github.com/openvex/go-vex/pkg/vex"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
)

// The causes of the exceptions file that other words hang on.
const (
	causeAbsent        = "component_not_present"
	causeCodeAbsent    = "vulnerable_code_not_present"
	causeBackport      = "fixed_by_backport"
	causeInline        = "inline"
	causeEnvironment   = "environment"
	causeConfiguration = "requires_configuration"
	causeDependency    = "requires_dependency"
)

// cdxState is a state of CycloneDX's in OpenVEX's words.
type cdxState struct {
	status        string
	justification string // where the state implies one
}

// cdxStates are the states of an analysis.
var cdxStates = map[string]cdxState{
	"resolved":               {status: string(openvex.StatusFixed)},
	"resolved_with_pedigree": {status: string(openvex.StatusFixed)},
	"exploitable":            {status: string(openvex.StatusAffected)},
	"in_triage":              {status: string(openvex.StatusUnderInvestigation)},
	"false_positive":         {status: string(openvex.StatusNotAffected), justification: string(openvex.VulnerableCodeNotPresent)},
	"not_affected":           {status: string(openvex.StatusNotAffected)},
}

// cdxJustifications are CycloneDX's justifications in OpenVEX's words. What
// protects from outside of the program has no counterpart there, for "inline" is
// what nobody can turn off; it keeps its own word.
var cdxJustifications = map[string]string{
	"code_not_present":                string(openvex.VulnerableCodeNotPresent),
	"code_not_reachable":              string(openvex.VulnerableCodeNotInExecutePath),
	"requires_configuration":          string(openvex.VulnerableCodeCannotBeControlledByAdversary),
	"requires_dependency":             string(openvex.VulnerableCodeCannotBeControlledByAdversary),
	"requires_environment":            string(openvex.VulnerableCodeCannotBeControlledByAdversary),
	"protected_by_compiler":           string(openvex.InlineMitigationsAlreadyExist),
	"protected_by_mitigating_control": string(openvex.InlineMitigationsAlreadyExist),
}

// words are how an entry is said in the two formats.
type words struct {
	status        openvex.Status
	justification openvex.Justification // only when not affected

	state    string // CycloneDX's
	because  string // CycloneDX's justification; may be empty
	response string // CycloneDX's; may be empty

	// lead begins the sentence about what is done, when affected.
	lead string
}

// wordsOf is the table of what each decision is in other words.
func wordsOf(e *exceptions.Entry) words {
	switch e.Decision {
	case finding.FalsePositive:
		switch e.Cause {
		case causeBackport:
			return words{status: openvex.StatusFixed, state: "resolved"}
		case causeAbsent:
			return words{status: openvex.StatusNotAffected, justification: openvex.ComponentNotPresent, state: "false_positive"}
		}
		return words{status: openvex.StatusNotAffected, justification: openvex.VulnerableCodeNotPresent, state: "false_positive"}
	case finding.NotInExecutePath:
		return words{
			status: openvex.StatusNotAffected, justification: openvex.VulnerableCodeNotInExecutePath,
			state: "not_affected", because: "code_not_reachable",
		}
	case finding.NotExploitable:
		w := words{
			status: openvex.StatusNotAffected, justification: openvex.VulnerableCodeCannotBeControlledByAdversary,
			state: "not_affected", because: "requires_environment",
		}
		if e.Cause == causeConfiguration || e.Cause == causeDependency {
			w.because = e.Cause
		}
		return w
	case finding.Mitigated:
		if e.Cause == causeInline {
			return words{
				status: openvex.StatusNotAffected, justification: openvex.InlineMitigationsAlreadyExist,
				state: "not_affected", because: "protected_by_mitigating_control",
			}
		}
		return words{status: openvex.StatusAffected, state: "exploitable", lead: "Mitigated in the environment: "}
	case finding.Rescored:
		return words{status: openvex.StatusAffected, state: "exploitable", lead: "Rated anew for its environment: "}
	case finding.RiskAccepted:
		return words{
			status: openvex.StatusAffected, state: "exploitable", response: "will_not_fix",
			lead: "Risk accepted until " + day(e.Expires) + ": ",
		}
	case finding.VendorDependency:
		lead := "Waiting for a fix by the vendor: "
		if e.Vendor != nil {
			lead = "Waiting for a fix of " + e.Vendor.Product + ": "
		}
		return words{status: openvex.StatusAffected, state: "exploitable", lead: lead}
	case finding.Affected:
		return words{status: openvex.StatusAffected, state: "exploitable"}
	}
	return underInvestigation
}

// underInvestigation also says that an entry has expired: the newest statement
// about a product holds, so a newer one has to take the older back.
var underInvestigation = words{status: openvex.StatusUnderInvestigation, state: "in_triage"}
