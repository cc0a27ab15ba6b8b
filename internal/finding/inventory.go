package finding

import "strings"

// Inventory is what an image contains. It is plain data: it can be stored and
// matched again when the database has moved, without the image.
type Inventory struct {
	OS OS

	// Packages are sorted by Type, Name, Version, Arch and Path.
	Packages []Package

	// Gaps are the parts of the image that could not be read.
	Gaps []Gap

	Executables Executables
}

// Executables says how far the native code in an image was identified.
type Executables struct {
	// Total is the number of native executables and shared libraries.
	Total int

	// Unidentified are those that belong to no package and do not say what they
	// were built from, the largest first. At most MaxUnidentified are listed, of
	// Unknown.
	Unidentified []Executable
	Unknown      int
}

// MaxUnidentified is how many unidentified executables an inventory lists.
const MaxUnidentified = 1000

// Executable is one file of native code.
type Executable struct {
	Path  string // without a leading slash
	Size  int64  // bytes
	Layer string // DiffID of the layer that holds it
}

// OS is the operating system that the image's package database belongs to. The
// zero value means that none was recognised.
type OS struct {
	// Family is Trivy's name for the distribution: "debian", "alpine", "redhat".
	Family string

	// Version is the release as the distribution writes it: "12.7", "3.10.2".
	Version string

	// Extended is set when the image is subscribed to extended maintenance, as
	// Ubuntu ESM.
	Extended bool

	// RepositoryFamily and RepositoryRelease are the package repository that is
	// configured when it differs from the OS release (Alpine's
	// /etc/apk/repositories); usually empty.
	RepositoryFamily  string
	RepositoryRelease string
}

// String is the family and version with a space between; "unknown" when there
// is no family.
func (o OS) String() string {
	if o.Family == "" {
		return "unknown"
	}
	return strings.TrimSpace(o.Family + " " + o.Version)
}

// Class divides packages by who installs them.
type Class string

// The two classes: the distribution's package manager, or a language's.
const (
	ClassOS       Class = "os"
	ClassLanguage Class = "language"
)

// Package is one installed package.
type Package struct {
	Class Class

	// Type is the OS family for packages of the distribution ("debian") and
	// Trivy's language type for the others ("gobinary", "node-pkg", "python-pkg",
	// "jar", "gemspec").
	Type string

	// ID is Trivy's identifier of the package inside its file, usually
	// "name@version"; empty for types that have none. DependsOn refers to it.
	ID string

	Name string

	// Version is the upstream version; Epoch and Release complete it for dpkg and
	// rpm. FullVersion joins them.
	Version string
	Release string
	Epoch   int
	Arch    string

	// The source package that this binary package was built from; empty for
	// languages.
	SrcName    string
	SrcVersion string
	SrcRelease string
	SrcEpoch   int

	// Modularity is the rpm module label ("nodejs:18:…"); empty outside modules.
	Modularity string

	// ContentSets, NVR and BuildArch come from Red Hat's build information in the
	// image; empty elsewhere. They select the advisories that apply.
	ContentSets []string
	NVR         string
	BuildArch   string

	// ThirdParty is set when the package came from a repository that the
	// distribution's advisories do not cover.
	ThirdParty bool

	// Licenses are SPDX identifiers or the words the package uses; may be empty.
	Licenses []string

	// Maintainer is the name and address in the package database; may be empty.
	Maintainer string

	// DependsOn lists the IDs of the packages this one needs, of those that are
	// installed; sorted.
	DependsOn []string

	// Path is the file in the image that declares the package, without a leading
	// slash: "usr/local/bin/app", "var/lib/dpkg/status".
	Path string

	// PURL is the package URL; empty when the package has no usable name.
	PURL string

	// Layer is the DiffID of the layer that last set the package, and LayerIndex
	// its place from the lowest, which is 0: one DiffID can be in an image twice.
	Layer      string
	LayerIndex int
}

// FullVersion is the version as the package manager prints it:
// [epoch:]version[-release].
func (p Package) FullVersion() string { return fullVersion(p.Epoch, p.Version, p.Release) }

// FullSrcVersion is FullVersion of the source package.
func (p Package) FullSrcVersion() string { return fullVersion(p.SrcEpoch, p.SrcVersion, p.SrcRelease) }
