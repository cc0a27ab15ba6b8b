package catalog

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/klauspost/compress/s2"
)

// The limits of a stored layer, in bytes. A layer with a million files and a
// hundred thousand packages stays under a quarter of them; one that is larger is
// read again each time.
const (
	maxStored   = 64 << 20
	maxUnpacked = 256 << 20
)

// storedLayer is layerFacts as it is stored, which is without gaps.
type storedLayer struct {
	EntryCount  int
	EntryBlocks [][]byte
	EntryTail   []byte
	Whiteouts   []string
	Opaque      []string
	Files       []facts
}

// entryHead is how an entry begins: magic, and the digest of the key and of all
// that follows.
const (
	entryMagic = "imgscan layer 1\n"
	entryHead  = len(entryMagic) + sha256.Size
)

// encodeLayer is l as an entry of the cache under key; nil when it is too large.
func encodeLayer(key string, l *layerFacts) []byte {
	plain := appendPlain(nil, reflect.ValueOf(storedLayer{
		EntryCount:  l.Entries.count,
		EntryBlocks: l.Entries.blocks,
		EntryTail:   l.Entries.tail,
		Whiteouts:   l.Whiteouts,
		Opaque:      l.Opaque,
		Files:       l.Files,
	}))
	if len(plain) > maxUnpacked {
		return nil
	}
	packed := s2.Encode(nil, plain)
	sum := entrySum(key, packed)
	entry := slices.Concat([]byte(entryMagic), sum[:], packed)
	if len(entry) > maxStored {
		return nil
	}
	return entry
}

// decodeLayer reads an entry that was stored under key for the layer diffID. The
// digest finds damage; everything after it withstands bytes made on purpose.
func decodeLayer(key, diffID string, entry []byte) (layerFacts, error) {
	if len(entry) < entryHead || len(entry) > maxStored || !bytes.HasPrefix(entry, []byte(entryMagic)) {
		return layerFacts{}, errors.New("not an entry of this version")
	}
	packed := entry[entryHead:]
	if sum := entrySum(key, packed); !bytes.Equal(sum[:], entry[len(entryMagic):entryHead]) {
		return layerFacts{}, errors.New("the entry is damaged or is another's")
	}
	size, err := s2.DecodedLen(packed)
	if err != nil || size > maxUnpacked {
		return layerFacts{}, fmt.Errorf("unpacking %d bytes: %w", size, errors.Join(err, errPlain))
	}
	plain, err := s2.Decode(nil, packed)
	if err != nil {
		return layerFacts{}, fmt.Errorf("unpacking: %w", err)
	}
	var stored storedLayer
	if err := readPlain(plain, &stored); err != nil {
		return layerFacts{}, err
	}
	l := layerFacts{
		DiffID:    diffID,
		Entries:   pathList{count: stored.EntryCount, blocks: stored.EntryBlocks, tail: stored.EntryTail},
		Whiteouts: stored.Whiteouts,
		Opaque:    stored.Opaque,
		Files:     stored.Files,
	}
	return l, l.Entries.check()
}

func entrySum(key string, packed []byte) [sha256.Size]byte {
	h := sha256.New()
	h.Write([]byte(key))
	h.Write(packed)
	return [sha256.Size]byte(h.Sum(nil))
}
