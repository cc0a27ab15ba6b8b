package policy

import "github.com/org/imgscan-action/internal/finding"

// Threshold is the severity from which a finding breaks the policy, or Never.
type Threshold string

// The thresholds, strictest last. FailOnNone is reached by every finding that
// has a rating, even one of 0.0.
const (
	Never          Threshold = "never"
	FailOnCritical Threshold = "critical"
	FailOnHigh     Threshold = "high"
	FailOnMedium   Threshold = "medium"
	FailOnLow      Threshold = "low"
	FailOnNone     Threshold = "none"
)

// Thresholds lists every threshold, strictest last.
func Thresholds() []Threshold {
	return []Threshold{Never, FailOnCritical, FailOnHigh, FailOnMedium, FailOnLow, FailOnNone}
}

// ParseThreshold reads the name of a threshold. The error lists the valid names.
func ParseThreshold(name string) (Threshold, error) {
	return parseName("threshold", Threshold(name), Thresholds())
}

// reachedBy says whether severity is at or above the threshold. A threshold that
// is none of the above is reached by everything.
func (t Threshold) reachedBy(severity finding.Severity) bool {
	if t == Never {
		return false
	}
	least, err := finding.ParseSeverity(string(t))
	return err != nil || severity >= least
}

// String is the threshold in words: "high or worse".
func (t Threshold) String() string {
	switch t {
	case Never, FailOnCritical:
		return string(t)
	}
	return string(t) + " or worse"
}
