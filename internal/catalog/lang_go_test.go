package catalog

import (
	"bytes"
	"encoding/binary"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
)

// TestGoBinaryItself reads the running test, a real executable, of which the go
// command records only the main module.
func TestGoBinaryItself(t *testing.T) {
	t.Parallel()
	name, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	exe, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer exe.Close()
	stat, err := exe.Stat()
	if err != nil {
		t.Fatal(err)
	}

	f := &file{path: "usr/bin/app", size: stat.Size(), mode: stat.Mode(), content: exe}
	head := make([]byte, sniffLength)
	if _, err := exe.ReadAt(head, 0); err != nil {
		t.Fatal(err)
	}
	if !(goBinary{}).wants(f.path, f.size, f.mode) || !(goBinary{}).sniff(head) {
		t.Fatal("the executable is not wanted")
	}
	said, err := goBinary{}.analyze(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	if len(said.Gaps) > 0 {
		t.Errorf("unexpected gaps %v", said.Gaps)
	}

	version, _, _ := strings.Cut(strings.TrimPrefix(runtime.Version(), "go"), "-X:")
	for _, want := range []finding.Package{
		{Name: "stdlib", Version: "v" + version, ID: "stdlib@v" + version},
		{Name: "github.com/org/imgscan-action", ID: "github.com/org/imgscan-action"},
	} {
		i := slices.IndexFunc(said.Packages, func(p finding.Package) bool { return p.Name == want.Name })
		if i < 0 {
			t.Errorf("%s is missing", want.Name)
			continue
		}
		got := said.Packages[i]
		if want.Version == "" { // the main module: its version depends on the checkout
			want.Version, want.ID = got.Version, got.ID
			if len(got.DependsOn) != len(said.Packages)-1 {
				t.Errorf("the main module depends on %d packages, want %d", len(got.DependsOn), len(said.Packages)-1)
			}
		}
		want.Class, want.Type, want.Path, want.DependsOn = finding.ClassLanguage, "gobinary", "usr/bin/app", got.DependsOn
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", want.Name, diff)
		}
	}
}

func TestGoBinaryWithoutBuildInfo(t *testing.T) {
	t.Parallel()
	want := []string{"go-binary-without-build-info: made by Go, without the build information that lists its modules"}
	for _, name := range []string{"test.elf", "test.exe", "test.macho"} {
		content := trivyContent(t, "pkg/dependency/parser/golang/binary/testdata/"+name)
		content = bytes.ReplaceAll(content, []byte("\xff Go buildinf:"), []byte("\xff no buildinfo"[:14]))
		if diff := cmp.Diff(want, languageSummary(t, goBinary{}, languageFile("usr/bin/app", content))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestGoBinaryWithoutModules(t *testing.T) {
	t.Parallel()
	want := []string{
		"gobinary stdlib v1.22.1",
		"go-binary-without-build-info: made by Go without modules, so only its standard library is known",
	}
	content := trivyContent(t, "pkg/dependency/parser/golang/binary/testdata/goexperiment")
	if diff := cmp.Diff(want, languageSummary(t, goBinary{}, languageFile("usr/bin/app", content))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestKnowsModules(t *testing.T) {
	t.Parallel()
	outside := []debug.BuildSetting{{Key: "-compiler", Value: "gc"}, {Key: "DefaultGODEBUG", Value: "panicnil=1"}}
	tests := []struct {
		name string
		info debug.BuildInfo
		want bool
	}{
		{"module", debug.BuildInfo{Path: "example.com/a", Main: debug.Module{Path: "example.com/a"}}, true},
		{"dependencies", debug.BuildInfo{Path: "command-line-arguments", Deps: []*debug.Module{{Path: "example.com/b"}}, Settings: outside}, true},
		{"Go's own", debug.BuildInfo{Path: "cmd/go"}, true},
		{"outside modules", debug.BuildInfo{GoVersion: "go1.26.3", Path: "example.com/a", Settings: outside}, false},
		{"a file", debug.BuildInfo{GoVersion: "go1.26.3", Path: "command-line-arguments"}, true},
		{"a file, outside modules", debug.BuildInfo{GoVersion: "go1.26.3", Path: "command-line-arguments", Settings: outside}, false},
		{"a file, before Go told", debug.BuildInfo{GoVersion: "go1.20.14", Path: "command-line-arguments"}, false},
		{"Bazel", debug.BuildInfo{GoVersion: "go1.22.0"}, false},
	}
	for _, tt := range tests {
		if got := knowsModules(&tt.info); got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestIsNativeCode(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"test.elf", "test.exe", "test.macho"} {
		if !isNativeCode(trivyContent(t, "pkg/dependency/parser/golang/binary/testdata/"+name)) {
			t.Errorf("%s is not recognized", name)
		}
	}
	for _, head := range []string{"", "\x7fEL", "#!/bin/sh\n", "\x00asm\x01\x00\x00\x00"} {
		if isNativeCode([]byte(head)) {
			t.Errorf("%q is recognized", head)
		}
	}
}

// TestGoBinaryHugeSymbols gives a section of the symbol table a size that would
// be read into memory.
func TestGoBinaryHugeSymbols(t *testing.T) {
	t.Parallel()
	content := trivyContent(t, "pkg/dependency/parser/golang/binary/testdata/main-version-via-ldflags.elf")
	const sectionOffset, headerSize, typeOffset, sizeOffset = 0x28, 64, 4, 32
	sections := binary.LittleEndian.Uint64(content[sectionOffset:])
	patched := false
	for at := sections; at+headerSize <= uint64(len(content)); at += headerSize {
		if content[at+typeOffset] == 2 { // SHT_SYMTAB
			content[at+sizeOffset+4] = 1 // 4 GiB
			patched = true
		}
	}
	if !patched {
		t.Fatal("no symbol table in the file")
	}
	got := languageSummary(t, goBinary{}, languageFile("usr/bin/app", content))
	if diff := cmp.Diff([]string{"unreadable-file: the symbol table is over the limit of 134217728 bytes"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
