package catalog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
)

// SQLite's file format, from https://www.sqlite.org/fileformat.html. Reading a
// whole table is here, and finding rows in sqlite_find.go; the write-ahead log is
// not read.
const (
	sqliteMagic = "SQLite format 3\x00"

	sqliteHeader     = 100  // bytes of the file's header, on the first page
	sqliteInterior   = 0x05 // page types of a table
	sqliteLeaf       = 0x0d
	sqliteMaxDepth   = 20 // of a tree; SQLite's own limit
	sqliteMaxPayload = 256 << 20
)

var errSQLite = errors.New("the SQLite database is malformed")

// sqliteFile is a database.
type sqliteFile struct {
	r        io.ReaderAt
	size     int64 // bytes of the file
	pageSize int64
	usable   int64 // bytes of a page without those reserved for extensions
}

func openSQLite(r io.ReaderAt, size int64) (sqliteFile, error) {
	var head [sqliteHeader]byte
	if _, err := r.ReadAt(head[:], 0); err != nil {
		return sqliteFile{}, fmt.Errorf("reading the header of the SQLite database: %w", err)
	}
	f := sqliteFile{r: r, size: size, pageSize: int64(binary.BigEndian.Uint16(head[16:]))}
	if f.pageSize == 1 {
		f.pageSize = 64 << 10
	}
	f.usable = f.pageSize - int64(head[20])
	if string(head[:len(sqliteMagic)]) != sqliteMagic || f.pageSize < 512 || f.pageSize&(f.pageSize-1) != 0 || f.usable < 480 {
		return sqliteFile{}, errSQLite
	}
	return f, nil
}

// root is the first page of the table or index of that name.
func (f sqliteFile) root(kind, name string) (int64, error) {
	// The first page is the root of the table of tables: type, name, table name,
	// root page, SQL.
	root := int64(-1)
	err := f.tree().each(1, 0, func(row []byte) error {
		values, err := sqliteValues(row)
		if err == nil && len(values) > 3 && string(values[0].bytes) == kind && strings.EqualFold(string(values[1].bytes), name) {
			root = values[3].integer()
		}
		return err
	})
	if err == nil && root < 0 {
		err = fmt.Errorf("the SQLite database has no %s %q", kind, name)
	}
	return root, err
}

// tree is a fresh reader of trees, for one way through one of them.
func (f sqliteFile) tree() *sqliteTree {
	return &sqliteTree{pages: newPages(f.r, f.size, f.pageSize), usable: f.usable}
}

// eachSQLiteBlob calls do with the value in the column (counted from 0) of every
// row of table, which must be a blob there.
func eachSQLiteBlob(r io.ReaderAt, size int64, table string, column int, do func([]byte) error) error {
	f, err := openSQLite(r, size)
	if err != nil {
		return err
	}
	root, err := f.root("table", table)
	if err != nil {
		return err
	}
	return f.tree().each(root, 0, func(row []byte) error {
		values, err := sqliteValues(row)
		if err != nil {
			return err
		}
		if column >= len(values) || !values[column].blob {
			return errSQLite
		}
		return do(values[column].bytes)
	})
}

// sqliteTree reads a table or an index, in which every page is met once.
type sqliteTree struct {
	pages  *pages
	usable int64
	row    []byte
	chain  []byte // the overflow page being read
}

// each calls do with every row of the tree below page number n, counted from 1.
func (t *sqliteTree) each(n int64, depth int, do func([]byte) error) error {
	page, header, err := t.page(n, depth)
	if err != nil {
		return err
	}
	switch page[header] {
	case sqliteLeaf:
		return eachCell(page, header, false, func(cell []byte) (bool, error) {
			if err := t.read(cell); err != nil {
				return false, err
			}
			return true, do(t.row)
		})
	case sqliteInterior:
		err := eachCell(page, header, true, func(cell []byte) (bool, error) {
			return true, t.each(int64(binary.BigEndian.Uint32(cell)), depth+1, do)
		})
		if err != nil {
			return err
		}
		return t.each(int64(binary.BigEndian.Uint32(page[header+8:])), depth+1, do)
	}
	return errSQLite
}

// read puts the row of a leaf's cell into t.row.
func (t *sqliteTree) read(cell []byte) error {
	size, n := sqliteVarint(cell)
	_, m := sqliteVarint(cell[n:]) // the row's number
	if n == 0 || m == 0 {
		return errSQLite
	}
	return t.payload(cell[n+m:], size, t.usable-35)
}

// payload puts size bytes into t.row: the part on the page, at most most bytes,
// and the rest on a chain of overflow pages.
func (t *sqliteTree) payload(cell []byte, size, most int64) error {
	if size < 0 || size > sqliteMaxPayload || size > t.pages.n*t.pages.size {
		return errSQLite
	}
	local := size
	if size > most {
		least := (t.usable-12)*32/255 - 23
		local = least + (size-least)%(t.usable-4)
		if local > most {
			local = least
		}
	}
	if local > int64(len(cell)) || local < size && local+4 > int64(len(cell)) {
		return errSQLite
	}
	t.row = append(t.row[:0], cell[:local]...)
	if local == size {
		return nil
	}
	for next := binary.BigEndian.Uint32(cell[local:]); int64(len(t.row)) < size; {
		page, err := t.pages.read(int64(next)-1, t.chain)
		if err != nil {
			return err
		}
		t.chain = page
		content := page[4:t.usable]
		t.row = append(t.row, content[:min(int64(len(content)), size-int64(len(t.row)))]...)
		next = binary.BigEndian.Uint32(page)
	}
	return nil
}

// sqliteValue is one value of a row.
type sqliteValue struct {
	blob  bool   // and not text, a number or NULL
	bytes []byte // of a blob or text, or the digits of an integer
}

// integer is the value of a whole number of up to eight bytes.
func (v sqliteValue) integer() int64 {
	if len(v.bytes) == 0 || len(v.bytes) > 8 {
		return -1
	}
	n := int64(int8(v.bytes[0]))
	for _, b := range v.bytes[1:] {
		n = n<<8 | int64(b)
	}
	return n
}

// sqliteValues splits a row: the length of the header, the types of the
// values, the values.
func sqliteValues(row []byte) ([]sqliteValue, error) {
	length, n := sqliteVarint(row)
	if n == 0 || length < int64(n) || length > int64(len(row)) {
		return nil, errSQLite
	}
	var values []sqliteValue
	types, body := row[n:length], row[length:]
	for len(types) > 0 {
		kind, n := sqliteVarint(types)
		if n == 0 || kind < 0 {
			return nil, errSQLite
		}
		types = types[n:]
		var v sqliteValue
		var size int64
		switch {
		case kind >= 12:
			size = (kind - 12) / 2
			v.blob = kind%2 == 0
		case kind <= 7:
			size = [...]int64{0, 1, 2, 3, 4, 6, 8, 8}[kind]
		case kind <= 9: // the integers 0 and 1, in no bytes
			v.bytes = []byte{byte(kind - 8)}
		}
		if size > int64(len(body)) {
			return nil, errSQLite
		}
		if size > 0 {
			v.bytes, body = body[:size], body[size:]
		}
		values = append(values, v)
	}
	return values, nil
}

// sqliteVarint reads a number of up to nine bytes, seven bits in each of the
// first eight, and how many bytes it took; 0 when there are too few.
func sqliteVarint(b []byte) (int64, int) {
	var n uint64
	for i, c := range b {
		if i == 8 {
			return int64(n<<8 | uint64(c)), 9
		}
		n = n<<7 | uint64(c&0x7f)
		if c < 0x80 {
			return int64(n), i + 1
		}
	}
	return 0, 0
}
