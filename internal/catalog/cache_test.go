package catalog

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/s2"
)

// memoryCache is a cache that loses nothing.
type memoryCache struct{ entries sync.Map }

func (c *memoryCache) Get(key string) []byte {
	entry, _ := c.entries.Load(key)
	b, _ := entry.([]byte)
	return b
}

func (c *memoryCache) Put(key string, entry []byte) { c.entries.Store(key, entry) }

func (c *memoryCache) keys() []string {
	var keys []string
	c.entries.Range(func(key, _ any) bool {
		keys = append(keys, key.(string))
		return true
	})
	return keys
}

// namedLayer is a layer that can be told from others before it is read.
type namedLayer struct {
	Layer
	key    string
	opened *atomic.Int64
}

func (l namedLayer) CacheKey() string { return l.key }

func (l namedLayer) Open(ctx context.Context) (io.ReadCloser, error) {
	l.opened.Add(1)
	return l.Layer.Open(ctx)
}

// named gives layers a CacheKey and counts how often they are opened.
func named(layers []Layer) ([]Layer, *atomic.Int64) {
	opened := new(atomic.Int64)
	all := make([]Layer, len(layers))
	for i, l := range layers {
		all[i] = namedLayer{l, "checked", opened}
	}
	return all, opened
}

func TestStoredLayersReadTheSame(t *testing.T) {
	images := map[string][]Layer{
		"whiteouts": {
			layer(t, "0", entry{name: "etc/debian_version", content: "12.7\n"}, entry{name: node, content: nodeA1},
				entry{name: "var/lib/dpkg/status", content: dpkg("bash 5.2-1", "curl 8.0-1")},
				entry{name: "srv/node_modules/b/package.json", content: nodeA2}),
			layer(t, "1", entry{name: "var/lib/dpkg/status", content: dpkg("bash 5.2-1", "curl 8.1-1")},
				entry{name: "srv/.wh..wh..opq"}, entry{name: "app/.wh.node_modules"}),
			layer(t, "2", entry{name: "app/", kind: tar.TypeDir}, entry{name: node, content: nodeA2},
				entry{name: "srv", kind: tar.TypeSymlink, link: "app"}, entry{name: "var/lib/dpkg/info/x.md5sums", content: "0  " + node}),
			layer(t, "3", entry{name: "var/lib/rpm/Packages", content: strings.Repeat("x", 100)}),
		},
		"the same layer twice": {layer(t, "0", entry{name: node, content: nodeA1}), layer(t, "0", entry{name: node, content: nodeA1})},
		"no layers":            nil,
	}
	for _, name := range []string{"alpine-310", "distroless", "vuln-image"} {
		images[name] = dockerArchive(t, trivyPath(t, "pkg/fanal/test/testdata/"+name+".tar.gz"))
	}
	for name, layers := range images {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := read(t, layers...)
			opts := Options{Cache: new(memoryCache)}
			again, opened := named(layers)
			for _, when := range []string{"cold", "warm"} {
				before := opened.Load()
				got, err := inventory(t, again, opts)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s (-without a cache +with):\n%s", when, diff)
				}
				if when == "warm" && opened.Load() != before {
					t.Errorf("%d stored layers were opened", opened.Load()-before)
				}
			}
		})
	}
}

// Any number of damaged entries may only cost time.
func TestDamagedEntriesAreReadAgain(t *testing.T) {
	layers, opened := named([]Layer{layer(t, "0", entry{name: node, content: nodeA1})})
	other, _ := named([]Layer{layer(t, "0", entry{name: node, content: nodeA2})})
	cache, otherCache := new(memoryCache), new(memoryCache)
	opts := Options{Cache: cache}
	want, err := inventory(t, layers, opts)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := inventory(t, other, Options{Cache: otherCache, Version: "other"}); err != nil {
		t.Fatal(err)
	}
	key := cache.keys()[0]
	good := cache.Get(key)
	flipped := func(at int) []byte {
		b := append([]byte(nil), good...)
		b[at] ^= 0x40
		return b
	}
	for name, bad := range map[string][]byte{
		"empty":               {},
		"cut short":           good[:len(good)-1],
		"nothing but a head":  good[:entryHead],
		"longer":              append(append([]byte(nil), good...), 0),
		"another magic":       flipped(3),
		"another digest":      flipped(len(entryMagic) + 3),
		"another content":     flipped(len(good) - 3),
		"of another key":      otherCache.Get(otherCache.keys()[0]),
		"not of this program": []byte(strings.Repeat("x", 1000)),
	} {
		cache.Put(key, bad)
		before := opened.Load()
		got, err := inventory(t, layers, opts)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if opened.Load() == before {
			t.Errorf("%s: the layer was not read", name)
		}
		if diff := cmp.Diff(good, cache.Get(key)); diff != "" {
			t.Errorf("%s: the entry was not replaced", name)
		}
	}
}

// A layer that only claims another's DiffID has another CacheKey.
func TestClaimedDiffID(t *testing.T) {
	var opened atomic.Int64
	opts := Options{Cache: new(memoryCache)}
	for key, content := range map[string]string{"evil.tar": "{}", "checked": nodeA1} {
		l := namedLayer{layer(t, "claimed", entry{name: node, content: content}), key, &opened}
		for range 2 {
			inv, err := inventory(t, []Layer{l}, opts)
			if err != nil {
				t.Fatal(err)
			}
			if got := len(inv.Packages) == 1; got != (content == nodeA1) {
				t.Errorf("%s: %d packages", key, len(inv.Packages))
			}
		}
	}
	if opened.Load() != 2 {
		t.Errorf("two layers were opened %d times", opened.Load())
	}
}

