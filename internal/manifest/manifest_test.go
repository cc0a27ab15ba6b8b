package manifest

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/org/imgscan-action/internal/finding"
)

var update = flag.Bool("update", false, "rewrite the lines that testdata expects")

// TestFind reads the repositories in testdata. Each has the files of the
// repository, a list of packages in "image", and in "lines" what is found for
// each of them.
func TestFind(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no repositories", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			repo := fstest.MapFS{}
			var image, want string
			for _, f := range archive.Files {
				switch f.Name {
				case "image":
					image = string(f.Data)
				case "lines":
					want = string(f.Data)
				default:
					repo[f.Name] = &fstest.MapFile{Data: f.Data}
				}
			}
			got := describe(t, repo, parseImage(t, image))
			if *update {
				for i := range archive.Files {
					if archive.Files[i].Name == "lines" {
						archive.Files[i].Data = []byte(got)
					}
				}
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}

			// The same repository as Windows writes it has the same lines.
			for _, f := range repo {
				f.Data = append([]byte("\uFEFF"), bytes.ReplaceAll(f.Data, []byte("\n"), []byte("\r\n"))...)
			}
			if diff := cmp.Diff(want, describe(t, repo, parseImage(t, image))); diff != "" {
				t.Errorf("lines with CRLF and a byte order mark (-want +got):\n%s", diff)
			}
		})
	}
}

// parseImage reads lines of "type name@version path [needs name@version...]".
func parseImage(t *testing.T, text string) []finding.Package {
	t.Helper()
	var packages []finding.Package
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) < 3 {
			t.Fatalf("a line of the image: %q", line)
		}
		i := strings.LastIndex(words[1], "@")
		p := finding.Package{
			Class: finding.ClassLanguage, Type: words[0], ID: strings.TrimSuffix(words[1], "@"),
			Name: words[1][:i], Version: words[1][i+1:], Path: words[2],
		}
		if len(words) > 3 {
			p.DependsOn = words[4:]
		}
		packages = append(packages, p)
	}
	return packages
}

// describe is what Find says of every package, and the notes.
func describe(t *testing.T, repo fs.FS, packages []finding.Package) string {
	t.Helper()
	index, err := Read(t.Context(), repo, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, p := range packages {
		fmt.Fprintf(&b, "%s %s %s\n", p.Name, p.Version, p.Path)
		for _, m := range index.Find(p, siblingsOf(p, packages)) {
			fmt.Fprintf(&b, "  %s %s:%d-%d %s", m.Role, m.Line.File, m.Line.Start, m.Line.End, m.Confidence)
			if m.Dev {
				b.WriteString(" dev")
			}
			if len(m.Path) > 0 {
				fmt.Fprintf(&b, " [%s]", strings.Join(m.Path, " > "))
			}
			fmt.Fprintf(&b, "\n    %s\n", m.Line.Text)
		}
	}
	for _, n := range index.Notes() {
		fmt.Fprintf(&b, "note: %s\n", n)
	}
	return b.String()
}

func siblingsOf(p finding.Package, all []finding.Package) []finding.Package {
	var found []finding.Package
	for _, path := range Siblings(p) {
		for _, s := range all {
			if s.Path == path {
				found = append(found, s)
			}
		}
	}
	return found
}
