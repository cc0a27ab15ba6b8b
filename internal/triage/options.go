package triage

import "time"

// Options are the rules of the project for its decisions. The zero value trusts
// no vendor, warns of nothing, and lets no stale entry act.
type Options struct {
	Now time.Time

	// Names are the logical names that the configuration gives the image, as the
	// pattern "name:api" means them.
	Names []string

	// TrustVEX are globs of authors whose statements may decide. Empty trusts none:
	// statements are then shown and do not act.
	TrustVEX []string

	// WarnWithin is how long before its end an entry is listed as expiring; 0 lists
	// none.
	WarnWithin time.Duration

	// StaleGrace is how long an entry that has to be reviewed still acts.
	StaleGrace time.Duration

	// AllowWildcard lets entries about every vulnerability of a package act.
	AllowWildcard bool

	// From says where the exceptions were read, for the report: "the working tree",
	// "main at 1f3c5d7".
	From string
}
