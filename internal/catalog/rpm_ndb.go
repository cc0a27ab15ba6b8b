package catalog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// NDB's layout, from rpm's lib/backend/ndb/rpmpkg.c: a header of 32 bytes with
// the number of pages of slots, the slots of 16 bytes, and blocks of 16 bytes,
// in which a package takes a header and its content. All numbers are
// little-endian.
const (
	ndbMagic     = "RpmP"
	ndbSlotMagic = "Slot"
	ndbBlobMagic = "BlbS"

	ndbSlotSize     = 16
	ndbSlotsPerPage = 4096 / ndbSlotSize
	ndbMaxPages     = 2048 // half a million packages
)

var errNDB = errors.New("the NDB is malformed")

// eachNDBBlob calls do with every package of an NDB.
func eachNDBBlob(r io.ReaderAt, size int64, do func([]byte) error) error {
	var head [32]byte
	if _, err := r.ReadAt(head[:], 0); err != nil {
		return fmt.Errorf("reading the header of the NDB: %w", err)
	}
	version, slotPages := binary.LittleEndian.Uint32(head[4:]), binary.LittleEndian.Uint32(head[12:])
	if version != 0 || slotPages == 0 || slotPages > ndbMaxPages {
		return errNDB
	}
	slots := make([]byte, int(slotPages)*ndbSlotsPerPage*ndbSlotSize-len(head))
	if _, err := r.ReadAt(slots, int64(len(head))); err != nil {
		return fmt.Errorf("reading the slots of the NDB: %w", err)
	}
	var blob []byte
	for left := size; len(slots) > 0; slots = slots[ndbSlotSize:] {
		if string(slots[:4]) != ndbSlotMagic {
			return errNDB
		}
		index := binary.LittleEndian.Uint32(slots[4:])
		if index == 0 {
			continue // free
		}
		at := int64(binary.LittleEndian.Uint32(slots[8:])) * ndbSlotSize
		var header [16]byte
		if _, err := r.ReadAt(header[:], at); err != nil {
			return fmt.Errorf("reading package %d of the NDB: %w", index, err)
		}
		length := int64(binary.LittleEndian.Uint32(header[12:]))
		// Packages do not overlap, so they are not larger than the file together.
		left -= length
		if string(header[:4]) != ndbBlobMagic || binary.LittleEndian.Uint32(header[4:]) != index || left < 0 {
			return errNDB
		}
		if int64(cap(blob)) < length {
			blob = make([]byte, length)
		}
		blob = blob[:length]
		if _, err := r.ReadAt(blob, at+int64(len(header))); err != nil {
			return fmt.Errorf("reading package %d of the NDB: %w", index, err)
		}
		if err := do(blob); err != nil {
			return err
		}
	}
	return nil
}
