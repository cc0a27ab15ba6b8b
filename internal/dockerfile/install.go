package dockerfile

// Install is one package that a RUN asks for by name.
type Install struct {
	// Manager is the command as to print it before the package: "apt-get install",
	// "npm install -g".
	Manager string

	// System is what keeps the package: dpkg, apk, rpm, pip, npm, gem, go, cargo,
	// composer, or download for a file fetched with curl or wget.
	System string

	// Package is the name without version, architecture and extras; for a download
	// it is the name of the file.
	Package string

	// Version is the version that is asked for, without the operator; empty when
	// none is, when it is a range, or when it is not known.
	Version string

	// Line is the line of the file that has the name, or else the first line of the
	// instruction.
	Line int

	// Pinned is set when the command limits how new the package may be, so that
	// building again does not bring the newest.
	Pinned bool
}

// Installs returns what a RUN asks package managers for, in the order of the
// file. Names that depend on something that only the build knows are left out.
// Empty for other instructions, and for a script that does not parse.
func (i *Instruction) Installs() (installs []Install) {
	if i.script == nil {
		return nil
	}
	defer func() {
		if recover() != nil {
			installs = nil // the shell parser's panic is a script that does not parse
		}
	}()
	return i.script.installs()
}
