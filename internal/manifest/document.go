package manifest

import "github.com/org/imgscan-action/internal/finding"

// document is what one file says, whatever its format.
type document struct {
	path string
	dir  string // of path; "." for the root of the repository

	// name is that of the project which the file is about; empty when it has none
	// or the file does not say.
	name string

	// requests are what a manifest asks for, in the order of the file.
	requests []request

	// lock is what a lock file resolves; nil for manifests.
	lock *lock

	// members are patterns, relative to dir, for the folders of the other projects
	// that are resolved together with this one. "*" stands for one folder name and
	// "**" for any number.
	members []string

	// names are those of the only projects that members may be about; nil for a
	// lock file that does not tell.
	names []string

	// includes are the paths of other files to read, from the root of the
	// repository.
	includes []string

	// One of these is set where a format says more than fits the above.
	goMod  *goModule
	pom    *pom
	gradle *gradleScript
	dotNet *dotNetFile
}

// request is a line that asks for a package.
type request struct {
	name string // as the ecosystem compares names
	want string // the version or range, as written; empty for any
	line finding.Line
	role string // roleDirect or roleReplace
	dev  bool

	// indirect is set when something else asks for the package, and the line only
	// keeps its version.
	indirect bool

	// property is the line that defines the version, where it is not this one;
	// usually zero.
	property finding.Line
}

// lock is a resolved graph.
type lock struct {
	entries []entry
	roots   []root

	// rootsUnknown is set when the file does not say what was asked for, so that
	// the manifest beside it has to.
	rootsUnknown bool

	// byDescriptor are the entries by "name@range", for lock files that keep the
	// ranges; else nil.
	byDescriptor map[string]int
}

// entry is one package in a lock file.
type entry struct {
	name, version string
	title         string // the name as it is shown; empty for the same
	line          finding.Line
	dev           bool
	local         bool   // a project of the repository and no package
	at            string // the folder it is installed in, relative to the lock file's; npm only
	needs         []int  // indices of entries
}

// root is an entry that a project asks for.
type root struct {
	entry int
	name  string // as the manifest calls it
	dir   string // the folder of the manifest, relative to that of the lock file; "." for the same
	dev   bool

	// line is that of the request; zero when the lock file, which does not know it,
	// says what was asked for.
	line finding.Line
}
