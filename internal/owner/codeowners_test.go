package owner_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/owner"
)

func ownersOf(t testing.TB, content, file string) (names []string, because string, notes []string) {
	t.Helper()
	o, err := owner.New(nil, []byte(content), "CODEOWNERS")
	if err != nil {
		t.Fatal(err)
	}
	rep := &finding.Report{Findings: []finding.Finding{found("CVE-1", "npm", "lodash", required("direct", file))}}
	o.Assign(rep)
	got := rep.Findings[0].Origin.Owner
	return got.Names, got.Because, o.Notes()
}

func TestCodeowners(t *testing.T) {
	tests := []struct {
		name, content, file string
		owners, because     string
		notes               []string
	}{
		{name: "the last line wins", content: "* @a\n*.mod @b\n", file: "x/go.mod", owners: "@b", because: "CODEOWNERS:2"},
		{name: "from the root", content: "/go.mod @a\n", file: "x/go.mod"},
		{name: "line ends of Windows, and a byte order mark", content: "\uFEFF# teams\r\n* @a/b c@d.example\r\n", file: "go.mod", owners: "@a/b c@d.example", because: "CODEOWNERS:2"},
		{name: "no owners means nobody", content: "* @a\n/go.mod # ours\n", file: "go.mod"},
		{
			name: "a line that GitHub does not read", content: "* @a\n[Section] @b\ngo.mod b\n", file: "go.mod", owners: "@a", because: "CODEOWNERS:1",
			notes: []string{
				"CODEOWNERS:2 is left out, as GitHub does: unexpected character '[' at position 1",
				"CODEOWNERS:3 is left out, as GitHub does: invalid owner format 'b' at position 8",
			},
		},
		{
			name: "many such lines", content: strings.Repeat("[\n", 7), file: "go.mod",
			notes: []string{
				"CODEOWNERS:1 is left out, as GitHub does: unexpected character '[' at position 1",
				"CODEOWNERS:2 is left out, as GitHub does: unexpected character '[' at position 1",
				"CODEOWNERS:3 is left out, as GitHub does: unexpected character '[' at position 1",
				"CODEOWNERS:4 is left out, as GitHub does: unexpected character '[' at position 1",
				"CODEOWNERS:5 is left out, as GitHub does: unexpected character '[' at position 1",
				"2 more lines of CODEOWNERS are left out",
			},
		},
		{
			name: "a line longer than the parser reads", content: strings.Repeat("a", 70_000) + " @a\n* @b\n", file: "go.mod", owners: "@b", because: "CODEOWNERS:2",
			notes: []string{"CODEOWNERS:1 is left out, as GitHub does: the line is too long"},
		},
		{name: "the root alone, on which the library panics", content: "* @a\n/ @b\n", file: "go.mod", owners: "@a", because: "CODEOWNERS:1"},
		{
			name: "larger than GitHub reads", content: "* @a\n#" + strings.Repeat("x", 3<<20), file: "go.mod",
			notes: []string{"CODEOWNERS is not read: it has more than 3145728 bytes, GitHub's limit"},
		},
		{name: "nothing", file: "go.mod"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			names, because, notes := ownersOf(t, tt.content, tt.file)
			if got := strings.Join(names, " "); got != tt.owners || because != tt.because {
				t.Errorf("owned by %q because of %q, want %q and %q", got, because, tt.owners, tt.because)
			}
			if diff := cmp.Diff(tt.notes, notes); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
		})
	}
}

// Whatever is in the file, reading and asking it ends without a panic, names are
// those of the file, and the line is one that there is.
func FuzzCodeowners(f *testing.F) {
	f.Add(codeownersFile, "frontend/package.json")
	f.Add("* @a\n/ @b\n\\ @c\n** @d", "go.mod")
	f.Fuzz(func(t *testing.T, content, file string) {
		names, because, _ := ownersOf(t, content, file)
		if len(names) == 0 {
			return
		}
		var line int
		if _, err := fmt.Sscanf(because, "CODEOWNERS:%d", &line); err != nil {
			t.Fatalf("%q: %v", because, err)
		}
		lines := strings.Split(content, "\n")
		if line < 1 || line > len(lines) {
			t.Fatalf("line %d of %d", line, len(lines))
		}
		for _, name := range names {
			if !strings.Contains(lines[line-1], strings.TrimPrefix(name, "@")) {
				t.Errorf("%q is not in line %q", name, lines[line-1])
			}
		}
	})
}
