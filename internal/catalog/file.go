package catalog

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
)

// file is one regular file of a layer, offered to the analyzers that want it.
// Its content can be read any number of times, by one goroutine at a time, and
// only until analyze returns: the memory behind it is used again.
type file struct {
	path string      // without a leading slash
	size int64       // bytes
	mode fs.FileMode // permission bits only; the file is regular

	content io.ReaderAt
}

// reader is a fresh reader over the whole content.
func (f *file) reader() *io.SectionReader { return io.NewSectionReader(f.content, 0, f.size) }

// bytes is a copy of the whole content, or an error when it is larger than
// limit.
func (f *file) bytes(limit int64) ([]byte, error) {
	if f.size > limit {
		return nil, fmt.Errorf("%d bytes is over the limit of %d", f.size, limit)
	}
	var b bytes.Buffer
	b.Grow(int(f.size))
	_, err := io.Copy(&b, f.reader())
	return b.Bytes(), err
}
