package catalog

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/org/imgscan-action/internal/finding"
)

// memoryLayer is a layer held in memory.
type memoryLayer struct {
	id      string
	content []byte
}

func (l memoryLayer) DiffID() string { return l.id }

func (l memoryLayer) Open(context.Context) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(l.content)), nil
}

// entry is one entry of a layer: a regular file unless kind says otherwise.
type entry struct {
	name    string
	content string
	kind    byte
	link    string
	mode    int64
}

// layer is a layer made of entries, in their order. Its DiffID is id.
func layer(t testing.TB, id string, entries ...entry) memoryLayer {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Typeflag: e.kind, Linkname: e.link, Mode: e.mode, Size: int64(len(e.content))}
		if h.Typeflag == 0 {
			h.Typeflag = tar.TypeReg
		}
		if h.Mode == 0 {
			h.Mode = 0o644
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, e.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return memoryLayer{id: id, content: b.Bytes()}
}

// read catalogs layers and fails the test on an error.
func read(t testing.TB, layers ...Layer) finding.Inventory {
	t.Helper()
	inv, err := inventory(t, layers, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

// inventory is what Read says is in the image.
func inventory(t testing.TB, layers []Layer, opts Options) (finding.Inventory, error) {
	t.Helper()
	contents, err := Read(t.Context(), layers, opts)
	if err != nil {
		return finding.Inventory{}, err
	}
	return contents.Inventory()
}

// trivyPath is the name of a file in Trivy's module, whose testdata has real
// images; rpmPath is one in go-rpmdb's, which has real databases.
func trivyPath(t testing.TB, name string) string {
	return filepath.Join(moduleDir(t, "github.com/aquasecurity/trivy"), filepath.FromSlash(name))
}

func rpmPath(t testing.TB, name string) string {
	return filepath.Join(moduleDir(t, "github.com/knqyf263/go-rpmdb"), "pkg", "testdata", filepath.FromSlash(name))
}

var moduleDirs sync.Map // by module

func moduleDir(t testing.TB, module string) string {
	t.Helper()
	dir, _ := moduleDirs.LoadOrStore(module, sync.OnceValues(func() (string, error) {
		out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
		return strings.TrimSpace(string(out)), err
	}))
	name, err := dir.(func() (string, error))()
	if err != nil || name == "" {
		t.Fatalf("finding module %s: %v", module, err)
	}
	return name
}

// dockerArchive is the layers of a docker-save tar, gzipped or not.
func dockerArchive(t testing.TB, name string) []Layer {
	t.Helper()
	layers, err := openDockerArchive(name)
	if err != nil {
		t.Fatalf("reading %q: %v", name, err)
	}
	return layers
}

func openDockerArchive(name string) ([]Layer, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			return nil, err
		}
	}
	files := make(map[string][]byte)
	links := make(map[string]string)
	tr := tar.NewReader(r)
	for {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if h.Typeflag == tar.TypeSymlink {
			links[h.Name] = filepath.Join(filepath.Dir(h.Name), h.Linkname)
		}
		if files[h.Name], err = io.ReadAll(tr); err != nil {
			return nil, err
		}
	}
	var manifest []struct{ Layers []string }
	if err := json.Unmarshal(files["manifest.json"], &manifest); err != nil {
		return nil, err
	}
	var layers []Layer
	for _, name := range manifest[0].Layers {
		if target, ok := links[name]; ok {
			name = target
		}
		content := files[name]
		if zr, err := gzip.NewReader(bytes.NewReader(content)); err == nil {
			if content, err = io.ReadAll(zr); err != nil {
				return nil, err
			}
		}
		layers = append(layers, memoryLayer{fmt.Sprintf("sha256:%x", sha256.Sum256(content)), content})
	}
	return layers, nil
}