func TestWhatIsNotStored(t *testing.T) {
	good := layer(t, "0", entry{name: node, content: nodeA1})
	var opened atomic.Int64
	for name, l := range map[string]Layer{
		"a layer without a key":       good,
		"a layer with an empty key":   namedLayer{good, "", &opened},
		"a layer that does not open":  namedLayer{brokenLayer{errors.New("gone")}, "checked", &opened},
		"a layer that does not check": namedLayer{failingAtEnd{good}, "checked", &opened},
		"a layer that is cut short":   namedLayer{memoryLayer{"0", good.content[:512]}, "checked", &opened},
	} {
		cache := new(memoryCache)
		if _, err := inventory(t, []Layer{l}, Options{Cache: cache}); err != nil {
			t.Fatal(err)
		}
		if keys := cache.keys(); len(keys) > 0 {
			t.Errorf("%s was stored", name)
		}
	}
}

func TestLayerKey(t *testing.T) {
	var opened atomic.Int64
	base := namedLayer{memoryLayer{id: "sha256:1"}, "checked", &opened}
	opts := Options{Cache: new(memoryCache), MaxFileSize: 100, Version: "1.0"}
	seen := map[string]string{opts.layerKey(base, "a"): "itself"}
	for name, key := range map[string]string{
		"the DiffID":   opts.layerKey(namedLayer{memoryLayer{id: "sha256:2"}, "checked", &opened}, "a"),
		"the CacheKey": opts.layerKey(namedLayer{memoryLayer{id: "sha256:1"}, "file", &opened}, "a"),
		"the limit":    Options{Cache: opts.Cache, MaxFileSize: 10, Version: "1.0"}.layerKey(base, "a"),
		"the version":  Options{Cache: opts.Cache, MaxFileSize: 100, Version: "1.1"}.layerKey(base, "a"),
		"analyzers":    opts.layerKey(base, "b"),
	} {
		if key == "" || seen[key] != "" {
			t.Errorf("with another %s the key is that of %s", name, seen[key])
		}
		seen[key] = name
	}

	all := analyzers(nil)
	if factsVersion(all) == factsVersion(all[1:]) {
		t.Error("the version does not know the analyzers")
	}
}

// What an analyzer finds depends on the file alone, so that it can be stored. An
// analyzer that is given settings must add them to layerKey, and then to this list.
func TestAnalyzersHaveNoSettings(t *testing.T) {
	for _, a := range analyzers(nil) {
		switch a := a.(type) {
		case releaseFile: // its fields are a path and a function, the same for all images
		case editioned: // its settings are part of the key
		default:
			if size := reflect.TypeOf(a).Size(); size != 0 {
				t.Errorf("%s has settings that are no part of layerKey", a.name())
			}
		}
	}
}

// Every field of what is stored comes back, those to come included.
func TestPlainRoundTrip(t *testing.T) {
	n := 0
	var fill func(v reflect.Value)
	fill = func(v reflect.Value) {
		n++
		switch v.Kind() {
		case reflect.String:
			v.SetString(strings.Repeat("é", n%200) + fmt.Sprint(n))
		case reflect.Int:
			v.SetInt(int64(n) * int64(1-n%2*2) << (n % 40))
		case reflect.Bool:
			v.SetBool(true)
		case reflect.Uint8:
			v.SetUint(uint64(n % 256))
		case reflect.Pointer:
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem())
		case reflect.Slice:
			v.Set(reflect.MakeSlice(v.Type(), 1+n%3, 1+n%3))
			for i := range v.Len() {
				fill(v.Index(i))
			}
		case reflect.Struct:
			for i := range v.NumField() {
				fill(v.Field(i))
			}
		}
	}
	var full storedLayer
	fill(reflect.ValueOf(&full).Elem())
	for _, want := range []storedLayer{full, {}, {Files: []facts{{Packages: nil}}, Opaque: []string{}}} {
		var got storedLayer
		if err := readPlain(appendPlain(nil, reflect.ValueOf(want)), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("read back (-want +got):\n%s", diff)
		}
	}
}

// FuzzStoredLayer reads content with a digest that fits it, as only an attacker
// would make it: it must be refused, or be a layer that merges.
func FuzzStoredLayer(f *testing.F) {
	w := walker{analyzers: analyzers(nil), spool: spool{max: 1 << 20, buffers: newBuffers()}}
	facts, err := w.read(f.Context(), layer(f, "0", entry{name: node, content: nodeA1}, entry{name: "etc/.wh.x"},
		entry{name: "etc/debian_version", content: "12.7\n"}, entry{name: "var/lib/dpkg/status", content: dpkg("bash 5.2-1")}))
	if err != nil {
		f.Fatal(err)
	}
	plain, err := s2.Decode(nil, encodeLayer("key", &facts)[entryHead:])
	if err != nil {
		f.Fatal(err)
	}
	f.Add(plain)
	f.Fuzz(func(t *testing.T, plain []byte) {
		packed := s2.Encode(nil, plain)
		sum := entrySum("key", packed)
		l, err := decodeLayer("key", "0", append(append([]byte(entryMagic), sum[:]...), packed...))
		if err != nil {
			return
		}
		if _, err := merge([]layerFacts{facts, l, l, facts}); err != nil {
			t.Errorf("merging what was accepted: %v", err)
		}
	})
}
