package exceptions

import (
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// File is one file of exceptions.
type File struct {
	Name    string   // as it was opened
	Entries []*Entry // in the order of the file
}

// Entry is one decision: about these vulnerabilities, in these packages, of these
// images, until a day.
type Entry struct {
	// ID names the entry, in all files together.
	ID string

	// Vulnerabilities are identifiers of any kind, at least one. A lone "*" means all
	// of them, and Packages is then not empty.
	Vulnerabilities []string

	// Images are patterns, at least one: "*", a repository or a glob of one, with a
	// tag or a digest, or "name:" and the logical name of an image.
	Images []string

	// Packages are alternatives; empty means any package.
	Packages []Package

	Decision finding.Decision

	// Cause is the finer label of the decision; may be empty.
	Cause string

	Reason string

	// Evidence are URLs, paths in the repository, or a few words; may be empty.
	Evidence []string

	// Severity is what the finding is worth by the entry's own account; nil when it
	// does not say.
	Severity *finding.Severity

	// CVSS is how the vulnerability is rescored; nil when it is not.
	CVSS *CVSS

	// KEVAck says that it is known that the vulnerability is exploited.
	KEVAck bool

	RequestedBy string // may be empty

	// ApprovedBy is empty, and ApprovedOn may be zero, for an entry that was written
	// and that nobody has approved. It never acts.
	ApprovedBy []string
	ApprovedOn time.Time // a day, 00:00 UTC

	// Expires is the last day, at 00:00 UTC, on which the entry holds.
	Expires time.Time

	// ReviewWhen are the events after which somebody has to look again:
	// "fix_available", "kev_listed", "score_increased", "package_changed".
	ReviewWhen []string

	Ticket string // may be empty

	Vendor  *Vendor  // nil when nobody is waited for
	FedRAMP *FedRAMP // nil when there is nothing to say

	// At is where the entry stands, from its first line to its last.
	At finding.Line
}

// Package selects packages. What is empty is not compared; what is not empty must
// hold, all of it. At least one of PURL, Name, Source and Paths is there.
type Package struct {
	PURL     string   // without version or qualifiers: any
	Name     string   // of the installed package
	Source   string   // of the source package that distributions build it from
	Type     string   // a package URL's type: "deb", "npm"
	Versions []string // exact, or globs; alternatives
	Paths    []string // globs of the path in the image; alternatives
}

// CVSS is a rescoring: either Vector or Modified is there.
type CVSS struct {
	// Base is the vector that was looked at when the entry was approved; empty when
	// the entry does not say.
	Base string

	// Vector is the whole vector that counts.
	Vector string

	// Modified are the environmental and temporal metrics that are set on top of the
	// finding's own vector: "MAV": "A".
	Modified map[string]string

	// Rationale says why, for each metric that is set; may be empty.
	Rationale map[string]string

	// RemediationLevel is FedRAMP's: "official_fix", "temporary_fix", "workaround",
	// "unavailable"; may be empty.
	RemediationLevel string
}

// Vendor is who is waited for.
type Vendor struct {
	Product     string
	LastCheckIn time.Time // a day, 00:00 UTC
	Reference   string    // may be empty
}

// FedRAMP is what the compliance reports need beyond the rest of the entry.
type FedRAMP struct {
	// FalsePositive, RiskAdjustment and OperationalRequirement are the deviations
	// that were asked for: "pending", "approved", or empty when it was not.
	FalsePositive          string
	RiskAdjustment         string
	OperationalRequirement string

	InternetReachable *bool // nil when nobody said
	LikelyExploitable *bool // nil when nobody said

	// Pain is the potential adverse impact, 1 to 5; 0 when nobody said.
	Pain int

	DeviationRequest string // the number of the form; may be empty
}
