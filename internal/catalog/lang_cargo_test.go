package catalog

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// trivyFolder is the files in a folder of Trivy's module, below the folder at.
func trivyFolder(t testing.TB, folder, at string) []entry {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(trivyPath(t, folder), "*"))
	if err != nil || len(names) == 0 {
		t.Fatalf("nothing in %q: %v", folder, err)
	}
	var files []entry
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, entry{name: at + "/" + filepath.Base(name), content: string(content)})
	}
	return files
}

// The projects are those of Trivy's own test, with its answers.
func TestCargo(t *testing.T) {
	tests := []struct {
		name string
		want []string
	}{
		{"happy", []string{"aho-corasick 0.7.20", "app 0.1.0", "libc 0.2.140", "memchr 1.0.2", "memchr 2.5.0", "regex 1.7.3", "regex-syntax 0.5.6", "regex-syntax 0.6.29", "ucd-util 0.1.10"}},
		{"no-cargo-toml", []string{"aho-corasick 0.7.20", "app 0.1.0", "libc 0.2.140", "memchr 1.0.2", "memchr 2.5.0", "regex 1.7.3", "regex-syntax 0.5.6", "regex-syntax 0.6.29", "ucd-util 0.1.10", "winapi 0.3.9", "winapi-i686-pc-windows-gnu 0.4.0", "winapi-x86_64-pc-windows-gnu 0.4.0"}},
		{"sad", []string{`unreadable-file: decode error: toml: line 2: expected '.' or ']' to end table name, but got '\n' instead`}},
		{"toml-only-workspace-deps", []string{"app 0.1.0", "memchr 2.5.0"}},
		{"toml-workspace-glob", []string{"aho-corasick 1.1.2", "gdb-command 0.7.6", "libc 0.2.150", "member1 0.1.0", "member2 0.1.0", "memchr 2.6.4", "regex 1.10.2", "regex-automata 0.4.3", "regex-syntax 0.8.2", "wait-timeout 0.2.0"}},
		{"toml-workspace-members", []string{"aho-corasick 1.1.2", "gdb-command 0.7.6", "libc 0.2.150", "member 0.1.0", "member2 0.1.0", "memchr 2.6.4", "regex 1.10.2", "regex-automata 0.4.3", "regex-syntax 0.8.2", "wait-timeout 0.2.0"}},
		{"version-workspace-inherit", []string{"myapp 2.0.0", "serde 1.0.195"}},
		{"wrong-cargo-toml", []string{"app 0.1.0", "memchr 2.5.0"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			archive := txtar.Parse(trivyContent(t, "pkg/fanal/analyzer/language/rust/cargo/testdata/"+tt.name+".txtar"))
			var files []entry
			for _, f := range archive.Files {
				files = append(files, entry{name: "app/" + f.Name, content: string(f.Data)})
			}
			checkProject(t, tt.want, files)
		})
	}
}

// checkProject compares the packages of one layer, and its gaps.
func checkProject(t *testing.T, want []string, files []entry) {
	t.Helper()
	inv := read(t, layer(t, "0", files...))
	var got []string
	for _, p := range inv.Packages {
		got = append(got, p.Name+" "+p.Version)
	}
	for _, g := range inv.Gaps {
		got = append(got, fmt.Sprintf("%s: %s", g.Kind, g.Detail))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("packages (-want +got):\n%s", diff)
	}
}

