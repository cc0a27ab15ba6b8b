package catalog

import "encoding/binary"

// The types of the pages of an index.
const (
	sqliteIndexInterior = 0x02
	sqliteIndexLeaf     = 0x0a
)

// find calls do with every entry of the index at root for which compare is 0:
// the indexed columns and then the number of the row. Compare is negative for the
// entries before those, and positive for those after.
func (f sqliteFile) find(root int64, compare func([]sqliteValue) int, do func([]sqliteValue) error) error {
	_, err := f.tree().find(root, 0, compare, do)
	return err
}

// find is done when it has met an entry after those that are sought.
func (t *sqliteTree) find(n int64, depth int, compare func([]sqliteValue) int, do func([]sqliteValue) error) (done bool, err error) {
	page, header, err := t.page(n, depth)
	if err != nil {
		return false, err
	}
	kind := page[header]
	if kind != sqliteIndexLeaf && kind != sqliteIndexInterior {
		return false, errSQLite
	}
	err = eachCell(page, header, kind == sqliteIndexInterior, func(cell []byte) (bool, error) {
		below := cell
		if kind == sqliteIndexInterior {
			cell = cell[4:]
		}
		size, m := sqliteVarint(cell)
		if m == 0 {
			return false, errSQLite
		}
		if err := t.payload(cell[m:], size, (t.usable-12)*64/255-23); err != nil {
			return false, err
		}
		entry, err := sqliteValues(append([]byte(nil), t.row...))
		if err != nil {
			return false, err
		}
		order := compare(entry)
		if order >= 0 && kind == sqliteIndexInterior {
			// What is below an entry comes before it.
			if done, err = t.find(int64(binary.BigEndian.Uint32(below)), depth+1, compare, do); done || err != nil {
				return false, err
			}
		}
		if done = order > 0; done {
			return false, nil
		}
		if order == 0 {
			return true, do(entry)
		}
		return true, nil
	})
	if done || err != nil || kind == sqliteIndexLeaf {
		return done, err
	}
	return t.find(int64(binary.BigEndian.Uint32(page[header+8:])), depth+1, compare, do)
}

// get is the row with that number of the table at root; nil when there is none.
func (f sqliteFile) get(root, number int64) ([]sqliteValue, error) {
	t := f.tree()
	for depth := 0; ; depth++ {
		page, header, err := t.page(root, depth)
		if err != nil {
			return nil, err
		}
		kind := page[header]
		if kind != sqliteLeaf && kind != sqliteInterior {
			return nil, errSQLite
		}
		root = int64(binary.BigEndian.Uint32(page[header+8:])) // unless a cell says otherwise
		var row []sqliteValue
		err = eachCell(page, header, kind == sqliteInterior, func(cell []byte) (bool, error) {
			if kind == sqliteInterior {
				last, m := sqliteVarint(cell[4:])
				if m == 0 {
					return false, errSQLite
				}
				if number <= last {
					root = int64(binary.BigEndian.Uint32(cell))
				}
				return number > last, nil
			}
			_, n := sqliteVarint(cell)
			this, m := sqliteVarint(cell[n:])
			if n == 0 || m == 0 {
				return false, errSQLite
			}
			if this != number {
				return this < number, nil
			}
			if err := t.read(cell); err != nil {
				return false, err
			}
			var err error
			row, err = sqliteValues(t.row)
			return false, err
		})
		if err != nil || kind == sqliteLeaf {
			return row, err
		}
	}
}

// page is page number n, counted from 1, and where its header begins.
func (t *sqliteTree) page(n int64, depth int) (page []byte, header int, err error) {
	if depth > sqliteMaxDepth {
		return nil, 0, errSQLite
	}
	if page, err = t.pages.read(n-1, nil); err != nil {
		return nil, 0, err
	}
	if n == 1 {
		header = sqliteHeader
	}
	return page[:t.usable], header, nil
}

// eachCell calls do with the cells of a page, in order, until it says false. A
// cell runs to the end of the page, and has four bytes at least.
func eachCell(page []byte, header int, interior bool, do func(cell []byte) (bool, error)) error {
	pointers := page[header+8:]
	if interior {
		pointers = page[header+12:]
	}
	cells := int(binary.BigEndian.Uint16(page[header+3:]))
	if 2*cells > len(pointers) {
		return errSQLite
	}
	for i := range cells {
		at := int(binary.BigEndian.Uint16(pointers[2*i:]))
		if at+4 > len(page) {
			return errSQLite
		}
		if more, err := do(page[at:]); err != nil || !more {
			return err
		}
	}
	return nil
}
