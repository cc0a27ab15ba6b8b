package catalog

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/klauspost/compress/s2"
)

// pathBlock is how many bytes of paths are kept as they are before they are
// compressed, and pathBlockLimit how many a block has at most.
const (
	pathBlock      = 32 << 10
	pathBlockLimit = pathBlock + maxPath + 2*binary.MaxVarintLen64
)

// pathList is a list of paths that takes a few bytes for each: a layer may have
// millions, and all that is ever asked is what they are, in order. Each path is
// the length of what it shares with the one before and the rest; blocks of them
// are compressed.
type pathList struct {
	count  int
	blocks [][]byte // compressed
	tail   []byte   // the last block, not compressed yet
	last   []byte   // the path at the end of tail
}

func (l *pathList) add(path string) {
	shared := 0
	for shared < min(len(path), len(l.last)) && path[shared] == l.last[shared] {
		shared++
	}
	l.tail = binary.AppendUvarint(l.tail, uint64(shared))
	l.tail = binary.AppendUvarint(l.tail, uint64(len(path)-shared))
	l.tail = append(l.tail, path[shared:]...)
	l.last = append(l.last[:shared], path[shared:]...)
	l.count++
	if len(l.tail) >= pathBlock {
		// The compressor asks for room for the worst case, which must not stay.
		packed := s2.Encode(nil, l.tail)
		l.blocks = append(l.blocks, append(make([]byte, 0, len(packed)), packed...))
		l.tail, l.last = l.tail[:0], l.last[:0]
	}
}

// each calls visit with every path, in the order in which they were added. The
// bytes are only valid during the call. Only a list from elsewhere can be broken.
func (l *pathList) each(visit func(path []byte)) error {
	var raw, path []byte
	for _, block := range l.blocks {
		size, err := s2.DecodedLen(block)
		if err == nil && size > pathBlockLimit {
			err = fmt.Errorf("a block of %d bytes", size)
		}
		if err == nil {
			raw, err = s2.Decode(raw[:cap(raw)], block)
		}
		if err == nil {
			path, err = eachPath(raw, path, visit)
		}
		if err != nil {
			return fmt.Errorf("reading a list of paths: %w", err)
		}
	}
	if _, err := eachPath(l.tail, path, visit); err != nil {
		return fmt.Errorf("reading a list of paths: %w", err)
	}
	return nil
}

// check says whether a list from elsewhere is whole.
func (l *pathList) check() error {
	count := 0
	if err := l.each(func([]byte) { count++ }); err != nil {
		return err
	}
	if count != l.count {
		return fmt.Errorf("a list of %d paths has %d", l.count, count)
	}
	return nil
}

var errPathList = errors.New("a path does not fit")

// eachPath reads one block, using path's memory.
func eachPath(raw, path []byte, visit func(path []byte)) ([]byte, error) {
	path = path[:0]
	for len(raw) > 0 {
		shared, n := binary.Uvarint(raw)
		if n <= 0 || shared > uint64(len(path)) {
			return path, errPathList
		}
		rest, m := binary.Uvarint(raw[n:])
		if m <= 0 || rest > uint64(len(raw)-n-m) {
			return path, errPathList
		}
		raw = raw[n+m:]
		path = append(path[:shared], raw[:rest]...)
		raw = raw[rest:]
		visit(path)
	}
	return path, nil
}
