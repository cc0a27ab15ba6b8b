package parity

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// Pack writes the folders dir/1, dir/2 … as the layers of a docker archive at
// out. The same content gives the same bytes: entries are in order, dates and
// owners are zero.
func Pack(dir, out, tag string) (err error) {
	ref, err := name.NewTag(tag)
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp(filepath.Dir(out), "pack-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()

	var layers []v1.Layer
	for n := 1; ; n++ {
		folder := filepath.Join(dir, strconv.Itoa(n))
		if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) && n > 1 {
			break
		} else if err != nil {
			return err
		}
		packed := filepath.Join(scratch, strconv.Itoa(n)+".tar")
		if err := packFolder(folder, packed); err != nil {
			return err
		}
		layer, err := tarball.LayerFromFile(packed)
		if err != nil {
			return err
		}
		layers = append(layers, layer)
	}
	img, err := imageOf(layers)
	if err != nil {
		return err
	}
	return tarball.WriteToFile(out, ref, img)
}

// imageOf is an image of layers for Linux on amd64.
func imageOf(layers []v1.Layer) (v1.Image, error) {
	img := empty.Image
	for i, layer := range layers {
		var err error
		img, err = mutate.Append(img, mutate.Addendum{
			Layer:   layer,
			History: v1.History{Created: v1.Time{Time: time.Unix(0, 0).UTC()}, CreatedBy: fmt.Sprintf("layer %d", i+1)},
		})
		if err != nil {
			return nil, err
		}
	}
	config, err := img.ConfigFile()
	if err != nil {
		return nil, err
	}
	config = config.DeepCopy()
	config.OS, config.Architecture = "linux", "amd64"
	return mutate.ConfigFile(img, config)
}

// packFolder writes everything in folder, but for devices and sockets, as a tar.
func packFolder(folder, out string) (err error) {
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := tar.NewWriter(f)
	// WalkDir goes in lexical order.
	err = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == folder {
			return err
		}
		return packEntry(w, folder, path, d)
	})
	return errors.Join(err, w.Close())
}

func packEntry(w *tar.Writer, folder, path string, d fs.DirEntry) error {
	info, err := d.Info()
	if err != nil {
		return err
	}
	rel, err := filepath.Rel(folder, path)
	if err != nil {
		return err
	}
	hdr := &tar.Header{Name: filepath.ToSlash(rel), Mode: int64(info.Mode().Perm()), Format: tar.FormatPAX}
	switch info.Mode().Type() {
	case fs.ModeDir:
		hdr.Typeflag, hdr.Name = tar.TypeDir, hdr.Name+"/"
	case fs.ModeSymlink:
		hdr.Typeflag = tar.TypeSymlink
		if hdr.Linkname, err = os.Readlink(path); err != nil {
			return err
		}
	case 0:
		hdr.Typeflag, hdr.Size = tar.TypeReg, info.Size()
	default:
		return nil
	}
	if err := w.WriteHeader(hdr); err != nil || hdr.Typeflag != tar.TypeReg {
		return err
	}
	content, err := os.Open(path)
	if err != nil {
		return err
	}
	defer content.Close()
	_, err = io.Copy(w, content)
	return err
}
