package finding

import (
	"fmt"
	"time"
)

// Decision is what people decided about a finding, in the words of the
// exceptions file.
type Decision string

// The decisions. What each means for the gate is said beside it.
const (
	FalsePositive      Decision = "false_positive"      // the scanner is wrong: does not count
	NotInExecutePath   Decision = "not_in_execute_path" // there, and never run: does not count
	NotExploitable     Decision = "not_exploitable"     // an attacker cannot drive it: does not count
	Mitigated          Decision = "mitigated"           // something else prevents it: does not count, or counts at a new rating
	Rescored           Decision = "rescored"            // counts at a new rating
	RiskAccepted       Decision = "risk_accepted"       // known, and accepted until a date: does not count
	VendorDependency   Decision = "vendor_dependency"   // the fix is not out: does not count while the vendor is asked
	UnderInvestigation Decision = "under_investigation" // still counts
	Affected           Decision = "affected"            // counts, and rejects a vendor's claim that it does not
)

// Decisions lists every decision in the order above.
func Decisions() []Decision {
	return []Decision{
		FalsePositive, NotInExecutePath, NotExploitable, Mitigated, Rescored,
		RiskAccepted, VendorDependency, UnderInvestigation, Affected,
	}
}

// Disposition is what has been decided about one finding, and by whom. The zero
// value means that nothing has.
type Disposition struct {
	// Decision is the one that acts; empty when none does.
	Decision Decision

	// Cause is the finer label of the decision: "vulnerable_code_not_present",
	// "inline", "environment"; may be empty.
	Cause string

	// Entry is the identifier of the exception, or of the VEX document, and At the
	// line that it stands on.
	Entry string
	At    Line

	// Vendor is set when the decision is a VEX statement of somebody else's, whose
	// author is in ApprovedBy.
	Vendor bool

	Reason      string
	Evidence    []string
	RequestedBy string
	ApprovedBy  []string
	ApprovedOn  time.Time // a day, UTC; zero when not known
	Expires     time.Time // the last day on which it holds, UTC; zero for a vendor's
	Ticket      string

	// Suppressed is set when the gate does not count the finding.
	Suppressed bool

	// Before is the rating before the decision changed it; nil when it did not.
	Before *Rating

	// Review is why the entry has to be looked at again, and Lapses the day from
	// which it will not act until somebody does; both zero when nothing is due.
	Review string
	Lapses time.Time

	// Shadowed are the identifiers of other entries that match and lost.
	Shadowed []string

	// Lapsed are entries that would match and no longer, or not yet, act.
	Lapsed []Lapsed

	// Claims are the statements of vendors about the finding, trusted or not.
	Claims []Claim
}

// Lapsed is an entry that does not act, and why.
type Lapsed struct {
	Entry      string
	At         Line
	Why        string // "expired 3 days ago", "has no approver"
	ApprovedBy []string
	Expires    time.Time
}

// Claim is a statement of a VEX document about a finding.
type Claim struct {
	Author        string
	Document      string // its identifier or file
	Status        string // "not_affected", "affected", "fixed", "under_investigation"
	Justification string // OpenVEX's label; may be empty
	Statement     string // in words; may be empty
	Timestamp     time.Time

	// Acts is set when the policy trusts the author and nothing contradicts the
	// claim; Why says in one sentence why it does or does not.
	Acts bool
	Why  string
}

// Context is what is known of a vulnerability beyond its rating. A nil field
// means that nobody looked, or that the source does not know: never "no".
type Context struct {
	KEV  *KEV
	EPSS *EPSS
	SSVC *SSVC

	// Exploited is set when a KEV catalog was read: false then means that the
	// vulnerability is not in it.
	Exploited *bool

	// Deadline is what the table of CISA's BOD 26-04 demands; nil when nobody asked
	// the table.
	Deadline *Deadline
}

// Deadline is the answer of BOD 26-04's table for one finding: by when to
// remediate.
type Deadline struct {
	// Days is how many days there are; 0 with Upgrade, which has no day.
	Days int

	// Forensics is set when the table also asks for a forensic triage, and Upgrade
	// when the next regular upgrade is soon enough.
	Forensics bool
	Upgrade   bool

	// Due is the last day, 00:00 UTC, on which remediating is in time; zero with
	// Upgrade, and when no date is known to count from.
	Due time.Time

	// Assumed are the questions of the table that nobody could answer, so that the
	// answer was assumed: "automatable", "technical impact"; usually empty.
	Assumed []string
}

// KEV is an entry of CISA's catalog of known exploited vulnerabilities.
type KEV struct {
	Added      time.Time
	Due        time.Time
	Ransomware bool
	Action     string
}

// EPSS is FIRST's estimate of exploitation in the next 30 days; both numbers run
// from 0 to 1.
type EPSS struct {
	Score      float64
	Percentile float64
}

// SSVC are the decision points of CISA's Vulnrichment.
type SSVC struct {
	Exploitation    string // "none", "poc", "active"
	Automatable     string // "yes", "no"
	TechnicalImpact string // "partial", "total"
}

// ContextSource is a file that context came from.
type ContextSource struct {
	Name   string // "kev", "epss", "ssvc"
	File   string
	SHA256 string    // of the file as read
	Date   time.Time // of the data, by its own account; zero when it does not say
	Notes  []string
}

// Triage is how the decisions of a project fared against one image.
type Triage struct {
	// Files are the exception files that were read, and where from: the working
	// tree, or the base of a pull request.
	Files []string
	From  string

	// Unused are entries in whose scope the image is and that matched nothing.
	Unused []Unused

	// Expiring are entries that act and end within the warning time.
	Expiring []Expiring
}

// Unused is an entry that matched nothing.
type Unused struct {
	Entry string
	At    Line

	// Cause is "resolved" (the package is gone or was updated), "never matched", or
	// "shadowed" (others acted everywhere). Detail is the nearest miss in a sentence.
	Cause  string
	Detail string
}

// Expiring is an entry that ends soon.
type Expiring struct {
	Entry    string
	At       Line
	Expires  time.Time
	Findings int // that will count again
}

// Forecast is what the verdict will be from a date on if nothing changes.
type Forecast struct {
	From     time.Time
	Why      string // "the policy blocks", "EX-2026-003 expires"
	Breaking int    // findings that break the policy then
	Blocking int    // those of them that stop the build then
	Judged   Outcome
	Outcome  Outcome
}

// String is the forecast in one line: "under block from 1 Feb 2027: 3 findings
// would fail this image (the policy blocks)".
func (f Forecast) String() string {
	from := "from " + f.From.UTC().Format("2 Jan 2006")
	count, what := f.Breaking, "would break the policy, and stop nothing"
	if f.Outcome == Fail {
		from, count, what = "under block "+from, f.Blocking, "would fail this image"
	}
	switch {
	case f.Breaking == 0 && f.Outcome == Fail:
		return fmt.Sprintf("%s: this image would fail (%s)", from, f.Why)
	case f.Outcome == Inconclusive:
		return fmt.Sprintf("%s: the scan of this image would be inconclusive (%s)", from, f.Why)
	case f.Breaking == 0:
		return fmt.Sprintf("%s: no finding would break the policy (%s)", from, f.Why)
	case count == 1:
		return fmt.Sprintf("%s: 1 finding %s (%s)", from, what, f.Why)
	}
	return fmt.Sprintf("%s: %d findings %s (%s)", from, count, what, f.Why)
}
