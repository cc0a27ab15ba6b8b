package triage

import "github.com/org/imgscan-action/internal/finding"

// VendorClaim is one statement of a VEX document: what somebody says about
// vulnerabilities in products.
type VendorClaim struct {
	finding.Claim

	// Vulnerabilities are the identifiers that it is about, aliases included.
	Vulnerabilities []string

	// Products are package URLs, image references and digests, as written. An image
	// may be named in any of the forms that scanners know it by.
	Products []string

	// Subcomponents are the package URLs that the statement is limited to. Empty
	// means the whole product.
	Subcomponents []string

	// Notes are what the statement says besides, for programs rather than for people:
	// OpenVEX's status_notes. Untrusted, and no part of any decision; may be empty.
	Notes string

	// OfBase is the number of the base of the image that the statement is attached to,
	// as in finding.Origin: of what did not come with that base, unchanged, it says
	// nothing. 0 when it is attached to no base.
	OfBase int

	// OwnChange is set when the author of the change that is judged can have made the
	// statement. It is shown, and does not act.
	OwnChange bool

	// At is where the statement stands; zero when it came from no file of the
	// repository.
	At finding.Line
}
