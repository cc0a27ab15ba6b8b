package catalog

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// maxZipDirectory is how many bytes may be read to open a zip file. An entry
// takes 46 bytes and its name in the file, and a few times that in memory; this
// is enough for three hundred thousand.
const maxZipDirectory = 32 << 20

var errZipDirectory = errors.New("the archive has too many entries")

// openZip reads the directory of a zip file of size bytes and no more of the
// file than maxZipDirectory.
func openZip(r io.ReaderAt, size int64) (*zip.Reader, error) {
	capped := &cappedReaderAt{ReaderAt: r, left: maxZipDirectory}
	archive, err := zip.NewReader(capped, size)
	if capped.left < 0 {
		return nil, errZipDirectory
	}
	if err != nil {
		return nil, err
	}
	capped.open = true
	return archive, nil
}

// cappedReaderAt stops after left bytes until it is opened.
type cappedReaderAt struct {
	io.ReaderAt

	left int64
	open bool
}

func (c *cappedReaderAt) ReadAt(p []byte, off int64) (int, error) {
	if !c.open {
		if c.left -= int64(len(p)); c.left < 0 {
			return 0, errZipDirectory
		}
	}
	return c.ReaderAt.ReadAt(p, off)
}

// maxDeflate is the most that a byte can grow to when it is inflated, so a
// declared size beyond it is a lie. See zlib's technical notes.
const maxDeflate = 1032

// readZipEntry is the content of an entry, or an error when it is larger than
// limit. archive/zip stops at the size that the entry declares.
func readZipEntry(e *zip.File, limit int64) ([]byte, error) {
	if e.UncompressedSize64 > uint64(limit) {
		return nil, fmt.Errorf("%q is over the limit of %d bytes", e.Name, limit)
	}
	r, err := e.Open()
	if err != nil {
		return nil, fmt.Errorf("opening %q: %w", e.Name, err)
	}
	defer r.Close()

	var b bytes.Buffer
	if e.CompressedSize64 < uint64(limit) {
		b.Grow(int(min(e.UncompressedSize64, e.CompressedSize64*maxDeflate)))
	}
	if _, err := io.Copy(&b, r); err != nil {
		return nil, fmt.Errorf("reading %q: %w", e.Name, err)
	}
	return b.Bytes(), nil
}
