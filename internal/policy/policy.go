// Package policy answers one question: may the build proceed? Judge reads a
// report and a Policy and gives the verdict that every output renders.
//
// Everything here is pure: no file, no network, no clock. Each rule is one file,
// rule_*.go, and rules.go lists them in the order in which they are asked.
package policy

import (
	"errors"
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// Policy is what a project demands of its images. Start from Default: the zero
// value is stricter than any policy that can be written down, because whatever
// is missing counts against the image.
type Policy struct {
	// Mode is how much a broken policy stops.
	Mode finding.Mode

	// EnforceFrom is the day, at 00:00 UTC, from which Mode block blocks; until
	// then it only warns. Zero means that it blocks at once. It has a meaning with
	// Mode block only.
	EnforceFrom time.Time

	// FailOn is the severity from which a finding breaks the policy.
	FailOn Threshold

	// Unknown says what becomes of findings that nobody has rated.
	Unknown Unrated

	// OnlyFixable spares findings for which no fixed version exists.
	OnlyFixable bool

	// Types selects findings by the type of their package: names from Types.
	Types Selection

	// Paths selects findings by the path of the file that declares their package:
	// patterns in which ** stands for any number of folders.
	Paths Selection

	// AcceptGaps are the kinds of gap that do not make a scan inconclusive.
	AcceptGaps []finding.GapKind

	// MaxDatabaseAge is how old the vulnerability database may be before its age is
	// a gap; 0 means that there is no limit. See StaleDatabase.
	MaxDatabaseAge time.Duration
}

// Default is the policy of a project that has not written one: block on
// findings that are high or worse or that nobody has rated, with no gap accepted
// and a database of at most seven days.
func Default() Policy {
	return Policy{
		Mode:           finding.Block,
		FailOn:         FailOnHigh,
		Unknown:        UnratedFail,
		MaxDatabaseAge: 7 * 24 * time.Hour,
	}
}

// Validate finds settings that contradict each other. Each setting by itself is
// checked where it is parsed.
func (p Policy) Validate() error {
	if !p.EnforceFrom.IsZero() && p.Mode != finding.Block {
		return errors.New("a date to enforce the policy from needs the mode block, which warns until that date")
	}
	return nil
}
