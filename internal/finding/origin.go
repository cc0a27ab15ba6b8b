package finding

// OriginKind says how a package came into the image.
type OriginKind string

// The kinds of origin.
const (
	// OriginUnknown: the layers cannot be told apart, or nothing is known of a
	// base. Policy treats it as the build's own.
	OriginUnknown OriginKind = "unknown"

	// OriginIntroduced: the build's own layers brought it.
	OriginIntroduced OriginKind = "introduced"

	// OriginInherited: it came with a base and nobody touched it since.
	OriginInherited OriginKind = "inherited"

	// OriginUpgraded: a base had another version of it, the build's layers changed
	// it, and the version that is there now is still vulnerable.
	OriginUpgraded OriginKind = "upgraded"
)

// OriginKinds lists every kind, in the order in which a developer cares.
func OriginKinds() []OriginKind {
	return []OriginKind{OriginIntroduced, OriginUpgraded, OriginUnknown, OriginInherited}
}

// Origin is who put a package into the image, and where.
type Origin struct {
	Kind OriginKind

	// Base is 0 for the build itself and n for Lineage.Bases[n-1].
	Base int

	// Confidence is how sure Kind and Base are.
	Confidence Confidence

	// Estimate is set when Kind was guessed from the packages of the base because
	// the image was squashed.
	Estimate bool

	// Instruction made the layer, or is the FROM that brought the base.
	Instruction Instruction

	// Asked is the command in the instruction that installed the package or
	// something that needs it: "apt-get install curl". Empty when none is known.
	Asked string

	// Path leads from what was asked for to the package, by names: "curl",
	// "libcurl4", "libssl3". Empty when it is not known; the package's own name
	// is last.
	Path []string

	// Builder is the image of the stage that the file was copied from; empty when
	// it was not copied, or that is not known.
	Builder string

	// Manifests are the lines of the repository that choose this version, those to
	// edit first. Empty for what a base brought.
	Manifests []Manifest

	// Line is where to show the finding: the first manifest's, else the
	// instruction's. Zero when no line of the repository is known.
	Line Line

	Owner Owner

	// Shared names the other places that bring the same package, as "debian:12"
	// or "go.mod"; usually empty.
	Shared []string
}

// Manifest is a line of the repository that chooses a package's version.
type Manifest struct {
	Line Line

	// Role is "direct" for the line that asks for the package, "lock" for the entry
	// of a lock file, "replace" for a line that overrides another, "toolchain" for
	// the compiler, "property" for a version that is defined elsewhere, and
	// "parent" for the line that asks for something that needs the package.
	Role string

	// Confidence is Proven when the line names exactly the version in the image.
	Confidence Confidence

	// Path leads from what the project asks for to the package, by names; empty
	// when the manifest does not tell.
	Path []string

	// Dev is set when the manifest says that the package is for development only.
	Dev bool
}

// Attributed is a package and its origin.
type Attributed struct {
	Package Package
	Origin  Origin
}

// OwnerKind says on what side of the FROM line an owner is.
type OwnerKind string

// The kinds of owner.
const (
	OwnerApp     OwnerKind = "app"     // whoever builds this image
	OwnerBase    OwnerKind = "base"    // whoever builds the base
	OwnerBuilder OwnerKind = "builder" // whoever builds what was copied in
)

// Owner is who can fix something. The zero value means that nobody has been
// named.
type Owner struct {
	Kind OwnerKind

	// Names are teams, people or projects: "@acme/platform", "Docker Official
	// Image debian". When nobody is named, the kind's own word stands alone. From
	// an image's labels the names are untrusted text.
	Names []string

	// Because says where the names come from: ".imgscan/config.yaml:14",
	// "CODEOWNERS:3", "metadata of ghcr.io/acme/base:3".
	Because string

	// Trusted is set when the names come from the configuration or from CODEOWNERS,
	// so that mentioning them is what the repository wants.
	Trusted bool
}

// Step is what one owner has to do, and what it is worth.
type Step struct {
	// Owner is who has to act.
	Owner Owner

	// Base says whose findings the step is about: 0 for the build's own, n for
	// those that came with Lineage.Bases[n-1]. Who acts may be another: when the
	// tag of a base has moved, whoever stands on the base rebuilds.
	Base int

	// Do is the action as a clause: "rebuild on debian:12: its tag has moved since
	// this build".
	Do string

	// Findings, Fixable and Breaking count the findings that the step is about;
	// they are 0 for a step that only passes on what was done below. Every finding
	// counts in exactly one step of a plan.
	Findings, Fixable, Breaking int
}
