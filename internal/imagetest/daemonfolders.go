package imagetest

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Keep makes the daemon keep its images in the folder root, which it then says
// it does: unpacked as by the overlay2 driver, or as blobs in containerd's store.
// Whiteouts leave nothing in the folders, since their devices take root to make.
func (d *Daemon) Keep(root string) error {
	for _, t := range d.images {
		var err error
		if d.style == Containerd {
			err = WriteLayout(filepath.Join(root, "containerd/daemon/io.containerd.content.v1.content"), LayoutEntry{Add: t.target()})
		} else {
			err = unpackImage(root, t.Image)
		}
		if err != nil {
			return err
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.root = root
	return nil
}

func unpackImage(root string, img v1.Image) error {
	config, err := img.RawConfigFile()
	if err != nil {
		return err
	}
	id, err := img.ConfigName()
	if err != nil {
		return err
	}
	store := filepath.Join(root, "image/overlay2")
	if err := writeRecord(filepath.Join(store, "imagedb/content/sha256", id.Hex), config); err != nil {
		return err
	}
	layers, err := img.Layers()
	if err != nil {
		return err
	}
	var chain string
	for _, l := range layers {
		diffID, err := l.DiffID()
		if err != nil {
			return err
		}
		if chain == "" {
			chain = diffID.String()
		} else {
			chain = sha([]byte(chain + " " + diffID.String())).String()
		}
		content, err := uncompressed(l)
		if err != nil {
			return err
		}
		hex := strings.TrimPrefix(chain, "sha256:")
		folder := filepath.Join(root, "overlay2", hex, "diff")
		record, size, err := unpack(content, folder)
		if err != nil {
			return fmt.Errorf("unpacking layer %s: %w", diffID, err)
		}
		if record, err = Compress(record, Gzip); err != nil {
			return err
		}
		for name, content := range map[string][]byte{
			"diff":              []byte(diffID.String()),
			"cache-id":          []byte(hex),
			"size":              fmt.Append(nil, size),
			"tar-split.json.gz": record,
		} {
			if err := writeRecord(filepath.Join(store, "layerdb/sha256", hex, name), content); err != nil {
				return err
			}
		}
	}
	return nil
}

func writeRecord(name string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	return os.WriteFile(name, content, 0o600)
}

// unpack puts the files of a tar into a folder, and the rest of it, with where
// the files go, into a record as github.com/vbatts/tar-split makes it.
func unpack(content []byte, folder string) (record []byte, size int64, err error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, 0, err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, 0, err
	}
	defer root.Close()

	var (
		lines  bytes.Buffer
		in     = bytes.NewReader(content)
		tr     = tar.NewReader(in)
		done   int64 // bytes of the tar that are in the record or the folder
		number int
	)
	segment := func(until int64) error {
		payload, err := json.Marshal(content[done:until])
		fmt.Fprintf(&lines, `{"type":2,"payload":%s,"position":%d}`+"\n", payload, number)
		number++
		done = until
		return err
	}
	for {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, 0, err
		}
		if err := segment(int64(len(content) - in.Len())); err != nil {
			return nil, 0, err
		}
		name, err := json.Marshal(h.Name)
		if err != nil {
			return nil, 0, err
		}
		fmt.Fprintf(&lines, `{"type":1,"name":%s,"size":%d,"payload":"Y2hlY2tzdW0=","position":%d}`+"\n", name, h.Size, number)
		number++
		if err := unpackFile(root, h, tr); err != nil {
			return nil, 0, err
		}
		if h.Typeflag == tar.TypeReg {
			done += h.Size
			size += h.Size
		}
	}
	if err := segment(int64(len(content))); err != nil {
		return nil, 0, err
	}
	return lines.Bytes(), size, nil
}

func unpackFile(root *os.Root, h *tar.Header, content io.Reader) error {
	name := path.Clean(strings.TrimLeft(h.Name, "/"))
	if strings.HasPrefix(path.Base(name), ".wh.") {
		return nil
	}
	if err := root.MkdirAll(path.Dir(name), 0o700); err != nil {
		return err
	}
	switch h.Typeflag {
	case tar.TypeDir:
		return root.MkdirAll(name, 0o700)
	case tar.TypeSymlink:
		return root.Symlink(h.Linkname, name)
	case tar.TypeLink:
		return root.Link(path.Clean(strings.TrimLeft(h.Linkname, "/")), name)
	case tar.TypeReg:
		f, err := root.Create(name)
		if err != nil {
			return err
		}
		_, err = io.Copy(f, content)
		return errors.Join(err, f.Close())
	}
	return nil
}
