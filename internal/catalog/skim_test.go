package catalog

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// seekLayer is a layer in memory that can be skimmed. It counts.
type seekLayer struct {
	memoryLayer

	opened *atomic.Int64 // times it was read in order
	bytes  *atomic.Int64 // read otherwise
}

func seekable(l memoryLayer) seekLayer {
	return seekLayer{l, new(atomic.Int64), new(atomic.Int64)}
}

func (l seekLayer) Open(ctx context.Context) (io.ReadCloser, error) {
	l.opened.Add(1)
	return l.memoryLayer.Open(ctx)
}

func (l seekLayer) Skim(context.Context) (io.ReadSeekCloser, error) {
	return &seekStream{bytes.NewReader(l.content), l.bytes}, nil
}

type seekStream struct {
	*bytes.Reader

	bytes *atomic.Int64
}

func (s *seekStream) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	s.bytes.Add(int64(n))
	return n, err
}

func (s *seekStream) Section(n int64) (io.ReaderAt, error) {
	if n < 0 || n > int64(s.Len()) {
		return nil, io.ErrUnexpectedEOF
	}
	return io.NewSectionReader(s.Reader, s.Size()-int64(s.Len()), n), nil
}

func (s *seekStream) Close() error { return nil }

// padded is JSON that is too large to be read at once.
func padded(text string) string { return text + strings.Repeat(" ", 2*readAtOnce) }

func TestSkimReadsLittle(t *testing.T) {
	t.Parallel()
	l := seekable(layer(t, "0",
		entry{name: "large", content: strings.Repeat("x", 4<<20)},
		entry{name: node, content: nodeA1},
		entry{name: "b/node_modules/b/package.json", content: padded(`{"name":"b","version":"1.0.0"}`)},
		entry{name: "larger", content: strings.Repeat("y", 8<<20)},
	))
	want := []string{"node-pkg a 1.0.0 in " + node + " by 0", "node-pkg b 1.0.0 in b/node_modules/b/package.json by 0"}
	if diff := cmp.Diff(want, summary(read(t, l))); diff != "" {
		t.Errorf("inventory (-want +got):\n%s", diff)
	}
	if n := l.opened.Load(); n != 0 {
		t.Errorf("the layer was read in order %d times", n)
	}
	if n := l.bytes.Load(); n > 16<<10 {
		t.Errorf("%d bytes were read", n)
	}
}

// TestSkimCutShort cuts a layer at every place: whatever skimming makes of it, the
// layer is then read in order, where cutting it is noticed.
func TestSkimCutShort(t *testing.T) {
	t.Parallel()
	whole := layer(t, "0",
		entry{name: "data", content: strings.Repeat("x", 1000)},
		entry{name: node, content: nodeA1},
		entry{name: "b/node_modules/b/package.json", content: padded(`{"name":"b","version":"1.0.0"}`)},
	)
	for size := len(whole.content) - 512; size >= 0; size -= 100 {
		cut := memoryLayer{"cut", whole.content[:size]}
		l := seekable(cut)
		if diff := cmp.Diff(summary(read(t, cut)), summary(read(t, l))); diff != "" {
			t.Fatalf("%d bytes (-streamed +skimmed):\n%s", size, diff)
		}
		if l.opened.Load() != 1 {
			t.Fatalf("%d bytes: the layer was read in order %d times, want once", size, l.opened.Load())
		}
	}
}

// rawEntry is a tar entry as no honest writer makes it.
func rawEntry(name string, kind byte, size int64, change func(header []byte), content string) []byte {
	header := make([]byte, 512)
	copy(header, name)
	copy(header[100:], "0000644\x00")
	copy(header[124:], fmt.Sprintf("%011o\x00", size))
	header[156] = kind
	copy(header[257:], "ustar\x0000")
	if change != nil {
		change(header)
	}
	copy(header[148:], "        ")
	sum := 0
	for _, c := range header {
		sum += int(c)
	}
	copy(header[148:], fmt.Sprintf("%06o\x00 ", sum))
	return append(append(header, content...), make([]byte, (512-len(content)%512)%512)...)
}

// pax is an extended header with the given records.
func pax(records ...string) []byte {
	var b strings.Builder
	for _, r := range records {
		n := len(r) + 3
		for n != len(fmt.Sprintf("%d %s\n", n, r)) {
			n++
		}
		fmt.Fprintf(&b, "%d %s\n", n, r)
	}
	return rawEntry("pax", tar.TypeXHeader, int64(b.Len()), nil, b.String())
}

