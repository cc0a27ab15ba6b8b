package parity

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// simple scans as Trivy does: a file "NAME.pkg" is a package, whiteouts remove it,
// and a folder in its place does not.
type simple struct{}

func (simple) Scan(_ context.Context, file string) (Scan, error) {
	img, err := tarball.ImageFromPath(file, nil)
	if err != nil {
		return Scan{}, err
	}
	layers, err := img.Layers()
	if err != nil {
		return Scan{}, err
	}
	var s Scan
	seen := make(map[string]string)
	for _, l := range layers {
		id, err := l.DiffID()
		if err != nil {
			return Scan{}, err
		}
		s.Layers = append(s.Layers, id.String())
		if err := readNames(l, func(dir, base string, isDir bool) {
			gone, whiteout := strings.CutPrefix(base, ".wh.")
			switch {
			case whiteout:
				delete(seen, dir+gone)
			case !isDir && strings.HasSuffix(base, ".pkg"):
				seen[dir+base] = "1"
			}
		}); err != nil {
			return Scan{}, err
		}
	}
	for file := range seen {
		s.Packages = append(s.Packages, Package{Type: "test", Name: file, Version: "1", Path: file})
		s.Findings = append(s.Findings, Finding{Type: "test", Package: file, ID: "CVE-1"})
	}
	s.tidy()
	return s, nil
}

func readNames(l v1.Layer, visit func(dir, base string, isDir bool)) (err error) {
	rc, err := l.Uncompressed()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rc.Close()) }()
	for r := tar.NewReader(rc); ; {
		hdr, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		dir, base := path.Split(path.Clean(hdr.Name))
		visit(dir, base, hdr.Typeflag == tar.TypeDir)
	}
}

// archiveOf writes an image whose layers have the named files; a name that ends in
// a slash is a folder.
func archiveOf(t *testing.T, layers ...[]string) string {
	t.Helper()
	var built []v1.Layer
	for _, files := range layers {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		for _, file := range files {
			hdr := &tar.Header{Name: file, Typeflag: tar.TypeReg, Mode: 0o644}
			if strings.HasSuffix(file, "/") {
				hdr.Typeflag = tar.TypeDir
			}
			if err := w.WriteHeader(hdr); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		built = append(built, static.NewLayer(b.Bytes(), "application/vnd.docker.image.rootfs.diff.tar"))
	}
	img, err := imageOf(built)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "image.tar")
	if err := tarball.WriteToFile(file, name.MustParseReference("parity/test:latest"), img); err != nil {
		t.Fatal(err)
	}
	return file
}

func witnessOf(t *testing.T, layers ...[]string) *witness {
	t.Helper()
	file := archiveOf(t, layers...)
	scan, err := simple{}.Scan(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	return &witness{trivy: simple{}, temp: t.TempDir(), path: file, image: scan}
}

// TestLayer asks for the layer of packages that stay, come back, and are written
// again: of the distribution's by the one check, of a language's by the other.
func TestLayer(t *testing.T) {
	w := witnessOf(t,
		[]string{"stayed.pkg", "again.pkg", "back.pkg"},
		[]string{".wh.back.pkg", "new.pkg"},
		[]string{"back.pkg", "again.pkg"},
		[]string{"etc/motd"},
	)
	for _, test := range []struct {
		file           string
		since, written int
	}{
		{"stayed.pkg", 0, 0},
		{"again.pkg", 0, 2},
		{"new.pkg", 1, 1},
		{"back.pkg", 2, 2},
	} {
		for _, distro := range []bool{true, false} {
			p := Package{Type: "test", Name: test.file, Version: "1", Path: test.file, distro: distro}
			for i, layer := range w.image.Layers {
				d := Difference{Kind: "package", Field: "layer", Imgscan: layer, packages: couple[Package]{&p, &p}}
				for check, want := range map[string]bool{
					checkSince:   distro && i == test.since,
					checkWritten: !distro && i == test.written,
				} {
					got, err := w.check(t.Context(), check, d)
					if err != nil {
						t.Fatal(err)
					}
					if got != want {
						t.Errorf("%s, of the distribution %t, %s layer %d: %t", test.file, distro, check, i, got)
					}
				}
			}
		}
	}
}

func TestFlat(t *testing.T) {
	w := witnessOf(t, []string{"replaced.pkg", "stays.pkg"}, []string{"replaced.pkg/"})
	if len(w.image.Packages) != 2 {
		t.Fatalf("the scanner must be fooled: %v", w.image.Packages)
	}
	for i, p := range w.image.Packages {
		ours := Scan{
			Packages: slices.Delete(slices.Clone(w.image.Packages), i, i+1),
			Findings: slices.Delete(slices.Clone(w.image.Findings), i, i+1),
		}
		for _, d := range Compare("img", w.image, ours) {
			got, err := w.check(t.Context(), checkFlat, d)
			if err != nil {
				t.Fatal(err)
			}
			if want := p.Name == "replaced.pkg"; got != want {
				t.Errorf("%s: %t, want %t", d, got, want)
			}
		}
		for _, d := range Compare("img", ours, w.image) {
			got, err := w.check(t.Context(), checkFlat, d)
			if err != nil {
				t.Fatal(err)
			}
			if want := p.Name == "stays.pkg"; got != want {
				t.Errorf("%s: %t, want %t", d, got, want)
			}
		}
	}
}
