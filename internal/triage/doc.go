// Package triage says what has been decided about each finding: it lays the
// exceptions of the project and the VEX statements of vendors over a report.
//
// One thing runs through all of it: what cannot be proved to match does not
// match. A package without a package URL is in no entry that asks for one, an
// image without a digest in none that names a digest, and text that cannot be
// parsed in none at all.
//
// At most one entry acts on a finding. Of those that match and are in force, the
// most specific wins, as precedence.go orders them; the others are named as
// shadowed. An entry of the project beats every vendor's statement. Nothing is
// removed from the report: a finding that does not count says so, and why.
package triage