// hostileTars are layers that try to make reading in place see something else than
// reading in order.
func hostileTars(t testing.TB) map[string][]byte {
	t.Helper()
	end := make([]byte, 1024)
	text := padded(nodeA1)
	decoy := append(rawEntry("d/node_modules/decoy/package.json", tar.TypeReg, 2, nil, "{}"),
		rawEntry("more", tar.TypeReg, 16<<10, nil, strings.Repeat("x", 16<<10))...)
	join := func(pieces ...[]byte) []byte { return append(bytes.Join(pieces, nil), end...) }

	// The hole comes first, so that the file is no JSON unless that is left out.
	sparseMap := fmt.Sprintf("1\n5000\n%d\n", len(text))
	sparseMap += strings.Repeat("\x00", 512-len(sparseMap))
	return map[string][]byte{
		"plain": layer(t, "0", entry{name: node, content: text}).content,
		"sparse, PAX 1.0": join(
			pax("GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.name="+node, fmt.Sprintf("GNU.sparse.realsize=%d", len(text)+5000)),
			rawEntry("sparse", tar.TypeReg, int64(len(sparseMap)+len(text)), nil, sparseMap+text), decoy),
		"sparse, PAX 0.1": join(
			pax("GNU.sparse.map=5000,"+fmt.Sprint(len(text)), "GNU.sparse.numblocks=1", "GNU.sparse.name="+node, fmt.Sprintf("GNU.sparse.size=%d", len(text)+5000)),
			rawEntry("sparse", tar.TypeReg, int64(len(text)), nil, text), decoy),
		"sparse, old GNU": join(rawEntry(node, tar.TypeGNUSparse, int64(len(text)), func(h []byte) {
			copy(h[257:], "ustar  \x00")
			copy(h[386:], fmt.Sprintf("%011o\x00%011o\x00", 4096, len(text)))
			copy(h[483:], fmt.Sprintf("%011o\x00", len(text)+4096))
		}, text), decoy),
		"size in PAX":           join(pax(fmt.Sprintf("size=%d", len(text))), rawEntry(node, tar.TypeReg, 0, nil, text), decoy),
		"smaller size in PAX":   join(pax("size=1024"), rawEntry(node, tar.TypeReg, int64(len(text)), nil, text), decoy),
		"size past the end":     join(rawEntry(node, tar.TypeReg, 1<<32, nil, text)),
		"size of 8 EiB":         join(rawEntry(node, tar.TypeReg, 0, func(h []byte) { copy(h[124:], "\x80\x00\x00\x00\x7f\xff\xff\xff\xff\xff\xff\xff") }, text)),
		"negative size":         join(rawEntry(node, tar.TypeReg, 0, func(h []byte) { copy(h[124:], "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe") }, text)),
		"hard link with size":   join(rawEntry(node, tar.TypeLink, int64(len(text)), func(h []byte) { copy(h[157:], "x") }, ""), decoy),
		"folder with size":      join(rawEntry(node+"/", tar.TypeDir, 1024, nil, strings.Repeat("x", 1024)), decoy),
		"twice":                 layer(t, "0", entry{name: node, content: text}, entry{name: node, content: padded(`{"name":"a","version":"2.0.0"}`)}).content,
		"nothing after the end": join(rawEntry(node, tar.TypeReg, int64(len(text)), nil, text), end, decoy),
		"one block at the end":  bytes.TrimSuffix(join(rawEntry(node, tar.TypeReg, int64(len(text)), nil, text)), make([]byte, 512)),
	}
}

func TestSkimEqualsStream(t *testing.T) {
	t.Parallel()
	for name, content := range hostileTars(t) {
		l := memoryLayer{"0", content}
		want := summary(read(t, l))
		if diff := cmp.Diff(want, summary(read(t, seekable(l)))); diff != "" {
			t.Errorf("%s (-streamed +skimmed):\n%s", name, diff)
		}
		if strings.HasPrefix(name, "sparse") && (len(want) == 0 || !strings.HasPrefix(want[0], "unreadable-file "+node)) {
			t.Errorf("%s: found %q, want a file that is no JSON", name, want)
		}
	}
}

// failingSkim is a layer whose quick way fails.
type failingSkim struct {
	memoryLayer

	err error
}

func (l failingSkim) Skim(context.Context) (io.ReadSeekCloser, error) { return nil, l.err }

func TestSkimFails(t *testing.T) {
	t.Parallel()
	for _, err := range []error{errors.ErrUnsupported, errors.New("no permission")} {
		l := failingSkim{layer(t, "0", entry{name: node, content: nodeA1}), err}
		if diff := cmp.Diff([]string{"node-pkg a 1.0.0 in " + node + " by 0"}, summary(read(t, l))); diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}
}

// FuzzSkim holds that a layer says the same when it is skimmed.
func FuzzSkim(f *testing.F) {
	for _, content := range hostileTars(f) {
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		l := memoryLayer{"fuzz", content}
		limit := Options{MaxFileSize: 1 << 20}
		streamed, err := inventory(t, []Layer{l}, limit)
		if err != nil {
			t.Fatal(err)
		}
		skimmed, err := inventory(t, []Layer{seekable(l)}, limit)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(streamed, skimmed); diff != "" {
			t.Errorf("-streamed +skimmed:\n%s", diff)
		}
	})
}
