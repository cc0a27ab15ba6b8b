package catalog

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	gobinary "github.com/aquasecurity/trivy/pkg/dependency/parser/golang/binary"
	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"
	"github.com/google/go-cmp/cmp"
)

// goBinaries are the executables that Trivy tests its parser with, by name, and
// this test.
func goBinaries(t testing.TB) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob(trivyPath(t, "pkg/dependency/parser/golang/binary/testdata/*"))
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string][]byte)
	for _, name := range append(names, self) {
		if info, err := os.Stat(name); err != nil || !info.Mode().IsRegular() {
			continue
		}
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(name)] = content
	}
	return all
}

// TestVersionSymbols is that Trivy's parser finds the same packages, versions
// included, in an executable with fewer symbols.
func TestVersionSymbols(t *testing.T) {
	t.Parallel()
	reduced := 0
	for name, content := range goBinaries(t) {
		parse := func(r io.ReaderAt, size int64) []string {
			found, _, err := gobinary.NewParser().Parse(t.Context(), io.NewSectionReader(r, 0, size))
			if err != nil {
				return []string{err.Error()}
			}
			var list []string
			for _, p := range found {
				list = append(list, p.ID)
			}
			return list
		}
		r, size, err := versionSymbols(bytes.NewReader(content), int64(len(content)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(parse(bytes.NewReader(content), int64(len(content))), parse(r, size)); diff != "" {
			t.Errorf("%s (-all symbols +those of versions):\n%s", name, diff)
		}
		if f, err := elf.NewFile(r); err == nil {
			symbols, err := f.Symbols()
			if len(symbols) > 10 {
				t.Errorf("%s: %d symbols are left, %v", name, len(symbols), err)
			}
			if len(symbols) > 0 {
				reduced++
			}
		}
	}
	if reduced == 0 {
		t.Error("none of the executables has the symbol of a version")
	}
}

// TestVersionSymbolsPackage is the one that matters: a version that only the
// symbol table knows.
func TestVersionSymbolsPackage(t *testing.T) {
	t.Parallel()
	content := trivyContent(t, "pkg/dependency/parser/golang/binary/testdata/main-version-via-ldflags.elf")
	info := bytes.ReplaceAll(content, []byte("-ldflags"), []byte("-xxflags"))
	r, size, err := versionSymbols(bytes.NewReader(info), int64(len(info)))
	if err != nil {
		t.Fatal(err)
	}
	packages, err := parseLanguage(t.Context(), gobinary.NewParser(), ftypes.GoBinary, "app", io.NewSectionReader(r, 0, size))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packages {
		if strings.Contains(p.Name, "/") && p.Version == "v1.0.0" {
			return
		}
	}
	t.Errorf("no module has version v1.0.0: %+v", packages)
}

func TestVersionNames(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 200<<10)
	table := "\x00main.version.str\x00main.version\x00x.Version.str\x00y.VER.str\x00ver.str\x00" + long + ".version.str\x00unfinished.version.str"
	found, err := versionNames(strings.NewReader(table))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, n := range found {
		if table[n.start:n.start+uint64(len(n.text))] != string(n.text) {
			t.Errorf("%.30q is not at %d", n.text, n.start)
		}
		if at := strings.ToLower(table[n.suffix:]); !strings.HasPrefix(at, ".version.str") && !strings.HasPrefix(at, ".ver.str") {
			t.Errorf("the end of %.30q is not at %d", n.text, n.suffix)
		}
		if len(n.text) < 100 {
			got = append(got, string(n.text))
		}
	}
	if diff := cmp.Diff([]string{"main.version.str", "x.Version.str", "y.VER.str"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if len(found) != 4 {
		t.Errorf("%d names, want 4", len(found))
	}
	if _, err := versionNames(strings.NewReader(strings.Repeat(".ver.str\x00", maxVersions+1))); err == nil {
		t.Error("any number of names is taken")
	}
}

func TestPatchedReads(t *testing.T) {
	t.Parallel()
	p := &patched{ReaderAt: strings.NewReader("0123456789"), size: 10, tail: []byte("tail"), patches: []patch{{2, []byte("ab")}, {8, []byte("yz")}}}
	const want = "01ab4567yztail"
	for from := range len(want) + 2 {
		for n := range len(want) + 3 {
			b := make([]byte, n)
			got, err := p.ReadAt(b, int64(from))
			rest := want[min(from, len(want)):]
			if string(b[:got]) != rest[:min(n, len(rest))] {
				t.Errorf("%d bytes at %d: %q, want %q", n, from, b[:got], rest)
			}
			if (err != nil) != (n > len(rest)) {
				t.Errorf("%d bytes at %d of %d: error %v", n, from, len(want), err)
			}
		}
	}
}

// FuzzVersionSymbols holds that an executable, however its headers lie, is left
// with no more symbols than are looked for.
func FuzzVersionSymbols(f *testing.F) {
	content := trivyContent(f, "pkg/dependency/parser/golang/binary/testdata/main-version-via-ldflags.elf")
	file, err := elf.NewFile(bytes.NewReader(content))
	if err != nil {
		f.Fatal(err)
	}
	offset := binary.LittleEndian.Uint64(content[40:])
	table := bytes.Clone(content[offset : offset+64*uint64(len(file.Sections))])
	f.Add(content[:64], table)
	f.Fuzz(func(t *testing.T, header, sections []byte) {
		damaged := bytes.Clone(content)
		copy(damaged[:64], header)
		copy(damaged[offset:offset+uint64(len(table))], sections)
		r, _, err := versionSymbols(bytes.NewReader(damaged), int64(len(damaged)))
		if err != nil {
			return
		}
		if _, reduced := r.(*patched); !reduced {
			return
		}
		if file, err := elf.NewFile(r); err == nil {
			if symbols, _ := file.Symbols(); len(symbols) > maxVersions {
				t.Errorf("%d symbols are left", len(symbols))
			}
		}
	})
}
