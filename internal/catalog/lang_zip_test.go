package catalog

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"testing"
)

func TestOpenZipDirectoryOverLimit(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	name := bytes.Repeat([]byte("x"), 60_000)
	for i := range maxZipDirectory/len(name) + 1 {
		if _, err := w.CreateRaw(&zip.FileHeader{Name: fmt.Sprint(i, string(name))}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := openZip(bytes.NewReader(b.Bytes()), int64(b.Len())); !errors.Is(err, errZipDirectory) {
		t.Errorf("got %v, want %v", err, errZipDirectory)
	}
}

// TestOpenZipReadsOn opens an archive whose content is larger than what may be
// read to open it.
func TestOpenZipReadsOn(t *testing.T) {
	t.Parallel()
	content := zipOf(t, zipEntry{"a", make([]byte, maxZipDirectory+1), zip.Store})
	archive, err := openZip(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	got, err := readZipEntry(archive.File[0], maxZipDirectory+1)
	if err != nil || len(got) != maxZipDirectory+1 {
		t.Errorf("got %d bytes and %v", len(got), err)
	}
	if _, err := readZipEntry(archive.File[0], maxZipDirectory); err == nil {
		t.Error("an entry over the limit was read")
	}
}

// TestReadZipEntryThatLies has an entry that inflates to more than it declares.
func TestReadZipEntryThatLies(t *testing.T) {
	t.Parallel()
	content := zipOf(t, zipEntry{"a", make([]byte, 1<<20), zip.Deflate})
	archive, err := openZip(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	archive.File[0].UncompressedSize64 = 10
	if got, err := readZipEntry(archive.File[0], 1<<10); err == nil {
		t.Errorf("got %d bytes, want an error", len(got))
	}
}
