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

	// Rule names the rule that decided: "scope", "origin", "severity", "unknown",
	// "only-fixable".
	Rule string

	// Reason is the decision in one clause: "high is at or above the threshold
	// high".
	Reason string
}

// Verdict is the one answer that every output renders and the exit code follows.
type Verdict struct {
	// Outcome is what the exit code follows. In observe and warn it is pass
	// whatever was found.
	Outcome Outcome

	// Judged is what block would have said. It equals Outcome in block.
	Judged Outcome

	// Mode is the mode in force: a policy that blocks from a later date warns
	// until then.
	Mode Mode

	// EnforceFrom is the date from which the policy blocks; zero when it names no
	// date.
	EnforceFrom time.Time

	// Breaking is the number of findings that break the policy. In observe and
	// warn it is the "would have failed" number.
	Breaking int

	// OpenGaps is the number of gaps that the policy did not accept.
	OpenGaps int

	// Reasons are sentences for a person, the most important first. Never empty.
	Reasons []string

	// Threshold is the policy in one line: "high or worse, fixable only".
	Threshold string
}