func TestCargoProjects(t *testing.T) {
	lock := func(lines ...string) entry {
		var b strings.Builder
		for _, line := range lines {
			words := strings.Fields(line)
			fmt.Fprintf(&b, "[[package]]\nname = %q\nversion = %q\ndependencies = [", words[0], words[1])
			for _, need := range words[2:] {
				fmt.Fprintf(&b, "%q, ", strings.ReplaceAll(need, "@", " "))
			}
			b.WriteString("]\n")
		}
		return entry{name: "a/Cargo.lock", content: b.String()}
	}
	project := func(text string) entry { return entry{name: "a/Cargo.toml", content: text} }
	all := lock("app 0.1.0 run dev", "run 1.2.3 deep", "deep 2.0.0", "dev 3.0.0 deeper", "deeper 1.0.0")
	tests := []struct {
		name  string
		files []entry
		want  []string
	}{
		{"no project", []entry{all}, []string{"app 0.1.0", "deep 2.0.0", "deeper 1.0.0", "dev 3.0.0", "run 1.2.3"}},
		{
			"a project elsewhere",
			[]entry{all, {name: "Cargo.toml", content: "[package]\nname = 'x'"}},
			[]string{"app 0.1.0", "deep 2.0.0", "deeper 1.0.0", "dev 3.0.0", "run 1.2.3"},
		},
		{"a broken project", []entry{all, project("[")}, []string{"app 0.1.0", "deep 2.0.0", "deeper 1.0.0", "dev 3.0.0", "run 1.2.3"}},
		{
			"development is left out",
			[]entry{all, project("[package]\nname='app'\nversion='0.1.0'\n[dependencies]\nrun='1.2'\n[dev-dependencies]\ndev='3'")},
			[]string{"app 0.1.0", "deep 2.0.0", "run 1.2.3"},
		},
		{
			"for one platform",
			[]entry{all, project("[package]\nname='app'\nversion='0.1.0'\n[target.'cfg(unix)'.dependencies]\nrun={version='1'}")},
			[]string{"app 0.1.0", "deep 2.0.0", "run 1.2.3"},
		},
		{
			"no version will do",
			[]entry{all, project("[package]\nname='app'\nversion='0.1.0'\n[dependencies]\nrun='2'\ndev={path='../dev'}")},
			[]string{"app 0.1.0"},
		},
		{
			"of two versions",
			[]entry{lock("run 1.2.3", "run 2.0.0", "app 1.0.0 run@2.0.0"), project("[package]\nname='app'\nversion='1.0.0'\n[dependencies]\nrun='2'")},
			[]string{"app 1.0.0", "run 2.0.0"},
		},
		{"a circle", []entry{lock("a 1.0.0 b", "b 1.0.0 a"), project("[dependencies]\na='1'")}, []string{"a 1.0.0", "b 1.0.0"}},
		{"a member's version is the workspace's", []entry{
			lock("app 0.1.0 run", "run 1.2.3", "dev 3.0.0"),
			project("[workspace]\nmembers=['app', 'a[']\n[workspace.package]\nversion='0.1.0'\n[workspace.dependencies]\nrun='1'"),
			{name: "a/app/Cargo.toml", content: "[package]\nname='app'\nversion.workspace=true\n[dependencies]\nrun={workspace=true}"},
		}, []string{"app 0.1.0", "run 1.2.3"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			checkProject(t, tt.want, tt.files)
		})
	}
}

func FuzzCargo(f *testing.F) {
	f.Add([]byte("[[package]]\nname='a'\nversion='1'\ndependencies=['b']\n[[package]]\nname='b'\nversion='2'\n"), []byte("[package]\nname='a'\nversion='1'\n[dependencies]\nb='2'\n[workspace]\nmembers=['*']\n"))
	f.Fuzz(func(t *testing.T, lock, project []byte) {
		checkJoined(t, cargoLock{}, languageFile("a/Cargo.lock", lock), languageFile("a/Cargo.toml", project))
	})
}

// checkJoined proves that joining two files of anything leaves whole packages, of
// those that the first file has.
func checkJoined(t *testing.T, a analyzer, lock, project *file) {
	var files []facts
	total := 0
	for _, f := range []*file{lock, project} {
		said, err := analyze(t.Context(), a, f)
		if said == nil {
			continue
		}
		if err != nil {
			t.Errorf("facts and an error: %v", err)
		}
		said.Path, said.Analyzer = f.path, a.name()
		total += len(said.Packages)
		files = append(files, *said)
	}
	left := 0
	for _, f := range joinFiles([]analyzer{a}, files) {
		left += len(f.Packages)
		if f.Project != nil {
			t.Error("a project file is left")
		}
	}
	if left > total {
		t.Errorf("%d packages became %d", total, left)
	}
}
