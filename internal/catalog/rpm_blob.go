package catalog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// eachRPMBlob calls do with every package header in an rpm database, in
// whichever of the three formats it is. The header is only valid until do
// returns.
//
// The formats are read here and not by go-rpmdb or an SQL driver because the
// bytes are hostile: go-rpmdb reads in a goroutine of its own, where a panic
// ends the process and a circular list of pages never ends. Here every page is
// followed once. Our tests hold the result equal to go-rpmdb's.
func eachRPMBlob(r io.ReaderAt, size int64, do func([]byte) error) error {
	var head [32]byte
	if _, err := r.ReadAt(head[:], 0); err != nil {
		return fmt.Errorf("reading the start of the rpm database: %w", err)
	}
	switch {
	case string(head[:len(sqliteMagic)]) == sqliteMagic:
		return eachSQLiteBlob(r, size, "Packages", 1, do)
	case string(head[:len(ndbMagic)]) == ndbMagic:
		return eachNDBBlob(r, size, do)
	case binary.LittleEndian.Uint32(head[12:]) == berkeleyMagic:
		return eachBerkeleyBlob(r, size, binary.LittleEndian, do)
	case binary.BigEndian.Uint32(head[12:]) == berkeleyMagic:
		return eachBerkeleyBlob(r, size, binary.BigEndian, do)
	}
	return errors.New("the rpm database has none of the known formats")
}

// pages are the equally long pages of a database file, each of which is read
// once: a page that is reached twice would make a circle.
type pages struct {
	r    io.ReaderAt
	size int64 // bytes of a page
	n    int64 // number of whole pages
	seen map[int64]bool
}

func newPages(r io.ReaderAt, fileSize, pageSize int64) *pages {
	return &pages{r: r, size: pageSize, n: fileSize / pageSize, seen: make(map[int64]bool)}
}

// read is page number i, counted from 0, put into buf when that is large
// enough.
func (p *pages) read(i int64, buf []byte) ([]byte, error) {
	if i < 0 || i >= p.n {
		return nil, fmt.Errorf("page %d is outside the database of %d pages", i, p.n)
	}
	if p.seen[i] {
		return nil, fmt.Errorf("page %d is used twice", i)
	}
	p.seen[i] = true
	if int64(cap(buf)) < p.size {
		buf = make([]byte, p.size)
	}
	buf = buf[:p.size]
	_, err := p.r.ReadAt(buf, i*p.size)
	if errors.Is(err, io.EOF) {
		err = nil // the last page ends where the file does
	}
	return buf, err
}
