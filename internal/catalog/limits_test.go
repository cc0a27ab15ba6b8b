package catalog

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/org/imgscan-action/internal/finding"
)

// A package database made to fill the memory ends somewhere, and says so.
func TestDatabasesAreLimited(t *testing.T) {
	t.Parallel()
	repeated := func(line string, n int) []byte {
		var b bytes.Buffer
		for i := range n {
			fmt.Fprintf(&b, line, i)
		}
		return b.Bytes()
	}
	tests := []struct {
		name     string
		by       analyzer
		content  []byte
		packages int
		want     string
	}{
		{"apk", apkInstalled{}, repeated("P:p%d\nV:1-r0\n\n", maxPackages+2), maxPackages, "more than 200000 packages"},
		{"apk, full", apkInstalled{}, repeated("P:p%d\nV:1-r0\n\n", maxPackages), maxPackages, ""},
		{"apk, last without its end", apkInstalled{}, bytes.TrimSpace(repeated("P:p%d\nV:1-r0\n\n", maxPackages+1)), maxPackages, "more than 200000 packages"},
		{"apk, files", apkInstalled{}, append([]byte("P:a\nV:1-r0\n\nP:b\nV:1-r0\n"), bytes.Repeat([]byte("R:a\n"), maxNames+1)...), 1, "more than 4194304 names"},
		{"apk, needed", apkInstalled{}, append([]byte("P:a\nV:1-r0\n\nP:b\nV:1-r0\n"), bytes.Repeat([]byte("D:"+strings.Repeat("a ", 1<<20)+"\n"), 5)...), 1, "more than 4194304 names"},
		{"apk, provided", apkInstalled{}, append([]byte("P:a\nV:1-r0\n\nP:b\nV:1-r0\n"), bytes.Repeat([]byte("p:"+strings.Repeat("a ", 1<<20)+"\n"), 5)...), 1, "more than 4194304 names"},
		{"dpkg", dpkgStatus{}, repeated("Package: p%d\nStatus: install ok installed\nVersion: 1\n\n", maxPackages+2), maxPackages, "more than 200000 packages"},
		{"dpkg, needed", dpkgStatus{}, repeated("Package: p%d\nStatus: install ok installed\nVersion: 1\nDepends: "+strings.Repeat("a,", 1<<20)+"\n\n", 5), 4, "more than 4194304 names"},
		{"rpm list", rpmManifest{}, repeated("p%d\t1-1\t0\t0\tv\t(none)\t0\tx86_64\t0\tp-1-1.src.rpm\n", maxPackages+2), maxPackages, "more than 200000 packages"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			said, err := test.by.analyze(t.Context(), languageFile("database", test.content))
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("error %v, want %q", err, test.want)
			}
			if len(said.Packages) != test.packages {
				t.Errorf("%d packages, want %d", len(said.Packages), test.packages)
			}
			for _, p := range said.Packages {
				if p.Name == "" || p.Version == "" {
					t.Fatalf("a package is not whole: %+v", p)
				}
			}
		})
	}
}

func TestRPMHeaderIsLimited(t *testing.T) {
	t.Parallel()
	e := rpmEntry{kind: rpmStringArray, count: maxNames + 1, data: make([]byte, maxNames+1)}
	if _, err := e.texts(); err == nil {
		t.Error("a header with too many names was read")
	}
}

// Many files can list as much as one.
func TestLayersAreLimited(t *testing.T) {
	t.Parallel()
	var w walker
	w.start(layer(t, "0"))
	const each = maxPackages/2 + 1
	for i, want := range []int{each, each - 2, 0, 0} {
		said := &facts{Packages: make([]finding.Package, each)}
		w.add(nodePackage{}, fmt.Sprint(i), said)
		if len(said.Packages) != want {
			t.Errorf("file %d: kept %d packages, want %d", i, len(said.Packages), want)
		}
	}
	if gaps := w.layer.Gaps; len(gaps) != 1 || gaps[0].Kind != finding.GapUnreadableLayer || gaps[0].Layer == "" {
		t.Errorf("gaps %+v, want one about the layer", gaps)
	}
}

// What is left out of an image does not depend on which layer is read first.
func TestImagesAreLimited(t *testing.T) {
	t.Parallel()
	const layers, full = 7, maxLayersPackages / maxPackages
	made := func(i int) layerFacts {
		return layerFacts{DiffID: fmt.Sprint(i), Files: []facts{{Path: fmt.Sprint("file", i), Packages: make([]finding.Package, maxPackages)}}}
	}
	for _, order := range [][]int{{0, 1, 2, 3, 4, 5, 6}, {6, 5, 4, 3, 2, 1, 0}, {1, 2, 3, 4, 5, 6, 0}} {
		read := make([]layerFacts, layers)
		limit := newLayersLimit(read)
		for _, i := range order {
			limit.add(i, made(i))
		}
		for i, l := range read {
			if out := l.Files[0].Packages == nil; out != (i >= full) || out != (len(l.Gaps) == 1) || l.DiffID != fmt.Sprint(i) {
				t.Errorf("read in the order %v, layer %d: left out %v, gaps %+v", order, i, out, l.Gaps)
			}
		}
	}
}

// Layers that are each within their limit can make too large an image.
func TestMergedPackagesAreLimited(t *testing.T) {
	t.Parallel()
	layers := make([]layerFacts, 2)
	for i := range layers {
		path := fmt.Sprint("file", i)
		layers[i] = layerFacts{DiffID: path, Files: []facts{{Path: path, Analyzer: "npm"}}}
		for n := range maxPackages/2 + 1 {
			layers[i].Files[0].Packages = append(layers[i].Files[0].Packages, finding.Package{
				Class: finding.ClassLanguage, Type: "npm", Name: fmt.Sprint("p", n), Version: "1", Path: path,
			})
		}
	}
	inv, err := merge(layers)
	if err != nil {
		t.Fatal(err)
	}
	if len(inv.Packages) != maxPackages {
		t.Errorf("%d packages", len(inv.Packages))
	}
	if len(inv.Gaps) != 1 || inv.Gaps[0].Kind != finding.GapUnreadableLayer || !strings.Contains(inv.Gaps[0].Detail, "200002 packages") {
		t.Errorf("gaps %+v", inv.Gaps)
	}
}
