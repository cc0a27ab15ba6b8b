package config

import (
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

const oneDay = 24 * time.Hour

// Triage is how the project decides about findings. What becomes of exceptions
// that match nothing is the policy's business: policy.Policy.Unused.
type Triage struct {
	// WarnWithin is how long before its end an exception is warned about; 0 does
	// not.
	WarnWithin time.Duration

	// StaleGrace is how long an exception that has to be reviewed still acts.
	StaleGrace time.Duration

	// VEX are files and folders of statements of vendors, and VEXRepositories folders
	// that are laid out as VEX repositories.
	VEX             []string
	VEXRepositories []string

	// TrustVEX are patterns of authors whose statements may decide; empty trusts
	// none.
	TrustVEX []string

	// Approvers may approve exceptions, and KEVApprovers those about what is known to
	// be exploited; an empty list means anybody.
	Approvers    []string
	KEVApprovers []string

	MaxDays MaxDays

	// AllowWildcard lets an exception be about every vulnerability of a package.
	AllowWildcard bool
}

// MaxDays is how many days after its approval an exception may end, by severity; 0
// means that there is no limit.
type MaxDays struct{ Critical, High, Medium, Low int }

// Limits are the limits by severity; without limit it is absent.
func (m MaxDays) Limits() map[finding.Severity]int {
	limits := map[finding.Severity]int{
		finding.Critical: m.Critical,
		finding.High:     m.High,
		finding.Medium:   m.Medium,
		finding.Low:      m.Low,
	}
	for severity, days := range limits {
		if days == 0 {
			delete(limits, severity)
		}
	}
	return limits
}

func defaultTriage() Triage {
	return Triage{
		WarnWithin: 14 * oneDay,
		StaleGrace: 7 * oneDay,
		MaxDays:    MaxDays{Critical: 30, High: 90, Medium: 180, Low: 365},
	}
}

// Context is where to learn more about vulnerabilities than how severe they are.
// Each is a file or an https URL; empty for none.
type Context struct {
	KEV  string // CISA's catalog of known exploited vulnerabilities
	EPSS string // FIRST's estimates of exploitation
	SSVC string // CISA's Vulnrichment

	// MaxAge is how old they may be before reports say so; 0 means any age.
	MaxAge time.Duration
}
