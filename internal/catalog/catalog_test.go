package catalog

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// The goldens were compared with the lists of Trivy v0.72.0 once, field by
// field, when they were written; make parity does so again.
func TestRealImages(t *testing.T) {
	for _, name := range []string{"alpine-310", "alpine-311", "distroless", "vuln-image"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inv := read(t, dockerArchive(t, trivyPath(t, "pkg/fanal/test/testdata/"+name+".tar.gz"))...)
			golden(t, name, inv)
		})
	}
}

// golden compares inv, one package and its fields per line, with the file of
// that name.
func golden(t *testing.T, name string, inv finding.Inventory) {
	t.Helper()
	var b bytes.Buffer
	fmt.Fprintf(&b, "os %s repository %s %s\n", inv.OS, inv.OS.RepositoryFamily, inv.OS.RepositoryRelease)
	for _, p := range inv.Packages {
		fmt.Fprintf(&b, "%s %s %s src %s %s %s\n  id %s, needs %s, in %s, by %s\n", p.Type, p.Name, p.FullVersion(),
			p.SrcName, p.FullSrcVersion(), p.PURL, p.ID, p.DependsOn, p.Path, p.Layer)
	}
	for _, g := range inv.Gaps {
		fmt.Fprintf(&b, "gap %+v\n", g)
	}
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("inventory (-want +got):\n%s", diff)
	}
}

// brokenLayer cannot be opened.
type brokenLayer struct{ err error }

func (brokenLayer) DiffID() string                                { return "broken" }
func (l brokenLayer) Open(context.Context) (io.ReadCloser, error) { return nil, l.err }

func TestUnreadableLayers(t *testing.T) {
	good := layer(t, "good", entry{name: node, content: nodeA1})
	big := layer(t, "big", entry{name: node, content: nodeA1}, entry{name: "data", content: strings.Repeat("x", 4096)},
		entry{name: "b/node_modules/b/package.json", content: `{"name":"b","version":"1.0.0"}`})

	tests := []struct {
		name  string
		layer Layer
		want  []string
	}{
		{"not to be opened", brokenLayer{errors.New("it is foreign")}, []string{"unreadable-layer : opening: it is foreign"}},
		{"no tar", memoryLayer{"bad", []byte(strings.Repeat("not a tar", 200))}, []string{"unreadable-layer : archive/tar: invalid tar header"}},
		{"truncated in a file nobody reads", memoryLayer{"cut", big.content[:2048]}, []string{"unreadable-layer : unexpected EOF"}},
		{"truncated in a wanted file", memoryLayer{"cut", good.content[:520]}, []string{"unreadable-layer : unexpected EOF"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := read(t, good, tt.layer)
			want := slices.Concat([]string{"node-pkg a 1.0.0 in " + node + " by good"}, tt.want)
			switch tt.name {
			case "truncated in a file nobody reads":
				want[0] = "node-pkg a 1.0.0 in " + node + " by cut" // it was whole until then
			case "truncated in a wanted file":
				want = tt.want // the entry is there, and hides the one below
			}
			if diff := cmp.Diff(want, summary(got)); diff != "" {
				t.Errorf("inventory (-want +got):\n%s", diff)
			}
			if got.Gaps[0].Layer != tt.layer.DiffID() {
				t.Errorf("the gap is about layer %q, not %q", got.Gaps[0].Layer, tt.layer.DiffID())
			}
		})
	}
}

// A source that verifies its content can only say so at the very end.
func TestUnreadableAtTheEnd(t *testing.T) {
	got := read(t, failingAtEnd{layer(t, "0", entry{name: node, content: nodeA1})})
	want := []string{"node-pkg a 1.0.0 in " + node + " by 0", "unreadable-layer : checksum mismatch"}
	if diff := cmp.Diff(want, summary(got)); diff != "" {
		t.Errorf("inventory (-want +got):\n%s", diff)
	}
}

type failingAtEnd struct{ memoryLayer }

func (l failingAtEnd) Open(context.Context) (io.ReadCloser, error) {
	return io.NopCloser(io.MultiReader(bytes.NewReader(l.content), failingReader{})), nil
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, errors.New("checksum mismatch") }

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Read(ctx, []Layer{layer(t, "0", entry{name: node, content: nodeA1})}, Options{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Read with a cancelled context: %v", err)
	}
}

func TestFileSizes(t *testing.T) {
	padded := nodeA1 + strings.Repeat(" ", spoolInMemory)
	big := layer(t, "0", entry{name: node, content: padded})

	dir := t.TempDir()
	inv, err := inventory(t, []Layer{big}, Options{TempDir: dir, MaxFileSize: int64(len(padded)) - 1})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{fmt.Sprintf("unreadable-file %s: %d bytes is over the limit of %d", node, len(padded), len(padded)-1)}
	if diff := cmp.Diff(want, summary(inv)); diff != "" {
		t.Errorf("a file over the limit (-want +got):\n%s", diff)
	}

	// Nowhere to put a large file is the machine's fault, not the image's.
	if _, err := inventory(t, []Layer{big}, Options{TempDir: filepath.Join(dir, "missing")}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a temporary folder: %v", err)
	}
}

