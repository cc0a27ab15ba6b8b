package image

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
)

// newSplit is a reader of a record about a folder that holds one file, "file",
// with the content "content".
func newSplit(t testing.TB, folder, record string) *splitReader {
	t.Helper()
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write([]byte(record))
	z.Close()
	inflow, err := gzip.NewReader(&packed)
	if err != nil {
		t.Fatal(err)
	}
	return &splitReader{
		folder: root, record: io.NopCloser(nil), inflow: inflow, lines: bufio.NewReaderSize(inflow, 16),
		onBytes: func(int64) {}, maxSize: 1 << 20,
	}
}

func splitFolder(t testing.TB) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "file"), []byte("content"), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

const goodRecord = `{"type":2,"payload":"aGVhZA==","position":0}
{"type":1,"name":"file","size":7,"payload":"eA==","position":1}
{"position":2,"payload":"dGFpbA==","type":2}
{"type":1,"name":"empty","payload":null,"position":3}
{"type":1,"name_raw":"ZmlsZQ==","size":7,"payload":"eA==","position":4}
`

func TestSplitReader(t *testing.T) {
	folder := splitFolder(t)
	const want = "headcontenttailcontent"
	for skip := range len(want) + 1 {
		for size := 1; size < 9; size++ {
			s := newSplit(t, folder, goodRecord)
			if at, err := s.Seek(int64(skip), io.SeekCurrent); err != nil || at != int64(skip) {
				t.Fatalf("seeking to %d: %d, %v", skip, at, err)
			}
			// Right behind a seek, the last byte of a file is not read from it.
			if _, err := s.Seek(0, io.SeekCurrent); err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			if _, err := io.CopyBuffer(&got, struct{ io.Reader }{s}, make([]byte, size)); err != nil {
				t.Fatal(err)
			}
			if got.String() != want[skip:] {
				t.Errorf("after %d bytes, %d at a time: %q, want %q", skip, size, got.String(), want[skip:])
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestSplitReaderBadRecords(t *testing.T) {
	folder := splitFolder(t)
	for name, record := range map[string]string{
		"no JSON":          "x\n",
		"no base64":        `{"type":2,"payload":"****"}` + "\n",
		"cut short":        `{"type":2,"payload":"aGVhZA=="`,
		"another type":     `{"type":3}` + "\n",
		"negative size":    `{"type":1,"name":"file","size":-1}` + "\n",
		"huge size":        `{"type":1,"name":"file","size":9223372036854775807}` + "\n",
		"another size":     `{"type":1,"name":"file","size":8}` + "\n",
		"no such file":     `{"type":1,"name":"none","size":7}` + "\n",
		"out of the layer": `{"type":1,"name":"../file","size":7}` + "\n",
		"a folder":         `{"type":1,"name":".","size":7}` + "\n",
		"no name":          `{"type":1,"size":7}` + "\n",
		"long line":        `{"type":2,"payload":"` + strings.Repeat("A", maxSplitLine) + `"}` + "\n",
	} {
		s := newSplit(t, folder, record)
		if n, err := io.Copy(io.Discard, s); err == nil {
			t.Errorf("%s: %d bytes and no error", name, n)
		}
		s.Close()
	}
}

// FuzzSplitReader holds that no record stops a scan, and that what is sought over
// counts as what is read.
func FuzzSplitReader(f *testing.F) {
	f.Add(goodRecord)
	folder := splitFolder(f)
	f.Fuzz(func(t *testing.T, record string) {
		s := newSplit(t, folder, record)
		read, err := io.Copy(io.Discard, s)
		s.Close()
		if err != nil {
			return
		}
		s = newSplit(t, folder, record)
		sought, err := s.Seek(1<<40, io.SeekCurrent)
		s.Close()
		if err != nil || sought != read {
			t.Errorf("%d bytes are read and %d sought over (%v)", read, sought, err)
		}
	})
}
