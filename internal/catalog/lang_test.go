package catalog

import (
	"bytes"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
)

// trivyContent is the content of a file in Trivy's module, whose test data is
// real.
func trivyContent(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(trivyPath(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func languageFile(path string, content []byte) *file {
	return &file{path: path, size: int64(len(content)), mode: 0o755, content: bytes.NewReader(content)}
}

// languageSummary is what a says about the file, in one line per fact. An error
// is shown as the Gap that the walker makes of it.
func languageSummary(t testing.TB, a analyzer, f *file) []string {
	t.Helper()
	said, err := analyze(t.Context(), a, f)
	if said == nil {
		said = new(facts)
	}
	if err != nil {
		said.Gaps = append(said.Gaps, finding.Gap{Kind: gapKind(a), Detail: detail(err)})
	}
	var lines []string
	for _, p := range said.Packages {
		if p.Class != finding.ClassLanguage || p.Name == "" || p.Path == "" {
			t.Errorf("incomplete package %+v", p)
		}
		line := p.Type + " " + p.Name + " " + p.Version
		if p.Path != f.path {
			line += " in " + p.Path
		}
		if len(p.Licenses) > 0 {
			line += " (" + strings.Join(p.Licenses, ", ") + ")"
		}
		lines = append(lines, line)
	}
	for _, g := range said.Gaps {
		line := string(g.Kind) + ": " + g.Detail
		if g.Where != "" && g.Where != f.path {
			line += " in " + g.Where
		}
		lines = append(lines, line)
	}
	return lines
}

func TestLanguageWants(t *testing.T) {
	t.Parallel()
	tests := []struct {
		path string
		size int64
		mode fs.FileMode
		want []string
	}{
		{"usr/bin/app", 9, 0o755, []string{"gobinary", "rustbinary", "native-code"}},
		{"usr/bin/app", 9, 0o641, []string{"gobinary", "rustbinary", "native-code"}},
		{"usr/bin/app", 9, 0o644, nil},
		{"app/tool.exe", 9, 0o644, []string{"gobinary", "rustbinary", "native-code"}},

		{"package.json", 9, 0o644, []string{"node-pkg"}},
		{"app/node_modules/a/package.json", 9, 0o644, []string{"node-pkg"}},
		{"app/package-lock.json", 9, 0o644, nil},

		{"app/Cargo.lock", 9, 0o644, []string{"cargo"}},
		{"app/Cargo.toml", 9, 0o644, []string{"cargo"}},
		{"root/.julia/environments/v1.9/Manifest.toml", 9, 0o644, []string{"julia"}},
		{"root/.julia/environments/v1.9/Project.toml", 9, 0o644, []string{"julia"}},
		{"opt/bitnami/redis/.spdx-redis.spdx", 9, 0o644, []string{"sbom"}},

		// Lock files that Trivy reads in repositories and not in images.
		{"app/go.mod", 9, 0o644, nil},
		{"app/poetry.lock", 9, 0o644, nil},
		{"app/Gemfile.lock", 9, 0o644, nil},
		{"app/composer.lock", 9, 0o644, nil},
		{"app/pom.xml", 9, 0o644, nil},
		{"app/my-package.json", 9, 0o644, nil},

		{"lib/a-1.0.dist-info/METADATA", 9, 0o644, []string{"python-pkg"}},
		{"lib/a-1.0.dist-info/RECORD", 9, 0o644, []string{"python-record"}},
		{"lib/a/METADATA", 9, 0o644, nil},
		{"lib/a.egg-info", 9, 0o644, []string{"python-pkg"}},
		{"lib/a.egg-info/PKG-INFO", 9, 0o644, []string{"python-pkg"}},
		{"lib/a.egg-info/METADATA", 9, 0o644, []string{"python-pkg"}},
		{"lib/a.egg-info/requires.txt", 9, 0o644, nil},
		{"lib/a.egg/EGG-INFO/PKG-INFO", 9, 0o644, []string{"python-pkg"}},
		{"lib/PKG-INFO", 9, 0o644, nil},
		{"lib/a.egg", 9, 0o644, []string{"python-egg"}},

		{"opt/a.jar", 9, 0o644, []string{"jar"}},
		{"opt/A.JAR", 9, 0o644, []string{"jar"}},
		{"opt/a.war", 9, 0o644, []string{"jar"}},
		{"opt/a.ear", 9, 0o644, []string{"jar"}},
		{"opt/a.par", 9, 0o644, []string{"jar"}},
		{"opt/a.jar", 0, 0o644, nil},
		{"opt/a.zip", 9, 0o644, nil},

		{"gems/specifications/a-1.0.gemspec", 9, 0o644, []string{"gemspec"}},
		{"gems/specifications/default/a-1.0.gemspec", 9, 0o644, []string{"gemspec"}},
		{"gems/specifications/a.gemspec.old", 9, 0o644, []string{"gemspec"}},
		{"specifications/a.gemspec", 9, 0o644, nil},
		{"gems/a/a.gemspec", 9, 0o644, nil},

		{"app/vendor/composer/installed.json", 9, 0o644, []string{"composer-vendor"}},
		{"app/composer.lock", 9, 0o644, nil},
		{"src/packages.lock.json", 9, 0o644, []string{"nuget"}},
		{"src/packages.config", 9, 0o644, []string{"nuget"}},
		{"src/Directory.Packages.props", 9, 0o644, []string{"packages-props"}},
		{"app/app.deps.json", 9, 0o644, []string{"dotnet-core"}},
		{"opt/envs/e/conda-meta/pip-22.2-py38_0.json", 9, 0o644, []string{"conda-pkg"}},
		{"opt/conda/conda-meta/pip-22.2-py38_0.json", 9, 0o644, nil},
	}
	for _, tt := range tests {
		var got []string
		for _, a := range analyzers(nil) {
			if a.wants(tt.path, tt.size, tt.mode) {
				got = append(got, a.name())
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s, %d bytes, %v (-want +got):\n%s", tt.path, tt.size, tt.mode, diff)
		}
	}
}

// TestLanguagePackages reads the real files that Trivy's own tests read.
func TestLanguagePackages(t *testing.T) {
	t.Parallel()
	const parsers, analyzers = "pkg/dependency/parser/", "pkg/fanal/analyzer/language/"
	tests := []struct {
		analyzer analyzer
		path     string // in the image
		from     string // in Trivy's folder pkg
		want     []string
	}{
		{nodePackage{}, "app/node_modules/bootstrap/package.json", parsers + "nodejs/packagejson/testdata/package.json", []string{
			"node-pkg bootstrap 5.0.2 (MIT)",
		}},
		{nodePackage{}, "app/node_modules/a/package.json", parsers + "nodejs/packagejson/testdata/without_version_package.json", nil},
		{nodePackage{}, "app/node_modules/a/package.json", parsers + "nodejs/packagejson/testdata/invalid_name.json", []string{
			"unreadable-file: Name can only contain URL-friendly characters",
		}},
		{nodePackage{}, "app/node_modules/a/test/package.json", parsers + "nodejs/packagejson/testdata/invalid_name.json", nil},

		{pythonPackage{}, "lib/setuptools.egg-info/PKG-INFO", parsers + "python/packaging/testdata/setuptools-51.3.3-py3.8.egg-info.PKG-INFO", []string{
			"python-pkg setuptools 51.3.3 (UNKNOWN)",
		}},
		{pythonPackage{}, "lib/distlib.egg-info", parsers + "python/packaging/testdata/distlib-0.3.1-py3.9.egg-info", []string{
			"python-pkg distlib 0.3.1 (Python-2.0)",
		}},
		{pythonPackage{}, "lib/networkx.dist-info/METADATA", parsers + "python/packaging/testdata/networkx-3.0.METADATA", []string{
			"python-pkg networkx 3.0",
		}},
		{pythonPackage{}, "lib/a.dist-info/METADATA", parsers + "python/packaging/testdata/invalid.json", []string{
			"unreadable-file: name or version is empty",
		}},
		{pythonEgg{}, "lib/kitchen.egg", analyzers + "python/packaging/testdata/egg-zip/kitchen-1.2.6-py2.7.egg", []string{
			"python-pkg kitchen 1.2.6 (LGPL-2.1-only)",
		}},
		{pythonEgg{}, "lib/none.egg", analyzers + "python/packaging/testdata/no-req-files/no-required-files.egg", nil},
		{pythonEgg{}, "lib/bad.egg", analyzers + "java/jar/testdata/test.txt", []string{
			"unreadable-file: zip: not a valid zip file",
		}},

		{gemSpec{}, "gems/specifications/rake.gemspec", parsers + "ruby/gemspec/testdata/normal00.gemspec", []string{
			"gemspec rake 13.0.3 (MIT)",
		}},
		{gemSpec{}, "gems/specifications/bad.gemspec", parsers + "ruby/gemspec/testdata/malformed00.gemspec", []string{
			"unreadable-file: failed to parse gemspec",
		}},

		{javaArchive{}, "opt/nested.jar", parsers + "java/jar/testdata/nested.jar", []string{
			"jar test:nested 0.0.1",
			"jar test:nested2 0.0.2 in opt/nested.jar/META-INF/jars/nested2.jar",
			"jar test:nested3 0.0.3 in opt/nested.jar/META-INF/jars/nested2.jar/META-INF/jars/nested3.jar",
		}},
		{javaArchive{}, "opt/app.war", analyzers + "java/jar/testdata/test.war", []string{
			"jar com.example:web-app 1.0-SNAPSHOT",
			"jar org.glassfish:javax.el 3.0.0 in opt/app.war/WEB-INF/lib/javax.el-3.0.0.jar (CDDL + GPLv2 with classpath exception)",
			"jar com.fasterxml.jackson.core:jackson-databind 2.9.10.6 in opt/app.war/WEB-INF/lib/jackson-databind-2.9.10.6.jar",
			"jar com.fasterxml.jackson.core:jackson-annotations 2.9.10 in opt/app.war/WEB-INF/lib/jackson-annotations-2.9.10.jar",
			"jar com.fasterxml.jackson.core:jackson-core 2.9.10 in opt/app.war/WEB-INF/lib/jackson-core-2.9.10.jar",
			"jar org.slf4j:slf4j-api 1.7.30 in opt/app.war/WEB-INF/lib/slf4j-api-1.7.30.jar",
			"jar com.cronutils:cron-utils 9.1.2 in opt/app.war/WEB-INF/lib/cron-utils-9.1.2.jar (Apache-2.0)",
			"jar org.apache.commons:commons-lang3 3.11 in opt/app.war/WEB-INF/lib/commons-lang3-3.11.jar",
		}},
		{javaArchive{}, "opt/guava.jar", parsers + "java/jar/testdata/hadoop-shaded-guava-1.1.0-SNAPSHOT.jar", []string{
			"jar org.apache.hadoop.thirdparty:hadoop-shaded-guava 1.1.0-SNAPSHOT",
			"jar com.google.j2objc:j2objc-annotations 1.3 (Apache-2.0)",
			"jar com.google.guava:guava 29.0-jre",
			"jar com.google.guava:failureaccess 1.0.1",
			"jar com.google.guava:listenablefuture 9999.0-empty-to-avoid-conflict-with-guava",
		}},
		// No pom.properties and no index: not identified.
		{javaArchive{}, "opt/heuristic-1.0.0-SNAPSHOT.jar", parsers + "java/jar/testdata/heuristic-1.0.0-SNAPSHOT.jar", nil},
		{javaArchive{}, "opt/text.jar", analyzers + "java/jar/testdata/test.txt", []string{
			"unreadable-file: zip: not a valid zip file",
		}},

		{goBinary{}, "usr/bin/app", parsers + "golang/binary/testdata/replace.elf", []string{
			"gobinary github.com/ebati/trivy-mod-parse ",
			"gobinary stdlib v1.16.4",
			"gobinary github.com/davecgh/go-spew v1.1.1",
			"gobinary github.com/go-sql-driver/mysql v1.5.0",
		}},
		{goBinary{}, "usr/bin/app", parsers + "golang/binary/testdata/main-version-via-ldflags.elf", []string{
			"gobinary github.com/aquasecurity/test v1.0.0",
			"gobinary stdlib v1.22.1",
		}},
		{goBinary{}, "usr/bin/app", parsers + "golang/binary/testdata/semver-main-module-version.macho", []string{
			"gobinary go.etcd.io/bbolt v1.3.5",
			"gobinary stdlib v1.20.6",
		}},
		{goBinary{}, "app.exe", parsers + "golang/binary/testdata/test.exe", []string{
			"gobinary github.com/aquasecurity/test ",
			"gobinary stdlib v1.15.2",
			"gobinary github.com/aquasecurity/go-pep440-version v0.0.0-20210121094942-22b2f8951d46",
			"gobinary github.com/aquasecurity/go-version v0.0.0-20210121072130-637058cfe492",
			"gobinary golang.org/x/xerrors v0.0.0-20200804184101-5ec99f83aff1",
		}},
		{rustBinary{}, "usr/bin/rust", analyzers + "rust/binary/testdata/executable_rust", []string{
			"rustbinary crate_with_features 0.1.0",
			"rustbinary library_crate 0.1.0",
		}},
		{rustBinary{}, "usr/bin/go", parsers + "golang/binary/testdata/test.elf", nil},
		{rustBinary{}, "usr/bin/script", parsers + "rust/binary/testdata/dummy", nil},

		{composerVendor{}, "app/vendor/composer/installed.json", analyzers + "php/composer/testdata/composer-vendor/happy/installed.json", []string{
			"composer-vendor pear/log 1.13.3 (MIT)",
			"composer-vendor pear/pear_exception v1.0.2 (BSD-2-Clause)",
		}},
		{composerVendor{}, "app/vendor/composer/installed.json", analyzers + "php/composer/testdata/composer-vendor/sad/installed.json", []string{
			"unreadable-file: unexpected EOF",
		}},

		{dotNetDeps{}, "app/a.deps.json", parsers + "dotnet/core_deps/testdata/happy.deps.json", []string{
			"dotnet-core ExampleApp1 1.0.0",
			"dotnet-core Newtonsoft.Json 13.0.1",
		}},
		{dotNetDeps{}, "app/a.deps.json", parsers + "dotnet/core_deps/testdata/self-contained.deps.json", []string{
			"dotnet-core ExampleApp1 1.0.0",
			"dotnet-core Microsoft.AspNetCore.App.Runtime.linux-x64 8.0.0",
			"dotnet-core Microsoft.NETCore.App.Runtime.linux-x64 8.0.0",
			"dotnet-core Newtonsoft.Json 13.0.1",
		}},
		{dotNetDeps{}, "app/a.deps.json", parsers + "dotnet/core_deps/testdata/missing-target.deps.json", []string{
			"dotnet-core ExampleApp1 1.0.0",
			"dotnet-core Newtonsoft.Json 13.0.1",
		}},
		{dotNetDeps{}, "app/a.deps.json", parsers + "dotnet/core_deps/testdata/without-runtime.deps.json", []string{
			"dotnet-core JsonDiffPatch 2.0.61",
			"dotnet-core Libuv 1.9.1",
			"dotnet-core System.Collections.Immutable 1.3.0",
			"dotnet-core hello2 1.0.0",
		}},
		{dotNetDeps{}, "app/a.deps.json", parsers + "dotnet/core_deps/testdata/no-libraries.deps.json", nil},
		{dotNetDeps{}, "app/a.deps.json", parsers + "dotnet/core_deps/testdata/invalid.deps.json", []string{
			"unreadable-file: unexpected EOF",
		}},

		{nuGet{}, "src/packages.lock.json", parsers + "nuget/lock/testdata/packages_lock_simple.json", []string{
			"nuget Newtonsoft.Json 12.0.3",
			"nuget NuGet.Frameworks 5.7.0",
		}},
		{nuGet{}, "src/packages.config", parsers + "nuget/config/testdata/dev_dependency.config", []string{
			"nuget Newtonsoft.Json 8.0.3",
		}},
		{nuGet{}, "src/packages.config", parsers + "nuget/config/testdata/malformed_xml.config", []string{
			"unreadable-file: failed to decode .config file: XML syntax error on line 5: unexpected EOF",
		}},
		{packagesProps{}, "src/Packages.props", parsers + "nuget/packagesprops/testdata/packages.props", []string{
			"packages-props Microsoft.Extensions.Configuration 2.1.1",
			"packages-props Microsoft.Extensions.DependencyInjection.Abstractions 2.2.1",
			"packages-props Microsoft.Extensions.Http 3.2.1",
		}},

		{condaPackage{}, "opt/envs/e/conda-meta/libgomp-11.2.0-1.json", parsers + "conda/meta/testdata/libgomp-11.2.0-h1234567_1.json", []string{
			"conda-pkg libgomp 11.2.0 (GPL-3.0-only WITH GCC-exception-3.1)",
		}},
		{condaPackage{}, "opt/envs/e/conda-meta/a-1-0.json", parsers + "conda/meta/testdata/invalid_package.json", []string{
			"unreadable-file: unable to parse conda package",
		}},

		{goBinary{}, "usr/bin/rust", parsers + "rust/binary/testdata/test.elf", nil},
		{goBinary{}, "usr/bin/script", parsers + "golang/binary/testdata/dummy", nil},
	}
	for _, tt := range tests {
		t.Run(tt.from, func(t *testing.T) {
			t.Parallel()
			got := languageSummary(t, tt.analyzer, languageFile(tt.path, trivyContent(t, tt.from)))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestMetadataOverLimit(t *testing.T) {
	t.Parallel()
	f := &file{path: "node_modules/a/package.json", size: maxMetadata + 1, content: strings.NewReader("")}
	got := languageSummary(t, nodePackage{}, f)
	if diff := cmp.Diff([]string{"unreadable-file: 16777217 bytes is over the limit of 16777216"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestEmptyPythonMetadataIsNoGap(t *testing.T) {
	t.Parallel()
	if got := languageSummary(t, pythonPackage{}, languageFile("a.egg-info", nil)); got != nil {
		t.Errorf("got %q, want nothing", got)
	}
}

func TestNodePackageWithByteOrderMark(t *testing.T) {
	t.Parallel()
	f := languageFile("node_modules/a/package.json", []byte("\uFEFF"+`{"name": "a", "version": "1.0.0"}`))
	if diff := cmp.Diff([]string{"node-pkg a 1.0.0"}, languageSummary(t, nodePackage{}, f)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestInstalledByNPM(t *testing.T) {
	t.Parallel()
	tests := map[string]bool{
		"package.json":                                   false,
		"app/package.json":                               false,
		"node_modules/package.json":                      false,
		"node_modules/a/package.json":                    true,
		"node_modules/@s/a/package.json":                 true,
		"node_modules/@s/package.json":                   false,
		"node_modules/a/sub/package.json":                false,
		"node_modules/@s/a/sub/package.json":             false,
		"app/node_modules/a/node_modules/b/package.json": true,
		"app/node_modules/a/test/c/package.json":         false,
	}
	for path, want := range tests {
		if got := installedByNPM(path); got != want {
			t.Errorf("%s: got %v, want %v", path, got, want)
		}
	}
}

func TestLicenseNames(t *testing.T) {
	t.Parallel()
	got := licenseNames([]string{"Apache License 2.0", "file://LICENSE", "text://Permission is hereby granted to all", "MIT", "MIT"})
	want := []string{"Apache-2.0", "Permission is hereby...", "MIT"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestLanguageDependencies(t *testing.T) {
	t.Parallel()
	tests := []struct {
		analyzer analyzer
		path     string
		content  []byte
		want     map[string][]string // by ID, packages without dependencies left out
	}{
		{composerVendor{}, "vendor/composer/installed.json", []byte(`{"packages": [
			{"name": "a/a", "version": "1.0", "require": {"php": ">=8", "ext-json": "*", "c/c": "^3", "b/b": "^2", "not/installed": "*"}, "license": "MIT or BSD-3-Clause"},
			{"name": "b/b", "version": "v2.1"},
			{"name": "c/c", "version": "3.0"},
			{"name": "b/b", "version": "the second of a name does not count"}
		]}`), map[string][]string{"a/a@1.0": {"b/b@v2.1", "c/c@3.0"}}},
		{dotNetDeps{}, "a.deps.json", trivyContent(t, "pkg/dependency/parser/dotnet/core_deps/testdata/self-contained.deps.json"), map[string][]string{
			"ExampleApp1/1.0.0": {
				"Microsoft.AspNetCore.App.Runtime.linux-x64/8.0.0",
				"Microsoft.NETCore.App.Runtime.linux-x64/8.0.0",
				"Newtonsoft.Json/13.0.1",
			},
		}},
		{nuGet{}, "packages.lock.json", []byte(`{"version": 1, "dependencies": {
			"net6.0": {"A": {"type": "Direct", "resolved": "1.0", "dependencies": {"B": "2.0"}}, "B": {"type": "Transitive", "resolved": "2.1"}, "app": {"type": "Project"}},
			"net5.0": {"A": {"type": "Direct", "resolved": "1.0", "dependencies": {"B": "2.0"}}, "B": {"type": "Transitive", "resolved": "2.0"}}
		}}`), map[string][]string{"A@1.0": {"B@2.0", "B@2.1"}}},
	}
	for _, tt := range tests {
		said, err := tt.analyzer.analyze(t.Context(), languageFile(tt.path, tt.content))
		if err != nil {
			t.Errorf("%s: %v", tt.path, err)
			continue
		}
		got := make(map[string][]string)
		for _, p := range said.Packages {
			if len(p.DependsOn) > 0 {
				got[p.ID] = p.DependsOn
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.path, diff)
		}
	}
}
