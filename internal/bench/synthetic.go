package bench

import (
	"archive/tar"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Shape is an image that is made up, to see what each of its numbers costs.
type Shape struct {
	// Layers share the files between them.
	Layers int

	// Files are regular files that no analyzer asks for, of about 1 KB each.
	Files int

	// Packages are half of Debian's, in one file, and half of npm's, each in a file
	// of its own.
	Packages int
}

func (s Shape) String() string {
	return fmt.Sprintf("%d-layers-%d-files-%d-packages", s.Layers, s.Files, s.Packages)
}

// writeSynthetic writes an image of a shape as an OCI layout with gzip layers.
func writeSynthetic(dir string, s Shape) error {
	w, err := newLayout(dir)
	if err != nil {
		return err
	}
	config := v1.ConfigFile{OS: "linux", Architecture: "amd64", RootFS: v1.RootFS{Type: "layers"}}
	for n := range s.Layers {
		diffID, err := w.addLayer(Gzip, func(out io.Writer) error { return s.writeLayer(out, n) })
		if err != nil {
			return err
		}
		config.RootFS.DiffIDs = append(config.RootFS.DiffIDs, diffID)
		config.History = append(config.History, v1.History{CreatedBy: fmt.Sprintf("layer %d", n)})
	}
	raw, err := json.Marshal(config)
	if err != nil {
		return err
	}
	return w.finish(types.OCIConfigJSON, raw)
}

// writeLayer writes the nth layer: its part of the files, and in the first one the
// release and the packages.
func (s Shape) writeLayer(out io.Writer, n int) error {
	archive := tar.NewWriter(out)
	if n == 0 {
		if err := s.writePackages(archive); err != nil {
			return err
		}
	}
	random := rand.New(rand.NewPCG(uint64(n), 3)) // the same image each time
	first, last := n*s.Files/s.Layers, (n+1)*s.Files/s.Layers
	content := make([]byte, 1000)
	for i := first; i < last; i++ {
		// Half of it repeats, which compresses about as programs do.
		for at := 0; at < len(content)/2; at++ {
			content[at] = byte(random.Uint32())
		}
		if err := putFile(archive, fmt.Sprintf("srv/data/%03d/%03d/file-%07d.bin", i/1000%1000, i/10%100, i), content); err != nil {
			return err
		}
	}
	return archive.Close()
}

func (s Shape) writePackages(archive *tar.Writer) error {
	if err := putFile(archive, "etc/os-release", []byte("ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n")); err != nil {
		return err
	}
	var status strings.Builder
	for i := range s.Packages / 2 {
		fmt.Fprintf(&status, "Package: package-%06d\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.%d.%d-1\nMaintainer: Nobody <nobody@example.com>\nDescription: made up to measure\n of no use\n\n", i, i%40, i%7)
	}
	if err := putFile(archive, "var/lib/dpkg/status", []byte(status.String())); err != nil {
		return err
	}
	for i := range s.Packages - s.Packages/2 {
		name := fmt.Sprintf("package-%06d", i)
		content := fmt.Sprintf("{\"name\": %q, \"version\": \"1.%d.%d\", \"license\": \"MIT\"}\n", name, i%40, i%7)
		if err := putFile(archive, "srv/node_modules/"+name+"/package.json", []byte(content)); err != nil {
			return err
		}
	}
	return nil
}

func putFile(archive *tar.Writer, name string, content []byte) error {
	if err := archive.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(content))}); err != nil {
		return err
	}
	_, err := archive.Write(content)
	return err
}
