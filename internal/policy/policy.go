// Package policy answers one question: may the build proceed? Judge reads a
// report and a Policy and gives the verdict that every output renders.
//
// Everything here is pure: no file, no network, no clock. Each rule is one file,
// rule_*.go, and rules.go lists them in the order in which they are asked.
package policy

import (
	"cmp"
	"fmt"
	"slices"
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

	// OnlyIntroduced spares findings that were there before the change under test,
	// as far as there is something to compare with.
	OnlyIntroduced bool

	// Types selects findings by the type of their package: names from Types.
	Types Selection

	// Paths selects findings by the path of the file that declares their package:
	// patterns in which ** stands for any number of folders.
	Paths Selection

	// IntroducedBy selects findings by who brought the package; empty means both
	// sides.
	IntroducedBy []Side

	// TrustedBases are patterns of bases, as Docker prints them. What came with none of
	// these nor with what is below them counts as the build's own, since a change
	// chooses the base that it stands on. Empty trusts all.
	TrustedBases []string

	// Inherited is what differs for findings that came with a base.
	Inherited Inherited

	// AcceptGaps are the kinds of gap that do not make a scan inconclusive.
	AcceptGaps []finding.GapKind

	// RefuseGaps are the kinds of gap that make a scan inconclusive although they
	// are common; of other kinds every gap does unless it is accepted.
	RefuseGaps []finding.GapKind

	// KEV says what becomes of findings that are known to be exploited.
	KEV Exploited

	// EPSSFailAt is the EPSS score, from 0 to 1, from which a finding counts as
	// reaching the threshold whatever its severity; 0 means that the score counts
	// for nothing. A low score never spares a finding.
	EPSSFailAt float64

	// BOD2604 makes findings break the policy that are past the deadline of CISA's
	// BOD 26-04, which stands in their context.
	BOD2604 bool

	// Grace is how long what is new does not count.
	Grace Grace

	// Ladder gives some findings a mode of their own: of the rungs that match, the
	// first. Mode is for the others.
	Ladder []Rung

	// Baseline is what the project knew of when it began, which does not count.
	Baseline Baseline

	// Unused says what becomes of exceptions that match nothing.
	Unused UnusedChoice

	// MaxDatabaseAge is how old the vulnerability database may be before its age is
	// a gap; 0 means that there is no limit. See StaleDatabase.
	MaxDatabaseAge time.Duration
}

// Default is the policy of a project that has not written one: block on
// findings that are high or worse, that nobody has rated or that are known to be
// exploited, with no gap accepted and a database of at most seven days.
func Default() Policy {
	return Policy{
		Mode:           finding.Block,
		FailOn:         FailOnHigh,
		Unknown:        UnratedFail,
		KEV:            ExploitedFail,
		Unused:         UnusedWarn,
		MaxDatabaseAge: 7 * 24 * time.Hour,
	}
}

// Inherited are the settings that findings inherited from a base may have of
// their own.
type Inherited struct {
	FailOn      Threshold // empty means as for the others
	OnlyFixable *bool     // nil means as for the others
}

// on is the policy as it is for findings from one side.
func (p Policy) on(side Side) Policy {
	if side == SideBase {
		p.FailOn = cmp.Or(p.Inherited.FailOn, p.FailOn)
		if p.Inherited.OnlyFixable != nil {
			p.OnlyFixable = *p.Inherited.OnlyFixable
		}
	}
	return p
}

// Validate finds settings that contradict each other. Each setting by itself is
// checked where it is parsed. The error is a *Conflict.
func (p Policy) Validate() error {
	if !p.EnforceFrom.IsZero() && p.Mode != finding.Block {
		return &Conflict{"enforce-from", "a date to enforce the policy from needs the mode block, which warns until that date"}
	}
	for _, r := range p.Ladder {
		if err := r.Validate(); err != nil {
			return &Conflict{"rules", err.Error()}
		}
	}
	for _, kind := range p.RefuseGaps {
		if slices.Contains(p.AcceptGaps, kind) {
			return &Conflict{"refuse-gaps", fmt.Sprintf("the gap %q is both refused and accepted", string(kind))}
		}
	}
	return nil
}

// Conflict is a setting that contradicts another one.
type Conflict struct {
	Setting string // as the configuration calls it: "enforce-from"
	Why     string
}

func (c *Conflict) Error() string { return c.Why }
