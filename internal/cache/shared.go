package cache

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Shared is a Folder together with the entries of a bundle, which is how entries
// get from one machine to the next.
type Shared struct {
	folder *Folder

	arrived chan struct{}
	bundle  map[string][]byte // once arrived is closed

	mu   sync.Mutex
	used map[string][]byte
}

// NewShared asks for a bundle at once and waits for it when the first entry is
// wanted that the folder does not have. Fetch returns nil when there is none; a
// broken bundle is as good as none.
func NewShared(folder *Folder, fetch func() []byte) *Shared {
	s := &Shared{folder: folder, arrived: make(chan struct{}), used: make(map[string][]byte)}
	go func() {
		defer close(s.arrived)
		if entries, err := unbundle(fetch()); err == nil {
			s.bundle = entries
		}
	}()
	return s
}

// Get is the entry stored under key; nil when there is none.
func (s *Shared) Get(key string) []byte {
	entry := s.folder.Get(key)
	if entry == nil {
		<-s.arrived
		if entry = s.bundle[key]; entry == nil {
			return nil
		}
	}
	s.use(key, entry)
	return entry
}

// Put stores an entry in the folder, and in the next bundle.
func (s *Shared) Put(key string, entry []byte) {
	s.folder.Put(key, entry)
	s.use(key, entry)
}

func (s *Shared) use(key string, entry []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.used[key] = entry
}

// Bundle is every entry that was used, and a name for just that set of them; nil
// when the bundle that was fetched has them all.
func (s *Shared) Bundle() (content []byte, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.used) == 0 {
		return nil, ""
	}
	<-s.arrived
	if !slices.ContainsFunc(slices.Collect(maps.Keys(s.used)), func(key string) bool { return s.bundle[key] == nil }) {
		return nil, ""
	}
	keys := slices.Sorted(maps.Keys(s.used))
	sum := sha256.Sum256([]byte(strings.Join(keys, "\n")))
	content = []byte(bundleMagic)
	for _, key := range keys {
		content = appendPiece(content, []byte(key))
		content = appendPiece(content, s.used[key])
	}
	return content, hex.EncodeToString(sum[:])
}

// A bundle is its magic, and then each key and entry with its length before it.
const bundleMagic = "imgscan bundle 1\n"

var errBundle = errors.New("not a bundle")

func appendPiece(b, piece []byte) []byte {
	return append(binary.AppendUvarint(b, uint64(len(piece))), piece...)
}

// unbundle takes a bundle apart. The entries share its memory; whoever uses one
// checks it.
func unbundle(content []byte) (map[string][]byte, error) {
	left, ok := bytes.CutPrefix(content, []byte(bundleMagic))
	if !ok {
		return nil, errBundle
	}
	entries := make(map[string][]byte)
	for len(left) > 0 {
		var pieces [2][]byte
		for i := range pieces {
			size, n := binary.Uvarint(left)
			if n <= 0 || size > uint64(len(left)-n) {
				return nil, errBundle
			}
			pieces[i], left = left[n:n+int(size)], left[n+int(size):]
		}
		entries[string(pieces[0])] = pieces[1]
	}
	return entries, nil
}
