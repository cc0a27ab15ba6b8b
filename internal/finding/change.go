package finding

// ChangeKind says how a finding came about since the image that it is compared
// with.
type ChangeKind string

// The kinds of change.
const (
	// ChangeUnknown: there was nothing to compare with. Policy treats it as
	// introduced.
	ChangeUnknown ChangeKind = ""

	// ChangeIntroduced: whatever changed between the two builds brought it.
	ChangeIntroduced ChangeKind = "introduced"

	// ChangePreExisting: the other image has it too, be it in another version of the
	// package.
	ChangePreExisting ChangeKind = "pre-existing"

	// ChangeNewlyDisclosed: the other image has the package in the same version, and
	// the database that it was scanned with did not know yet.
	ChangeNewlyDisclosed ChangeKind = "newly-disclosed"

	// ChangeBaseTagMoved: it came with the base, whose tag leads to another image
	// than it did when the other image was built. Nobody edited the FROM line.
	ChangeBaseTagMoved ChangeKind = "base-tag-moved"
)

// ChangeKinds lists every kind that a comparison gives, in the order in which a
// developer cares.
func ChangeKinds() []ChangeKind {
	return []ChangeKind{ChangeIntroduced, ChangeBaseTagMoved, ChangeNewlyDisclosed, ChangePreExisting}
}

// Change is how a finding came about. The zero value means that there was nothing
// to compare with.
type Change struct {
	Kind ChangeKind

	// Why is one clause on what the kind rests on, without a full stop; empty when
	// the kind is unknown. It may quote names from an image.
	Why string
}

// Compared is what a report was compared with, and what came of it beyond the
// findings' own Change.
type Compared struct {
	// Ref is the reference of the image that the comparison is with; empty when not
	// even that is known. Digest is its Identity; empty when it could not be read.
	Ref    string
	Digest string

	// From says how its findings are known, as a clause in our own words: "scanned
	// with the same database"; empty when they are not.
	From string

	// Why is why there is no comparison, as a sentence without a full stop; empty
	// when there is one. Every Change is then unknown.
	Why string

	// Notes are sentences, without a full stop, on what did not go as planned, such
	// as an image that could not be opened so that a stored report was used; usually
	// empty.
	Notes []string

	// Resolved are the findings that the other image has and this one no longer,
	// because the package is gone or in another version; in the order of Sort.
	Resolved []Finding
}

// Known says whether there is a comparison. Nil is none that anybody asked for.
func (c *Compared) Known() bool { return c != nil && c.Why == "" }
