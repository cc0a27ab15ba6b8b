package catalog

import (
	"bytes"
	"compress/zlib"
	"debug/elf"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRustBinaryBomb has a list of crates that inflates beyond the limit.
func TestRustBinaryBomb(t *testing.T) {
	t.Parallel()
	content := trivyContent(t, "pkg/fanal/analyzer/language/rust/binary/testdata/executable_rust")
	f, err := elf.NewFile(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	var bomb bytes.Buffer
	w := zlib.NewWriter(&bomb)
	if _, err := w.Write(make([]byte, maxCrates+1)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}

	// Move the section to the end of the file, where there is room.
	index := -1
	for i, s := range f.Sections {
		if s.Name == ".dep-v0" {
			index = i
		}
	}
	if index < 0 {
		t.Fatal("no list of crates in the file")
	}
	const sectionOffset, headerSize, offsetOffset, sizeOffset = 0x28, 64, 24, 32
	header := f.ByteOrder.Uint64(content[sectionOffset:]) + uint64(index)*headerSize
	f.ByteOrder.PutUint64(content[header+offsetOffset:], uint64(len(content)))
	f.ByteOrder.PutUint64(content[header+sizeOffset:], uint64(bomb.Len()))
	content = append(content, bomb.Bytes()...)

	got := languageSummary(t, rustBinary{}, languageFile("usr/bin/app", content))
	if diff := cmp.Diff([]string{"unreadable-file: the list of crates is over the limit of 8388608 bytes"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
