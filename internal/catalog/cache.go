package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"strings"
)

// Cache keeps what layers said, so that a base layer is read once and not with
// every image that stands on it. Its methods are called by several goroutines.
//
// It is trusted with the answer and not with the bytes: an entry that is damaged,
// or is not the one that was stored under its key, is as good as none.
type Cache interface {
	// Get is the entry stored under key; nil when there is none.
	Get(key string) []byte

	// Put stores an entry, or does not: a cache that cannot is only slower.
	Put(key string, entry []byte)
}

// A cacheable layer can be told from every other one before it is read. Layers
// without the method are not stored.
type cacheable interface {
	// CacheKey says what stands for the content of the layer besides its DiffID,
	// which is only what an image claims. Two layers with the same DiffID and
	// CacheKey must be read alike. Empty means that nothing stands for it.
	CacheKey() string
}

// recall is what l said the last time; false when nobody remembers.
func (o Options) recall(key string, l Layer) (layerFacts, bool) {
	if key == "" {
		return layerFacts{}, false
	}
	facts, err := decodeLayer(key, l.DiffID(), o.Cache.Get(key))
	return facts, err == nil
}

// remember stores what a layer said.
func (o Options) remember(key string, facts *layerFacts) {
	if key == "" || len(facts.Gaps) > 0 {
		return
	}
	if entry := encodeLayer(key, facts); entry != nil {
		o.Cache.Put(key, entry)
	}
}

// layerKey is where the facts of l are stored: "" for nowhere. It covers all
// that they depend on, of which version is the factsVersion.
func (o Options) layerKey(l Layer, version string) string {
	c, ok := l.(cacheable)
	if o.Cache == nil || !ok || c.CacheKey() == "" {
		return ""
	}
	h := sha256.New()
	for _, part := range []string{
		version,
		o.Version,
		fmt.Sprint(o.MaxFileSize),
		l.DiffID(),
		c.CacheKey(),
	} {
		fmt.Fprintf(h, "%d:%s\n", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// factsVersion changes with the analyzers there are and with the shape of what is
// stored. What an analyzer makes of a file changes with the program, which is why
// Options.Version is part of the key as well.
func factsVersion(all []analyzer) string {
	names := []string{shape(reflect.TypeFor[storedLayer]())}
	for _, a := range all {
		names = append(names, a.name())
		if e, ok := a.(editioned); ok {
			names = append(names, e.edition())
		}
	}
	return strings.Join(names, " ")
}

// An editioned analyzer looks things up in a database, of which there are
// editions; what it made of a file is for one of them.
type editioned interface {
	edition() string
}