// A large file comes back from the disk as it was, and leaves nothing there.
func TestSpoolOnDisk(t *testing.T) {
	dir := t.TempDir()
	s := spool{dir: dir, max: defaultMaxFileSize, buffers: newBuffers()}
	content := bytes.Repeat([]byte("0123456789abcdef"), spoolInMemory/16+1)

	kept, release, err := s.keep(content[:100], bytes.NewReader(content[100:]), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	got, err := io.ReadAll(io.NewSectionReader(kept, 0, int64(len(content))))
	if err != nil || !bytes.Equal(got, content) {
		t.Errorf("read back %d bytes of %d: %v", len(got), len(content), err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left in the temporary folder: %v, %v", left, err)
	}

	var bad unreadable
	if _, _, err := s.keep(nil, bytes.NewReader(content[:1000]), int64(len(content))); !errors.As(err, &bad) {
		t.Errorf("a stream that ends too soon: %v", err)
	}
	if _, _, err := s.keep(nil, failingReader{}, int64(len(content))); !errors.As(err, &bad) {
		t.Errorf("a stream that breaks: %v", err)
	}
}

// hostile is an analyzer whose parser does not survive.
type hostile struct{}

func (hostile) name() string                          { return "hostile" }
func (hostile) wants(string, int64, fs.FileMode) bool { return true }
func (hostile) analyze(context.Context, *file) (*facts, error) {
	panic("index\nout of range")
}

func TestPanicIsAGap(t *testing.T) {
	w := walker{analyzers: []analyzer{hostile{}}, spool: spool{max: 1 << 20, buffers: newBuffers()}}
	got, err := w.read(t.Context(), layer(t, "0", entry{name: "x", content: "y"}))
	if err != nil {
		t.Fatal(err)
	}
	want := []finding.Gap{{
		Kind: finding.GapUnreadableFile, Where: "x", Detail: "the parser gave up: index out of range", Layer: "0",
	}}
	if diff := cmp.Diff(want, got.Files[0].Gaps); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
}

// picky is an analyzer that wants everything by name and one file by content.
type picky struct{ t *testing.T }

func (picky) name() string                          { return "picky" }
func (picky) wants(string, int64, fs.FileMode) bool { return true }
func (picky) sniff(head []byte) bool                { return strings.HasPrefix(string(head), "\x7fELF") }
func (p picky) analyze(_ context.Context, f *file) (*facts, error) {
	b, err := f.bytes(1 << 20)
	if err != nil || f.path != "bin/elf" || len(b) != 9004 || b[9003] != 'x' {
		p.t.Errorf("analyzing %q, %d bytes: %v", f.path, len(b), err)
	}
	return nil, nil
}

func TestSniff(t *testing.T) {
	w := walker{analyzers: []analyzer{picky{t}}, spool: spool{max: 1 << 20, buffers: newBuffers()}}
	_, err := w.read(t.Context(), layer(t, "0",
		entry{name: "bin/empty"},
		entry{name: "bin/script", content: "#!/bin/sh\n"},
		entry{name: "bin/elf", content: "\x7fELF" + strings.Repeat("x", 9000)},
		entry{name: "bin/data", content: strings.Repeat("x", 9000)},
	))
	if err != nil {
		t.Fatal(err)
	}
}

func TestProgress(t *testing.T) {
	var layers []Layer
	for i := range 10 {
		layers = append(layers, layer(t, fmt.Sprint(i)))
	}
	var seen []int
	if _, err := inventory(t, layers, Options{Parallel: 4, OnLayer: func(done int) { seen = append(seen, done) }}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, seen); diff != "" {
		t.Errorf("progress (-want +got):\n%s", diff)
	}
}

// FuzzLayer holds that no stream of bytes stops a scan.
func FuzzLayer(f *testing.F) {
	f.Add(layer(f, "0", entry{name: "etc/debian_version", content: "12\n"}, entry{name: "var/lib/dpkg/status", content: dpkg("a 1")}).content)
	f.Add(layer(f, "0", entry{name: ".wh.etc"}, entry{name: node, content: nodeA1}).content)
	f.Fuzz(func(t *testing.T, content []byte) {
		base := layer(t, "base", entry{name: node, content: nodeA1})
		hostile := memoryLayer{"fuzz", content}
		if _, err := inventory(t, []Layer{base, hostile, hostile}, Options{MaxFileSize: 1 << 16}); err != nil {
			t.Error(err)
		}
	})
}

// BenchmarkRead reads a layer like a large real one: 100,000 small files, of
// which the analyzers want few.
func BenchmarkRead(b *testing.B) {
	entries := []entry{
		{name: "etc/debian_version", content: "12.7\n"},
		{name: "var/lib/dpkg/status", content: dpkg("bash 5.2-1", "curl 8.0-1")},
	}
	for i := range 100_000 {
		entries = append(entries, entry{
			name: fmt.Sprintf("usr/share/doc/package-%d/files/file-%d", i/100, i), content: "some text of no interest\n",
		})
	}
	l := layer(b, "0", entries...)
	for name, l := range map[string]Layer{"stream": l, "skim": seekable(l)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if inv := read(b, l); len(inv.Packages) != 2 {
					b.Fatalf("%d packages", len(inv.Packages))
				}
			}
		})
	}
}
