package catalog

import (
	"context"
	"io/fs"

	"github.com/org/imgscan-action/internal/finding"
)

// An analyzer reads one kind of file. It is stateless and safe for use by
// several layers at once.
type analyzer interface {
	// name identifies the analyzer in stored facts. It never changes meaning:
	// a file's facts are replaced, layer over layer, by analyzer and path.
	name() string

	// wants says whether the analyzer reads the regular file at path, which has
	// no leading slash. It decides by name, size in bytes and permission bits
	// alone.
	wants(path string, size int64, mode fs.FileMode) bool

	// analyze reads the file. A file that turns out to be something else gives
	// nil facts and no error; a file that should be readable and is not gives
	// facts with a Gap, or an error, which is made into one together with a panic.
	// Only the context's own error stops the scan.
	analyze(ctx context.Context, f *file) (*facts, error)
}

// A sniffer is an analyzer that wants many files by name and few by content:
// a file's content is only kept when one of its analyzers still wants it.
type sniffer interface {
	// sniff sees the first sniffLength bytes of a wanted file, fewer when the file
	// is shorter.
	sniff(head []byte) bool
}

// A headReader is a sniffer for which the first sniffLength bytes of a file are
// enough: they are all that it can read, and the rest is not kept for it.
type headReader interface {
	sniffer

	readsHead()
}

// A databaseReader is an analyzer of a package database: what it cannot read
// hides packages of the distribution, not those of one application.
type databaseReader interface {
	readsDatabase()
}

// facts is what one file says about the image: plain data, kept per layer so
// that a layer need not be read twice.
type facts struct {
	// Path and Analyzer are filled in by the walker.
	Path     string
	Analyzer string

	// OS is what a release file says, as far as that file goes; nil when it says
	// nothing that we know.
	OS *finding.OS

	// Distribution is what a release file calls a distribution that none of the
	// families covers; empty elsewhere.
	Distribution string

	// Packages have neither Layer nor PURL yet; merging fills both in, except for
	// the PURL that an SBOM gives. An empty Path means the file itself. Packages of
	// the distribution have the name of the package manager as Type until merging
	// knows the OS.
	Packages []finding.Package

	// Installed are the files that package managers installed: language packages
	// found in them belong to the distribution and are not reported twice, and
	// native code in them is known. They are used up when the layer has been read.
	Installed []fileList

	// Native says that the file is an executable or a shared library; nil
	// elsewhere.
	Native *native

	// Project is what a project file says; nil elsewhere. It is used up when the
	// layer has been read.
	Project *project

	// Build is Red Hat's build information for the layer; nil elsewhere.
	Build *buildInfo

	// Gaps are what the analyzer could not see into; Layer is filled in by the
	// walker, and Where when it is empty.
	Gaps []finding.Gap
}

// buildInfo is Red Hat's record of how a layer was built.
type buildInfo struct {
	ContentSets []string
	NVR         string
	Arch        string
}
