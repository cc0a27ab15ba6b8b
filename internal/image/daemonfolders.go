package image

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// daemonFolders are the folders of a Docker daemon on this machine. To read an
// image there is much faster than to have it saved, which copies all of it twice.
// With the classic image store, images are kept unpacked.
type daemonFolders struct {
	root   string // DockerRootDir
	driver string // the storage driver
}

// daemonInfo is the part of GET /info that we use.
type daemonInfo struct {
	DockerRootDir string
	Driver        string
}

// folders are those of the daemon; an error when they are not on this machine.
func (d *daemon) folders(ctx context.Context) (*daemonFolders, error) {
	if d.host.base.Host != localDaemon {
		return nil, errors.New("the daemon may be on another machine")
	}
	body, err := d.get(ctx, "/info", nil)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	var info daemonInfo
	if err := json.NewDecoder(io.LimitReader(body, maxManifest)).Decode(&info); err != nil {
		return nil, fmt.Errorf("parsing the daemon's answer: %w", err)
	}
	if !filepath.IsAbs(info.DockerRootDir) || info.Driver == "" || info.Driver != filepath.Base(info.Driver) {
		return nil, errors.New("the daemon does not say where its folders are")
	}
	return &daemonFolders{root: info.DockerRootDir, driver: info.Driver}, nil
}

// store are the folders with the records of images and layers.
func (f *daemonFolders) store(elem ...string) string {
	return filepath.Join(append([]string{f.root, "image", f.driver}, elem...)...)
}

// config is the configuration of the image with the given ID, as bytes.
func (f *daemonFolders) config(id string) ([]byte, error) {
	h, err := v1.NewHash(id)
	if err != nil {
		return nil, err
	}
	raw, err := readRecord(f.store("imagedb", "content", h.Algorithm, h.Hex))
	if err != nil {
		return nil, err
	}
	if got := digestOf(raw); got != h {
		return nil, fmt.Errorf("configuration %s has the content of %s", h, got)
	}
	return raw, nil
}

// unpacked is a layer where the daemon has unpacked it.
type unpacked struct {
	folder string // the files
	record string // the rest of its tar
	size   int64  // bytes of the files
}

// layer is the one that has diffID and stands on the layers of the parent chain,
// which is empty for the lowest. The daemon's records of it are checked to be
// about that layer.
func (f *daemonFolders) layer(chain, diffID v1.Hash) (*unpacked, error) {
	records := f.store("layerdb", chain.Algorithm, chain.Hex)
	if said, err := readRecord(filepath.Join(records, "diff")); err != nil {
		return nil, err
	} else if string(said) != diffID.String() {
		return nil, fmt.Errorf("layer %s is recorded as %s", diffID, said)
	}
	id, err := readRecord(filepath.Join(records, "cache-id"))
	if err != nil {
		return nil, err
	}
	if _, err := hex.DecodeString(string(id)); err != nil || len(id) == 0 {
		return nil, fmt.Errorf("layer %s has the folder %q", diffID, id)
	}
	l := &unpacked{record: filepath.Join(records, "tar-split.json.gz")}
	switch f.driver {
	case "overlay2", "fuse-overlayfs":
		l.folder = filepath.Join(f.root, f.driver, string(id), "diff")
	case "vfs":
		// With the files of the layers below, which its record does not mention.
		l.folder = filepath.Join(f.root, f.driver, "dir", string(id))
	default:
		return nil, fmt.Errorf("the folders of storage driver %q are not known", f.driver)
	}
	if size, err := readRecord(filepath.Join(records, "size")); err == nil {
		l.size, _ = strconv.ParseInt(strings.TrimSpace(string(size)), 10, 64)
	}
	s, err := l.open()
	if err != nil {
		return nil, err
	}
	return l, s.Close()
}

// readRecord is the content of one of the daemon's small files.
func readRecord(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxManifest))
}

// chainID is the name of a layer on top of others (OCI image specification, layer
// ChainID).
func chainID(parent, diffID v1.Hash) v1.Hash {
	if parent == (v1.Hash{}) {
		return diffID
	}
	return digestOf([]byte(parent.String() + " " + diffID.String()))
}

// skim is the layer's tar, put together as far as it is read.
func (u *unpacked) skim(l *Layer) (io.ReadSeekCloser, error) {
	s, err := u.open()
	if err != nil {
		return nil, fmt.Errorf("opening layer %s: %w", l.DiffID(), err)
	}
	s.onBytes, s.maxSize = l.onBytes, l.maxSize
	return s, nil
}

func (u *unpacked) open() (_ *splitReader, err error) {
	folder, err := os.OpenRoot(u.folder)
	if err != nil {
		return nil, err
	}
	record, err := os.Open(u.record)
	if err != nil {
		return nil, errors.Join(err, folder.Close())
	}
	inflow, err := gzip.NewReader(bufio.NewReaderSize(record, 64<<10))
	if err != nil {
		return nil, errors.Join(err, record.Close(), folder.Close())
	}
	return &splitReader{folder: folder, record: record, inflow: inflow, lines: bufio.NewReaderSize(inflow, 64<<10)}, nil
}

// readFolders opens the image in the daemon's folders. When something in there is
// wrong later, the daemon saves the image after all.
func (d *daemon) readFolders(folders *daemonFolders, name string, found *inspected, want *v1.Platform) (*Image, error) {
	rawConfig, err := folders.config(found.ID)
	if err != nil {
		return nil, err
	}
	layers := make([]*Layer, len(found.RootFS.Layers))
	for i := range layers {
		layers[i] = &Layer{}
	}
	img, err := newImage(rawConfig, layers, nil, d.opts)
	if err != nil {
		return nil, err
	}
	if want != nil && !satisfies(configPlatform(img.Config, nil), *want) {
		return nil, &PlatformError{Ref: name, Want: platformString(*want), Have: []string{img.Platform}}
	}
	saved := &savedImage{save: func(ctx context.Context) (*Image, error) { return d.readSaved(ctx, name, found, want) }}
	img.closers = append(img.closers, saved)
	var chain v1.Hash
	for i, l := range layers {
		chain = chainID(chain, l.diffID)
		if l.folder, err = folders.layer(chain, l.diffID); err != nil {
			return nil, err
		}
		l.size = l.folder.size
		l.stored = func(ctx context.Context) (io.ReadCloser, error) { return saved.layer(ctx, img.ID, i) }
	}
	return img, nil
}

// savedImage is an image that the daemon saves when somebody needs it.
type savedImage struct {
	save func(context.Context) (*Image, error)

	mu    sync.Mutex
	asked bool
	img   *Image
	err   error
}

// layer is the i-th layer of the image, as stored, if it is the image with that
// ID: a name may have come to mean another.
func (s *savedImage) layer(ctx context.Context, id string, i int) (io.ReadCloser, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.asked {
		s.asked = true
		s.img, s.err = s.save(ctx)
	}
	if s.err != nil {
		return nil, fmt.Errorf("having the daemon save the image: %w", s.err)
	}
	if s.img.ID != id || i >= len(s.img.layers) {
		return nil, fmt.Errorf("the daemon saved image %s, not %s", s.img.ID, id)
	}
	return s.img.layers[i].stored(ctx)
}

// Close removes what was saved.
func (s *savedImage) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.img == nil {
		return nil
	}
	return s.img.Close()
}
