package finding

import "time"

// Outcome is the answer to "may the build proceed?".
type Outcome string

// The three outcomes. Inconclusive means that the scan could not find out, and
// is never a pass.
const (
	Pass         Outcome = "pass"
	Fail         Outcome = "fail"
	Inconclusive Outcome = "inconclusive"
)

// Mode is how much a broken policy stops.
type Mode string

// The modes, in the order in which a project adopts them.
const (
	Observe Mode = "observe" // report, never stop
	Warn    Mode = "warn"    // report and warn, never stop
	Block   Mode = "block"   // stop
)

// Judgement is the policy's word on one finding.
type Judgement struct {
	// Breaks is set when the finding breaks the policy.
	Breaks bool

	// Rule names the rule that decided: "decision", "scope", "origin", "change",
	// "kev", "bod-26-04", "epss", "severity", "unknown", "only-fixable", "baseline",
	// "grace".
	Rule string

	// Reason is the decision in one clause: "high is at or above the threshold
	// high".
	Reason string

	// Mode is how much it stops that the finding breaks the policy: the ladder of a
	// policy has a mode for each finding. Empty when the finding does not break it.
	Mode Mode

	// Counts is the day, UTC, from which a finding counts that only a date spares:
	// a grace period, a baseline or a decision with an end. Zero otherwise.
	Counts time.Time
}

// Verdict is the one answer that every output renders and the exit code follows.
type Verdict struct {
	// Outcome is what the exit code follows. It is fail when a finding breaks the
	// policy whose own mode is block; what breaks it in observe and warn stops
	// nothing.
	Outcome Outcome

	// Judged is what block everywhere would have said. It equals Outcome unless
	// something that counts is only observed or warned about.
	Judged Outcome

	// Mode is the mode in force for the image as a whole: for its gaps, and for
	// findings that no rule of the policy's ladder gives another one. A policy that
	// blocks from a later date warns until then.
	Mode Mode

	// EnforceFrom is the date from which the image as a whole is blocked; zero when
	// there is none.
	EnforceFrom time.Time

	// Breaking is the number of findings that break the policy, whatever their
	// mode, and Blocking those of them in block. The difference is what would have
	// failed.
	Breaking int
	Blocking int

	// OpenGaps is the number of gaps that the policy did not accept.
	OpenGaps int

	// Reasons are sentences for a person, the most important first. Never empty.
	Reasons []string

	// Threshold is the policy in one line: "high or worse, fixable only".
	Threshold string
}
