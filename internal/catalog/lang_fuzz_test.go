package catalog

import (
	"testing"

	"github.com/org/imgscan-action/internal/finding"
)

// fuzzLanguage proves that no panic of a parser escapes, and that what comes
// out of hostile bytes is whole.
func fuzzLanguage(f *testing.F, a analyzer, path string, seeds ...string) {
	f.Helper()
	for _, seed := range seeds {
		f.Add(trivyContent(f, seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		said, err := analyze(t.Context(), a, languageFile(path, content))
		if said == nil {
			return
		}
		if err != nil {
			t.Errorf("facts and an error: %v", err)
		}
		for _, p := range said.Packages {
			if p.Class != finding.ClassLanguage || p.Type == "" || p.Path == "" {
				t.Errorf("incomplete package %+v", p)
			}
		}
		for _, g := range said.Gaps {
			if g.Kind == "" || g.Detail == "" {
				t.Errorf("incomplete gap %+v", g)
			}
		}
	})
}

const fuzzSeeds = "pkg/dependency/parser/"

func FuzzGoBinary(f *testing.F) {
	fuzzLanguage(f, goBinary{}, "usr/bin/app", fuzzSeeds+"golang/binary/testdata/goexperiment", fuzzSeeds+"golang/binary/testdata/dummy")
}

func FuzzRustBinary(f *testing.F) {
	fuzzLanguage(f, rustBinary{}, "usr/bin/app", "pkg/fanal/analyzer/language/rust/binary/testdata/executable_rust")
}

func FuzzNodePackage(f *testing.F) {
	fuzzLanguage(f, nodePackage{}, "node_modules/a/package.json",
		fuzzSeeds+"nodejs/packagejson/testdata/package.json", fuzzSeeds+"nodejs/packagejson/testdata/workspace_as_map_package.json")
}

func FuzzPythonPackage(f *testing.F) {
	fuzzLanguage(f, pythonPackage{}, "a.egg-info", fuzzSeeds+"python/packaging/testdata/distlib-0.3.1-py3.9.egg-info")
}

func FuzzPythonEgg(f *testing.F) {
	fuzzLanguage(f, pythonEgg{}, "a.egg", "pkg/fanal/analyzer/language/python/packaging/testdata/no-req-files/no-required-files.egg",
		"pkg/fanal/analyzer/language/python/packaging/testdata/egg-zip-with-license-file/sample_package.egg")
}

func FuzzJavaArchive(f *testing.F) {
	fuzzLanguage(f, javaArchive{}, "a.jar", fuzzSeeds+"java/jar/testdata/nested.jar")
}

func FuzzGemSpec(f *testing.F) {
	fuzzLanguage(f, gemSpec{}, "a/specifications/a.gemspec", fuzzSeeds+"ruby/gemspec/testdata/multiple_licenses.gemspec")
}

func FuzzComposerVendor(f *testing.F) {
	fuzzLanguage(f, composerVendor{}, "vendor/composer/installed.json",
		"pkg/fanal/analyzer/language/php/composer/testdata/composer-vendor/happy/installed.json")
}

func FuzzDotNetDeps(f *testing.F) {
	fuzzLanguage(f, dotNetDeps{}, "a.deps.json",
		fuzzSeeds+"dotnet/core_deps/testdata/happy.deps.json", fuzzSeeds+"dotnet/core_deps/testdata/self-contained.deps.json")
}

func FuzzNuGet(f *testing.F) {
	fuzzLanguage(f, nuGet{}, "packages.lock.json", fuzzSeeds+"nuget/lock/testdata/packages_lock_multi.json")
}

func FuzzPackagesProps(f *testing.F) {
	fuzzLanguage(f, packagesProps{}, "packages.props", fuzzSeeds+"nuget/packagesprops/testdata/packages.props")
}

func FuzzCondaPackage(f *testing.F) {
	fuzzLanguage(f, condaPackage{}, "envs/e/conda-meta/a-1-0.json", fuzzSeeds+"conda/meta/testdata/libgomp-11.2.0-h1234567_1.json")
}
