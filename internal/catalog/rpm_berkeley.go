package catalog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Berkeley DB's page layout, from its dbinc/db_page.h.
const (
	berkeleyMagic = 0x00061561 // of a hash database, at offset 12

	berkeleyPageHeader = 26
	berkeleyOffPage    = 12 // bytes of an entry that points to overflow pages

	berkeleyHashUnsorted = 2 // page types
	berkeleyOverflow     = 7
	berkeleyHashMeta     = 8
	berkeleyHash         = 13

	berkeleyEntryOffPage = 3 // entry type: the value is on overflow pages
)

var errBerkeley = errors.New("the Berkeley DB is malformed")

// eachBerkeleyBlob calls do with every value of a hash database that has
// overflow pages, as all package headers do.
func eachBerkeleyBlob(r io.ReaderAt, size int64, order binary.ByteOrder, do func([]byte) error) error {
	var meta [36]byte
	if _, err := r.ReadAt(meta[:], 0); err != nil {
		return fmt.Errorf("reading the first page: %w", err)
	}
	pageSize, last := order.Uint32(meta[20:]), order.Uint32(meta[32:])
	if meta[24] != 0 {
		return errors.New("the Berkeley DB is encrypted")
	}
	if meta[25] != berkeleyHashMeta || pageSize < 512 || pageSize > 64<<10 || pageSize&(pageSize-1) != 0 {
		return errBerkeley
	}

	hash, overflow := newPages(r, size, int64(pageSize)), newPages(r, size, int64(pageSize))
	if int64(last) >= hash.n {
		return fmt.Errorf("the Berkeley DB is cut off: %d pages of %d", hash.n, int64(last)+1)
	}
	var page, blob []byte
	for i := int64(1); i <= int64(last); i++ {
		var err error
		if page, err = hash.read(i, page); err != nil {
			return err
		}
		if page[25] != berkeleyHash && page[25] != berkeleyHashUnsorted {
			continue
		}
		// Offsets of keys and values take turns.
		entries := int(order.Uint16(page[20:]))
		if entries%2 != 0 || berkeleyPageHeader+2*entries > len(page) {
			return errBerkeley
		}
		for e := 1; e < entries; e += 2 {
			at := int(order.Uint16(page[berkeleyPageHeader+2*e:]))
			if at >= len(page) || page[at] != berkeleyEntryOffPage {
				continue
			}
			if at+berkeleyOffPage > len(page) {
				return errBerkeley
			}
			if blob, err = readOverflow(overflow, order, order.Uint32(page[at+4:]), blob[:0]); err != nil {
				return err
			}
			if err := do(blob); err != nil {
				return err
			}
		}
	}
	return nil
}

// readOverflow appends the value that begins on page number first to blob.
func readOverflow(p *pages, order binary.ByteOrder, first uint32, blob []byte) ([]byte, error) {
	var page []byte
	for next := first; next != 0; {
		var err error
		if page, err = p.read(int64(next), page); err != nil {
			return nil, err
		}
		if page[25] != berkeleyOverflow {
			return nil, errBerkeley
		}
		content := page[berkeleyPageHeader:]
		if next = order.Uint32(page[16:]); next == 0 {
			// The last page says how much of it is used.
			used := int(order.Uint16(page[22:]))
			if used > len(content) {
				return nil, errBerkeley
			}
			content = content[:used]
		}
		blob = append(blob, content...)
	}
	return blob, nil
}
