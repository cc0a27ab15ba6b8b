package manifest

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/org/imgscan-action/internal/finding"
)

// fuzzFormat feeds bytes to a format. The seeds are the files of that name in
// testdata. Whatever comes out has lines that exist, and a graph that can be
// walked.
func fuzzFormat(f *testing.F, fm format, name string) {
	f.Helper()
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	seeds := 0
	for _, a := range archives {
		archive, err := txtar.ParseFile(a)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if fm.wants(file.Name) {
				f.Add(file.Data)
				seeds++
			}
		}
	}
	if seeds == 0 {
		f.Fatal("no seeds")
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		text, err := newFile(name, content)
		if err != nil {
			t.Skip()
		}
		doc, err := fm.read(text) // without the recover around it
		if err == nil && doc == nil {
			t.Fatal("neither a document nor an error")
		}
		if doc == nil {
			return
		}
		doc.path, doc.dir = name, "."
		checkLines(t, text, doc)
		for _, e := range ecosystems() {
			for _, other := range e.formats {
				if other == fm {
					s := e.build([]*document{doc})
					for _, p := range askable(doc, e.types[0]) {
						s.find(p, []finding.Package{p})
					}
				}
			}
		}
	})
}

func checkLines(t *testing.T, f *file, d *document) {
	t.Helper()
	check := func(l finding.Line) {
		if l.File == "" {
			return
		}
		if l.File != f.path || l.Start < 1 || l.End < l.Start || l.End > len(f.starts) || l.Text != shown(f.lineText(l.Start)) {
			t.Errorf("a line that is not there: %+v of %d", l, len(f.starts))
		}
	}
	for _, r := range d.requests {
		check(r.line)
	}
	if d.lock != nil {
		for _, e := range d.lock.entries {
			if !e.local {
				check(e.line)
			}
		}
	}
}

// askable are packages to look for in a document.
func askable(d *document, typ string) []finding.Package {
	var found []finding.Package
	add := func(name, version string) {
		if len(found) < 5 {
			found = append(found, finding.Package{
				Type: typ, Name: name, Version: version, DependsOn: []string{"x"},
				Path: "app/node_modules/" + name + "/package.json",
			})
		}
	}
	for _, r := range d.requests {
		add(r.name, r.want)
	}
	if d.lock != nil {
		for _, e := range d.lock.entries {
			add(e.name, e.version)
		}
	}
	if d.goMod != nil {
		for _, r := range d.goMod.requires {
			add(r.name, r.want)
		}
		add(d.name, "")
		add("stdlib", "v1.0.0")
	}
	if d.pom != nil {
		for _, p := range d.pom.dependencies {
			add(p.group+":"+p.artifact, p.version)
		}
	}
	return found
}

func FuzzGoMod(f *testing.F)          { fuzzFormat(f, goMod{}, "go.mod") }
func FuzzGoWork(f *testing.F)         { fuzzFormat(f, goWork{}, "go.work") }
func FuzzPackageJSON(f *testing.F)    { fuzzFormat(f, packageJSON{}, "package.json") }
func FuzzPackageLock(f *testing.F)    { fuzzFormat(f, packageLock{}, "package-lock.json") }
func FuzzYarnLock(f *testing.F)       { fuzzFormat(f, yarnLock{}, "yarn.lock") }
func FuzzPnpmLock(f *testing.F)       { fuzzFormat(f, pnpmLock{}, "pnpm-lock.yaml") }
func FuzzPnpmWorkspace(f *testing.F)  { fuzzFormat(f, pnpmWorkspace{}, "pnpm-workspace.yaml") }
func FuzzRequirements(f *testing.F)   { fuzzFormat(f, requirements{}, "requirements.txt") }
func FuzzPyProject(f *testing.F)      { fuzzFormat(f, pyProject{}, "pyproject.toml") }
func FuzzPoetryLock(f *testing.F)     { fuzzFormat(f, poetryLock{}, "poetry.lock") }
func FuzzPDMLock(f *testing.F)        { fuzzFormat(f, pdmLock{}, "pdm.lock") }
func FuzzUVLock(f *testing.F)         { fuzzFormat(f, uvLock{}, "uv.lock") }
func FuzzPipfile(f *testing.F)        { fuzzFormat(f, pipfile{}, "Pipfile") }
func FuzzPipfileLock(f *testing.F)    { fuzzFormat(f, pipfileLock{}, "Pipfile.lock") }
func FuzzPOM(f *testing.F)            { fuzzFormat(f, pomXML{}, "pom.xml") }
func FuzzGradleLock(f *testing.F)     { fuzzFormat(f, gradleLock{}, "gradle.lockfile") }
func FuzzGradleBuild(f *testing.F)    { fuzzFormat(f, gradleBuild{}, "build.gradle") }
func FuzzVersionCatalog(f *testing.F) { fuzzFormat(f, versionCatalog{}, "libs.versions.toml") }
func FuzzGemfile(f *testing.F)        { fuzzFormat(f, gemfile{}, "Gemfile") }
func FuzzGemfileLock(f *testing.F)    { fuzzFormat(f, gemfileLock{}, "Gemfile.lock") }
func FuzzCargoTOML(f *testing.F)      { fuzzFormat(f, cargoTOML{}, "Cargo.toml") }
func FuzzCargoLock(f *testing.F)      { fuzzFormat(f, cargoLock{}, "Cargo.lock") }
func FuzzComposerJSON(f *testing.F)   { fuzzFormat(f, composerJSON{}, "composer.json") }
func FuzzComposerLock(f *testing.F)   { fuzzFormat(f, composerLock{}, "composer.lock") }
func FuzzDotNetProject(f *testing.F)  { fuzzFormat(f, dotNetProject{}, "x.csproj") }
func FuzzPackagesLock(f *testing.F)   { fuzzFormat(f, packagesLock{}, "packages.lock.json") }
func FuzzPackagesConfig(f *testing.F) { fuzzFormat(f, packagesConfig{}, "packages.config") }
func FuzzGradleProperty(f *testing.F) { fuzzFormat(f, gradleProperties{}, "gradle.properties") }

