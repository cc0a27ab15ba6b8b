package catalog

import (
	"bufio"
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

const (
	// maxSymbols is the size in bytes of a symbol table or its names that is
	// searched. Trivy's own, a large program, has 27 MiB.
	maxSymbols = 128 << 20

	// maxVersions is how many symbols with the name of a version are looked at, and
	// maxVersionName how long in bytes such a name or a version may be. Go programs
	// have a handful.
	maxVersions    = 1 << 10
	maxVersionName = 4 << 10
)

// versionSymbols is an executable with its symbol table reduced to the symbols
// that may hold the version of a Go module, such as main.version.str: Trivy's
// parser loads the whole table, several times the size of the file's code, to
// look at those. What is no ELF file, or has a table that Trivy would not read
// either, comes back without one.
func versionSymbols(r io.ReaderAt, size int64) (io.ReaderAt, int64, error) {
	f, err := elf.NewFile(r)
	if err != nil {
		return r, size, nil // another format, where symbols are not searched
	}
	table := slices.IndexFunc(f.Sections, func(s *elf.Section) bool { return s.Type == elf.SHT_SYMTAB })
	if table < 0 {
		return r, size, nil
	}
	layout, err := layoutOf(f, r)
	if err != nil {
		return nil, 0, err
	}
	names := int(f.Sections[table].Link)
	if names == layout.sectionNames {
		return r, size, checkSymbols(f, table, names) // the names of sections are needed
	}
	if names <= 0 || names >= len(f.Sections) || names == table {
		return layout.patch(r, size, table, nil, names, nil)
	}
	if err := checkSymbols(f, table, names); err != nil {
		return nil, 0, err
	}
	found, err := versionNames(f.Sections[names].Open())
	if err == nil && len(found) > 0 {
		symbols, strings, err := layout.versions(f.Sections[table].Open(), found)
		if err == nil {
			return layout.patch(r, size, table, symbols, names, strings)
		}
	}
	return layout.patch(r, size, table, nil, names, nil)
}

// checkSymbols refuses a symbol table that is too large to search. The declared
// size of a compressed section is what it inflates to.
func checkSymbols(f *elf.File, sections ...int) error {
	for _, i := range sections {
		if f.Sections[i].Size > maxSymbols {
			return fmt.Errorf("the symbol table is over the limit of %d bytes", maxSymbols)
		}
	}
	return nil
}

// versionName is a name that ends as Trivy looks for it. Symbols may share the
// end of a name, so one that starts anywhere in it counts.
type versionName struct {
	start  uint64 // in the table of names
	suffix uint64 // where the last of the ends that count begins
	text   []byte
}

var errManyVersions = errors.New("too many symbols have the name of a version")

// versionNames are the names in a table of names that end in ".version.str" or
// ".ver.str" in any case, by their place.
func versionNames(table io.Reader) ([]versionName, error) {
	var (
		found  []versionName
		in     = bufio.NewReaderSize(table, 64<<10)
		offset uint64
		name   []byte // the end of it, when it is long
	)
	for {
		piece, err := in.ReadSlice(0)
		offset += uint64(len(piece))
		name = append(name, piece...)
		if len(name) > maxVersionName {
			name = append(name[:0], name[len(name)-maxVersionName:]...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if errors.Is(err, io.EOF) {
			return found, nil // what has no end is no name
		}
		if err != nil {
			return nil, err
		}
		text := name[:len(name)-1]
		if n := versionSuffix(text); n > 0 {
			if len(found) == maxVersions {
				return nil, errManyVersions
			}
			end := offset - 1
			found = append(found, versionName{start: end - uint64(len(text)), suffix: end - uint64(n), text: bytes.Clone(text)})
		}
		name = name[:0]
	}
}

// versionSuffix is the length of the end of name that makes Trivy take it for a
// version; 0 when it has none.
func versionSuffix(name []byte) int {
	key, ok := bytes.CutSuffix(name, []byte(".str"))
	if !ok {
		return 0
	}
	for _, suffix := range []string{".version", ".ver"} {
		if len(key) >= len(suffix) && bytes.EqualFold(key[len(key)-len(suffix):], []byte(suffix)) {
			return len(suffix) + len(".str")
		}
	}
	return 0
}

// elfLayout says where things are in the headers and symbols of one kind of ELF
// file, in bytes.
type elfLayout struct {
	order binary.ByteOrder
	wide  bool // 64 bits

	sections, sectionSize uint64 // the table of section headers
	sectionNames          int    // the section with their names

	flags, offset, size int // in a section header

	symbol           int // the size of one
	symName, symSize int // in a symbol
}

func layoutOf(f *elf.File, r io.ReaderAt) (*elfLayout, error) {
	var header [64]byte
	if _, err := r.ReadAt(header[:], 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if f.Class == elf.ELFCLASS32 {
		return &elfLayout{
			order:    f.ByteOrder,
			sections: uint64(f.ByteOrder.Uint32(header[32:])), sectionSize: uint64(f.ByteOrder.Uint16(header[46:])),
			sectionNames: int(f.ByteOrder.Uint16(header[50:])),
			flags:        8, offset: 16, size: 20,
			symbol: elf.Sym32Size, symSize: 8,
		}, nil
	}
	return &elfLayout{
		order: f.ByteOrder, wide: true,
		sections: f.ByteOrder.Uint64(header[40:]), sectionSize: uint64(f.ByteOrder.Uint16(header[58:])),
		sectionNames: int(f.ByteOrder.Uint16(header[62:])),
		flags:        8, offset: 24, size: 32,
		symbol: elf.Sym64Size, symSize: 16,
	}, nil
}

// versions are the symbols that have one of the names, which are sorted by place,
// as a symbol table and its table of names.
func (l *elfLayout) versions(table io.Reader, names []versionName) (symbols, strings []byte, err error) {
	symbols = make([]byte, l.symbol) // the first is left empty and not looked at
	strings = []byte{0}
	in := bufio.NewReaderSize(table, 64<<10)
	symbol := make([]byte, l.symbol)
	for i := 0; ; i++ {
		if _, err := io.ReadFull(in, symbol); errors.Is(err, io.EOF) {
			return symbols, strings, nil
		} else if err != nil {
			return nil, nil, err
		}
		at := uint64(l.order.Uint32(symbol[l.symName:]))
		n, found := slices.BinarySearchFunc(names, at, func(v versionName, at uint64) int {
			switch {
			case at < v.start:
				return 1
			case at > v.suffix:
				return -1
			}
			return 0
		})
		// The size is that of the version; Trivy makes room for it unseen.
		if size := l.word(symbol[l.symSize:]); !found || i == 0 || size == 0 || size > maxVersionName {
			continue
		}
		if len(symbols)/l.symbol > maxVersions {
			return nil, nil, errManyVersions
		}
		l.order.PutUint32(symbol[l.symName:], uint32(len(strings)))
		symbols = append(symbols, symbol...)
		strings = append(append(strings, names[n].text[at-names[n].start:]...), 0)
	}
}

// patch is the file with other contents for two of its sections, put behind its
// end.
func (l *elfLayout) patch(r io.ReaderAt, size int64, table int, symbols []byte, names int, strings []byte) (io.ReaderAt, int64, error) {
	p := &patched{ReaderAt: r, size: size, tail: append(slices.Clone(symbols), strings...)}
	if err := l.move(p, table, uint64(size), len(symbols)); err != nil {
		return nil, 0, err
	}
	if len(strings) > 0 {
		if err := l.move(p, names, uint64(size)+uint64(len(symbols)), len(strings)); err != nil {
			return nil, 0, err
		}
	}
	return p, size + int64(len(p.tail)), nil
}

// move makes section i have size bytes at offset.
func (l *elfLayout) move(p *patched, i int, offset uint64, size int) error {
	at := int64(l.sections + uint64(i)*l.sectionSize)
	header := make([]byte, l.sectionSize)
	if _, err := p.ReaderAt.ReadAt(header, at); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("reading section %d: %w", i, err)
	}
	l.putWord(header[l.flags:], l.word(header[l.flags:])&^uint64(elf.SHF_COMPRESSED))
	l.putWord(header[l.offset:], offset)
	l.putWord(header[l.size:], uint64(size))
	p.patches = append(p.patches, patch{at, header})
	return nil
}

func (l *elfLayout) word(b []byte) uint64 {
	if l.wide {
		return l.order.Uint64(b)
	}
	return uint64(l.order.Uint32(b))
}

func (l *elfLayout) putWord(b []byte, v uint64) {
	if l.wide {
		l.order.PutUint64(b, v)
	} else {
		l.order.PutUint32(b, uint32(v))
	}
}

// patched is a file of size bytes with a tail behind it and patches in it.
type patched struct {
	io.ReaderAt

	size    int64
	tail    []byte
	patches []patch
}

type patch struct {
	at      int64
	content []byte
}

func (p *patched) ReadAt(b []byte, off int64) (int, error) {
	n, err := 0, error(nil)
	if off < p.size {
		if n, err = p.ReaderAt.ReadAt(b[:min(int64(len(b)), p.size-off)], off); err != nil && !errors.Is(err, io.EOF) {
			return n, err
		}
		for _, c := range p.patches {
			if from := c.at - off; from < int64(n) && from+int64(len(c.content)) > 0 {
				copy(b[max(from, 0):n], c.content[max(-from, 0):])
			}
		}
	}
	if at := off + int64(n) - p.size; n < len(b) && at >= 0 && at < int64(len(p.tail)) {
		n += copy(b[n:], p.tail[at:])
	}
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}
