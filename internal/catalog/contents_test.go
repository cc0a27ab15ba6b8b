package catalog

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The lowest layers say what an image of them alone would, also after the whole
// was asked for: nothing that was read is changed.
func TestPrefix(t *testing.T) {
	images := map[string][]Layer{
		"made": {
			layer(t, "0", entry{name: "etc/debian_version", content: "12.7\n"}, entry{name: node, content: nodeA1},
				entry{name: "var/lib/dpkg/status", content: dpkg("bash 5.2-1", "curl 8.0-1")},
				entry{name: "usr/bin/tool", content: elfFile(2, 1000), mode: 0o755}),
			layer(t, "1", entry{name: "var/lib/dpkg/status", content: dpkg("bash 5.2-2")}, entry{name: ".wh.app"},
				entry{name: "etc/apt/sources.list", content: "deb https://example.com/x /\n"}),
			layer(t, "0", entry{name: node, content: nodeA2}, entry{name: "etc/.wh.apt"}, entry{name: "usr/bin/.wh.tool"}),
		},
	}
	for _, name := range []string{"alpine-310", "vuln-image"} {
		images[name] = dockerArchive(t, trivyPath(t, "pkg/fanal/test/testdata/"+name+".tar.gz"))
	}
	for name, layers := range images {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			contents, err := Read(t.Context(), layers, Options{})
			if err != nil {
				t.Fatal(err)
			}
			var before [][]byte
			for i := range contents.layers {
				before = append(before, encodeLayer("", &contents.layers[i]))
			}
			for range 2 {
				for n := range len(layers) + 1 {
					got, err := contents.Prefix(n)
					if err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(read(t, layers[:n]...), got); diff != "" {
						t.Errorf("%d layers (-alone +prefix):\n%s", n, diff)
					}
				}
				all, err := contents.Inventory()
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(read(t, layers...), all); diff != "" {
					t.Errorf("all layers (-want +got):\n%s", diff)
				}
			}
			for i := range contents.layers {
				if !bytes.Equal(before[i], encodeLayer("", &contents.layers[i])) {
					t.Errorf("merging changed layer %d", i)
				}
			}
		})
	}
}

func TestPrefixOfTooMany(t *testing.T) {
	contents, err := Read(t.Context(), []Layer{layer(t, "0")}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{-1, 2} {
		if _, err := contents.Prefix(n); err == nil || err.Error() != fmt.Sprintf("an image of 1 layers has no %d lowest ones", n) {
			t.Errorf("%d layers: %v", n, err)
		}
	}
}
