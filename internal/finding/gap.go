package finding

// GapKind names a way in which a scan can be incomplete. Policy accepts gaps by
// these names.
type GapKind string

// The gaps.
const (
	// GapUnknownOS: no operating system was recognised although packages or a
	// package database are there, or nobody has advisories for it.
	GapUnknownOS GapKind = "unknown-os"

	// GapEndOfLifeOS: the distribution no longer publishes advisories for the
	// release, so an absent finding says nothing.
	GapEndOfLifeOS GapKind = "end-of-life-os"

	// GapUnreadableLayer: a layer is truncated, corrupt, encrypted, or stored
	// elsewhere (foreign) and not fetched.
	GapUnreadableLayer GapKind = "unreadable-layer"

	// GapPackageDatabase: a package database exists and could not be parsed, or the
	// operating system was recognised and no package of it was found.
	GapPackageDatabase GapKind = "unparsable-package-database"

	// GapUnreadableFile: a language package's file could not be parsed, or was
	// over the size limit.
	GapUnreadableFile GapKind = "unreadable-file"

	// GapNoBuildInfo: a Go executable carries no build information, so its modules
	// are unknown.
	GapNoBuildInfo GapKind = "go-binary-without-build-info"

	// GapStaleDatabase: the vulnerability database is older than policy allows.
	GapStaleDatabase GapKind = "stale-database"

	// GapNoAdvisories: the database holds nothing about the image's operating
	// system release, or about a language that packages in the image belong to.
	GapNoAdvisories GapKind = "no-advisories"

	// GapUnidentified: executables belong to no package and do not say what they
	// were built from. One gap for each layer that has any.
	GapUnidentified GapKind = "unidentified-executable"

	// GapReplaced: a Go program was built with a module replaced by a local folder
	// or by a fork, which advisories do not know under its name.
	GapReplaced GapKind = "replaced-module"

	// GapThirdParty: packages may come from a repository that the distribution's
	// advisories do not cover.
	GapThirdParty GapKind = "third-party-repository"
)

// GapKinds lists every kind in the order above.
func GapKinds() []GapKind {
	return []GapKind{
		GapUnknownOS, GapEndOfLifeOS, GapUnreadableLayer, GapPackageDatabase,
		GapUnreadableFile, GapNoBuildInfo, GapStaleDatabase, GapNoAdvisories,
		GapUnidentified, GapReplaced, GapThirdParty,
	}
}

// Common says whether gaps of the kind are part of most images. They are told
// in every report, and make a scan inconclusive only where the policy refuses
// them by name.
func (k GapKind) Common() bool {
	return k == GapUnidentified || k == GapReplaced || k == GapThirdParty
}

// Gap is something the scan could not see into. It is data for the policy,
// never only a log line.
type Gap struct {
	Kind GapKind

	// Where is the path in the image or the name of the thing; empty when the gap
	// is about the image as a whole.
	Where string

	// Detail is one sentence for a person, without a full stop.
	Detail string

	// Layer is the DiffID of the layer concerned; empty when none is.
	Layer string

	// Accepted is set by the policy when it names this kind of gap.
	Accepted bool
}
