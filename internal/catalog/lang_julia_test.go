package catalog

import (
	"strings"
	"testing"
)

// The environments are those of Trivy's own test, with its answers.
func TestJulia(t *testing.T) {
	const testdata = "pkg/fanal/analyzer/language/julia/pkg/testdata/"
	happy := []string{
		"Dates 1.9.0", "JSON 0.21.4", "Mmap 1.9.0", "Parsers 2.5.10", "PrecompileTools 1.1.1", "Preferences 1.4.0", "Printf 1.9.0", "Random 1.9.0", "SHA 0.7.0", "Serialization 1.9.0", "TOML 1.0.3", "UUIDs 1.9.0", "Unicode 1.9.0",
	}
	without := func(name string) []entry {
		return keepIf(trivyFolder(t, testdata+"happy", "app"), func(e entry) bool { return !strings.HasSuffix(e.name, name) })
	}
	tests := []struct {
		name  string
		files []entry
		want  []string
	}{
		{"development is left out", trivyFolder(t, testdata+"happy", "app"), happy},
		{"no project", without("Project.toml"), nil},
		{"no manifest", without("Manifest.toml"), nil},
		{"a broken project", append(without("Project.toml"), entry{name: "app/Project.toml", content: "["}), append(
			[]string{"Dates 1.9.0", "DevDep 1.0.0", "IndirectDevDep 2.0.0"}, happy[1:]...)},
		{"another program's manifest", []entry{{name: "Manifest.toml", content: "[[deps.a]]\ndeps = 3"}, {name: "Project.toml"}}, nil},
		{
			"a broken manifest",
			[]entry{{name: "Manifest.toml", content: "julia_version = '1.9.0'\n[["}, {name: "Project.toml"}},
			[]string{"unreadable-file: decode error: toml: line 2: unexpected end of table name (table names cannot be empty)"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			checkProject(t, tt.want, tt.files)
		})
	}
}

func FuzzJulia(f *testing.F) {
	const testdata = "pkg/fanal/analyzer/language/julia/pkg/testdata/"
	for _, name := range []string{"happy", "no_deps_v1.6", "shadowed_dep_v1.9"} {
		f.Add(trivyContent(f, testdata+name+"/Manifest.toml"), trivyContent(f, testdata+name+"/Project.toml"))
	}
	f.Fuzz(func(t *testing.T, manifest, project []byte) {
		checkJoined(t, juliaManifest{}, languageFile("Manifest.toml", manifest), languageFile("Project.toml", project))
	})
}

func TestCheckTOML(t *testing.T) {
	t.Parallel()
	lines := func(line string, n int) []byte { return []byte(strings.Repeat(line+"\n", n)) }
	for name, tt := range map[string]struct {
		content []byte
		ok      bool
	}{
		"a large lock file":           {lines("[[package]]\nname = \"a\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\ndependencies = []", 10_000), true},
		"nested too deep":             {lines("a = "+strings.Repeat("[", maxTOMLBrackets+1), 1), false},
		"tables nested too deep":      {lines("a = "+strings.Repeat("{a=", maxTOMLBrackets+1), 1), false},
		"a long name":                 {lines("a"+strings.Repeat(".a", maxTOMLLineDots+1)+" = 1", 1), false},
		"many names, each not so bad": {lines("a"+strings.Repeat(".a", maxTOMLLineDots)+" = 1", maxTOMLDots/maxTOMLLineDots+1), false},
	} {
		if err := checkTOML(tt.content); (err == nil) != tt.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}
