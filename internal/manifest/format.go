package manifest

import "slices"

// A format reads one kind of file.
type format interface {
	// wants says whether a file is of this format, by its path.
	wants(path string) bool

	// read says what the file contains. It may return a document together with an
	// error, for the part before a mistake.
	read(f *file) (*document, error)
}

// ecosystem is the formats that together tell where the packages of some types
// come from.
type ecosystem struct {
	name    string
	types   []string // of finding.Package
	formats []format
	build   func([]*document) system
}

// ecosystems lists everything that can be read. Adding a format is its own file
// and one line here.
func ecosystems() []ecosystem {
	return []ecosystem{
		{"go", []string{"gobinary"}, []format{goMod{}, goWork{}}, newGoSystem},
		{"npm", []string{"node-pkg"}, []format{packageJSON{}, packageLock{}, yarnLock{}, pnpmLock{}, pnpmWorkspace{}}, newNPMSystem},
		{"python", []string{"python-pkg"}, []format{
			requirements{}, pyProject{}, poetryLock{}, uvLock{}, pdmLock{}, pipfile{}, pipfileLock{},
		}, newPythonSystem},
		{"java", []string{"jar"}, []format{pomXML{}, gradleLock{}, gradleBuild{}, gradleProperties{}, versionCatalog{}}, newJavaSystem},
		{"ruby", []string{"gemspec"}, []format{gemfile{}, gemfileLock{}}, newRubySystem},
		{"rust", []string{"rustbinary", "cargo"}, []format{cargoTOML{}, cargoLock{}}, newRustSystem},
		{"php", []string{"composer-vendor"}, []format{composerJSON{}, composerLock{}}, newPHPSystem},
		{"dotnet", []string{"dotnet-core", "nuget", "packages-props"}, []format{
			dotNetProject{}, packagesLock{}, packagesConfig{},
		}, newDotNetSystem},
	}
}

// wantedEcosystems are those with a package type among types; all of them when
// types is empty.
func wantedEcosystems(types []string) []ecosystem {
	if len(types) == 0 {
		return ecosystems()
	}
	return slices.DeleteFunc(ecosystems(), func(e ecosystem) bool {
		return !slices.ContainsFunc(e.types, func(t string) bool { return slices.Contains(types, t) })
	})
}