// TestHostileFiles reads files that are made to hurt, in every format that
// might take them, and wants an answer soon.
func TestHostileFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	const many = 20_000
	hostile := map[string]string{
		"deep arrays":        strings.Repeat("[", 1<<16),
		"deep objects":       strings.Repeat(`{"dependencies":`, 10_000) + "{}" + strings.Repeat("}", 10_000),
		"deep packages":      `{"packages":` + strings.Repeat(`{"a":`, 10_000) + "1" + strings.Repeat("}", 10_001),
		"deep TOML":          "a = " + strings.Repeat("[", 1<<16),
		"deep inline tables": "a = " + strings.Repeat("{b=", 1<<16),
		"deep keys":          strings.Repeat("a.", 1<<16) + "a = 1",
		"deep headers":       "[" + strings.Repeat("a.", 1<<16) + "a]",
		"deep XML":           strings.Repeat("<project>", 1<<16),
		"deep indentation":   deepIndentation(1000),
		"open quotes":        "x: {" + strings.Repeat(`"\`, 1<<16),
		"quotes":             strings.Repeat(`"`, 1<<16),
		"a long line":        strings.Repeat("a", 1<<20),
		"a long requirement": "a==1" + strings.Repeat(" --hash=sha256:00", 1<<15),
		"continued lines":    strings.Repeat("a\\\n", many),
		"many numbers":       "[" + strings.Repeat("0,", many) + "0]",
		"many dependencies":  `{"dependencies":{` + strings.Repeat(`"a":"1",`, many) + `"b":"2"}}`,
		"many packages":      strings.Repeat("[[package]]\nname = \"a\"\nversion = \"1\"\n", 2_000),
		"entities":           "<!DOCTYPE p [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;\">]><project>&b;</project>",
		"many elements":      "<project>" + strings.Repeat("<a/>", many) + "</project>",
		"via":                "# autogenerated by pip-compile\n" + strings.Repeat("a==1\n  # via a, b\n", 20_000),
		"places":             `{"packages":{"` + strings.Repeat("node_modules/a/", 20_000) + `":{"dependencies":{"a":"1"}}}}`,
		"requires":           "module m\n" + strings.Repeat("require a.b/c v1.0.0\n", 20_000),
		"control characters": "\x01\x02\xff\xfe: \x1b[31m\n",
	}
	for name, content := range hostile {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, e := range ecosystems() {
				for _, fm := range e.formats {
					start := time.Now()
					doc, err := parse(fm, "hostile", []byte(content))
					if err != nil && strings.HasPrefix(err.Error(), "the parser gave up") {
						t.Errorf("%T panics: %v", fm, err)
					}
					if doc != nil {
						e.build([]*document{doc})
					}
					if took := time.Since(start); took > 20*time.Second {
						t.Errorf("%T takes %v", fm, took)
					} else if took > 500*time.Millisecond {
						t.Logf("%T takes %v", fm, took)
					}
				}
			}
		})
	}
}

func TestJSONLimits(t *testing.T) {
	for content, want := range map[string]string{
		"[" + strings.Repeat("0,", maxJSONNodes) + "0]":                           "it has more than 1000000 values",
		strings.Repeat("[", maxJSONDepth+2) + strings.Repeat("]", maxJSONDepth+2): "it is nested more than 200 deep",
	} {
		f, err := newFile("x.json", []byte(content))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := readJSON(f); err == nil || err.Error() != want {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func deepIndentation(depth int) string {
	var b strings.Builder
	for i := range depth {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}
