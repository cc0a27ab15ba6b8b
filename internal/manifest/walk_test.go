package manifest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
)

var lodash = finding.Package{Type: "node-pkg", Name: "lodash", Version: "4.17.21", Path: "app/node_modules/lodash/package.json"}

func wantsLodash(dir string) (string, *fstest.MapFile) {
	return dir + "package.json", &fstest.MapFile{Data: []byte("{\"dependencies\": {\n\"lodash\": \"4.17.21\"}}")}
}

// filesOf are the files in which the request for lodash was found.
func filesOf(x *Index) []string {
	var files []string
	for _, m := range x.Find(lodash, nil) {
		files = append(files, m.Line.File)
	}
	return files
}

func TestReadSkipsWhatOthersWrote(t *testing.T) {
	repo := fstest.MapFS{}
	for _, dir := range []string{
		"", "web/", "build/", "docs/dist/",
		".git/", "node_modules/a/", "vendor/", "venv/", "testdata/", "web/dist/", "web/node_modules/x/",
	} {
		name, file := wantsLodash(dir)
		repo[name] = file
	}
	repo["tool/Tool.csproj"] = &fstest.MapFile{Data: []byte("<Project/>")}
	name, file := wantsLodash("tool/obj/")
	repo[name] = file
	delete(repo, "package.json") // so that "build" is a folder as any other

	index, err := Read(t.Context(), repo, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"build/package.json", "web/package.json", "docs/dist/package.json"}
	if diff := cmp.Diff(want, filesOf(index)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if notes := index.Notes(); len(notes) > 0 {
		t.Errorf("notes: %q", notes)
	}
}

func TestReadFollowsNoLinks(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	name, file := wantsLodash("")
	for _, d := range []string{outside, filepath.Join(dir, "real")} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(d, name), file.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	pins := filepath.Join(outside, "pins.txt")
	if err := os.WriteFile(pins, []byte("secret==1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "requirements.txt"), []byte("-r pins.txt\n-r ../pins.txt\n-r /etc/passwd\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for link, to := range map[string]string{"folder": outside, name: filepath.Join(outside, name), "loop": ".", "pins.txt": pins} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Skip(err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	index, err := Read(t.Context(), root.FS(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"real/package.json"}, filesOf(index)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	secret := finding.Package{Type: "python-pkg", Name: "secret", Version: "1", Path: "site-packages/secret-1.dist-info/METADATA"}
	if lines := index.Find(secret, nil); len(lines) > 0 {
		t.Errorf("a file outside the repository was read: %v", lines)
	}
}

func TestReadLimits(t *testing.T) {
	repo := fstest.MapFS{
		"a/package.json": {Data: []byte("{\n  \"dependencies\": {\n    \"lodash\" \"4\"\n  }\n}")},
		"b/package.json": {Data: []byte("{\"x\": \"" + strings.Repeat("x", 2000) + "\"}")},
		"c/go.mod":       {Data: []byte("module c\n\ngo 1.22\n\nrequire (\n\tx y\n)\n")},
		"d/Cargo.lock":   {Data: []byte("version = 3\n[[package]]\nname = \n")},
		"e/pom.xml":      {Data: []byte("<project>\n<a>\n</b>\n</project>")},
		"f/package.json": {Data: []byte("\x00\x01")},
		"g/package.json": {Data: []byte("")},
	}
	name, file := wantsLodash("z/")
	repo[name] = file
	for _, tt := range []struct {
		name  string
		opts  Options
		notes []string
		found bool
	}{
		{
			name: "usual", opts: Options{MaxFileSize: 1000}, found: true,
			notes: []string{
				`a/package.json:3: invalid character '"' after object key`,
				"b/package.json: 2009 bytes is over the limit of 1000",
				`c/go.mod:6: require x: version "y" invalid: must be of the form v1.2.3`,
				"d/Cargo.lock:3: expected value but found '\\n' instead",
				"e/pom.xml:3: element <a> closed by </b>",
				"f/package.json: it is not a text file",
				"g/package.json:1: unexpected EOF",
			},
		},
		{
			name: "types", opts: Options{MaxFileSize: 1000, Types: []string{"gobinary"}},
			notes: []string{`c/go.mod:6: require x: version "y" invalid: must be of the form v1.2.3`},
		},
		{
			name: "files", opts: Options{MaxFiles: 1},
			notes: []string{
				`a/package.json:3: invalid character '"' after object key`,
				"b/package.json: there are too many manifests, so it and the rest were not read",
			},
		},
		{
			name: "entries", opts: Options{MaxEntries: 3},
			notes: []string{".: the repository has too many files, so the rest was not looked at"},
		},
		{
			name: "total", opts: Options{MaxTotalSize: 45},
			notes: []string{
				`a/package.json:3: invalid character '"' after object key`,
				"b/package.json: the manifests are over the limit of size together",
				"c/go.mod: the manifests are over the limit of size together",
				"d/Cargo.lock: the manifests are over the limit of size together",
				"e/pom.xml: the manifests are over the limit of size together",
				"f/package.json: the manifests are over the limit of size together",
				"g/package.json:1: unexpected EOF",
				"z/package.json: the manifests are over the limit of size together",
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			index, err := Read(t.Context(), repo, tt.opts)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.notes, index.Notes()); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
			if found := len(filesOf(index)) > 0; found != tt.found {
				t.Errorf("the line was found: %v", found)
			}
		})
	}
}

func TestReadDeepFolders(t *testing.T) {
	name, file := wantsLodash(strings.Repeat("d/", maxDepth+1))
	index, err := Read(t.Context(), fstest.MapFS{name: file}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if files := filesOf(index); len(files) > 0 || len(index.Notes()) != 1 {
		t.Errorf("files %q, notes %q", files, index.Notes())
	}
}

func TestReadKeepsFewNotes(t *testing.T) {
	repo := fstest.MapFS{}
	for i := range maxNotes + 7 {
		repo[fmt.Sprintf("%03d/package.json", i)] = &fstest.MapFile{Data: []byte("[")}
	}
	index, err := Read(t.Context(), repo, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if notes := index.Notes(); len(notes) != maxNotes+1 || notes[maxNotes] != "7 more notes" {
		t.Errorf("%d notes, the last is %q", len(notes), notes[len(notes)-1])
	}
}

func TestReadErrors(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Read(ctx, fstest.MapFS{"a/b": {}}, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled context: %v", err)
	}
	if _, err := Read(t.Context(), os.DirFS(filepath.Join(t.TempDir(), "none")), Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no repository: %v", err)
	}
}

func TestFileEncodings(t *testing.T) {
	const text = "flask==1.0\r\nnaïve==2.0\r\n"
	little, big := []byte{0xFF, 0xFE}, []byte{0xFE, 0xFF}
	for _, r := range text {
		little = append(little, byte(r), byte(r>>8))
		big = append(big, byte(r>>8), byte(r))
	}
	for name, data := range map[string][]byte{"UTF-8": []byte("\uFEFF" + text), "UTF-16LE": little, "UTF-16BE": big} {
		f, err := newFile("requirements.txt", data)
		if err != nil {
			t.Fatal(name, err)
		}
		want := finding.Line{File: "requirements.txt", Start: 2, End: 2, Text: "naïve==2.0"}
		if diff := cmp.Diff(want, f.span(2, 0)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestShown(t *testing.T) {
	long := strings.Repeat("é", 300)
	for in, want := range map[string]string{
		"\t a\xff b \r": "a b",
		long:            strings.Repeat("é", maxLineText-1) + "…",
		strings.Repeat(" ", 10_000) + "x" + strings.Repeat("y", 1<<20): "x" + strings.Repeat("y", maxLineText-2) + "…",
	} {
		if got := shown(in); got != want {
			t.Errorf("%.20q is shown as %q", in, got)
		}
	}
}

func TestSiblings(t *testing.T) {
	for _, tt := range []struct {
		typ, path string
		want      []string
	}{
		{"gobinary", "app", []string{"app"}},
		{"node-pkg", "app/node_modules/a/node_modules/b/package.json", []string{"app/node_modules/a/node_modules/b/package.json", "app/package.json"}},
		{"node-pkg", "node_modules/a/package.json", []string{"node_modules/a/package.json", "package.json"}},
		{"node-pkg", "app/package.json", []string{"app/package.json"}},
		{"jar", "app/x.war/WEB-INF/lib/y.jar", []string{"app/x.war/WEB-INF/lib/y.jar", "app/x.war"}},
		{"jar", "app/x.jar", []string{"app/x.jar"}},
	} {
		if diff := cmp.Diff(tt.want, Siblings(finding.Package{Type: tt.typ, Path: tt.path})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.path, diff)
		}
	}
}

// BenchmarkRead walks a repository of 50,000 files with 500 manifests.
func BenchmarkRead(b *testing.B) {
	dir := b.TempDir()
	for i := range 500 {
		folder := filepath.Join(dir, fmt.Sprintf("d%03d", i))
		if err := os.Mkdir(folder, 0o755); err != nil {
			b.Fatal(err)
		}
		name, file := wantsLodash("")
		if err := os.WriteFile(filepath.Join(folder, name), file.Data, 0o644); err != nil {
			b.Fatal(err)
		}
		for j := range 99 {
			if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("f%02d.go", j)), nil, 0o644); err != nil {
				b.Fatal(err)
			}
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		b.Fatal(err)
	}
	defer root.Close()
	for b.Loop() {
		if _, err := Read(b.Context(), root.FS(), Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
