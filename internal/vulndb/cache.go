package vulndb

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// workPrefix marks folders that are being filled.
const workPrefix = ".incoming-"

// workLifetime is how long a folder may be in the filling before it must be the
// remains of a killed process.
const workLifetime = 24 * time.Hour

// cache keeps unpacked databases by the digest of the layer they came in.
type cache struct{ dir string }

// entry is what a source answered last.
type entry struct {
	Source     string    `json:"source"` // the mirror that answered
	Digest     string    `json:"digest"`
	Layer      string    `json:"layer"`
	Downloaded time.Time `json:"downloaded"`
}

func newCache(dir string) (cache, error) {
	if dir == "" {
		return cache{}, errors.New("no cache folder to keep the vulnerability database in")
	}
	return cache{dir: filepath.Join(dir, "db")}, nil
}

// lookup is the entry that the references have, and whether there is one whose
// database is still there.
func (c cache) lookup(references []string) (entry, bool) {
	content, err := os.ReadFile(c.entryPath(references))
	if err != nil {
		return entry{}, false
	}
	var e entry
	if err := json.Unmarshal(content, &e); err != nil {
		return entry{}, false
	}
	layer, err := v1.NewHash(e.Layer)
	if err != nil || !c.has(layer) {
		return entry{}, false
	}
	return e, true
}

// remember replaces the entry of the references, and removes what no entry
// needs any more.
func (c cache) remember(references []string, e entry) error {
	content, err := json.MarshalIndent(e, "", "  ")
	if err != nil {
		return err
	}
	temp, err := os.CreateTemp(c.dir, workPrefix)
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	_, err = temp.Write(append(content, '\n'))
	if err := errors.Join(err, temp.Close()); err != nil {
		return err
	}
	before, had := c.lookup(references)
	if err := os.Rename(temp.Name(), c.entryPath(references)); err != nil {
		return err
	}
	if had && before.Layer != e.Layer {
		// Another process may have it open, which an unlinked file survives.
		c.remove(before.Layer)
	}
	return nil
}

// describe reads the database that the entry names.
func (c cache) describe(e entry) (located, error) {
	layer, err := v1.NewHash(e.Layer)
	if err != nil {
		return located{}, err
	}
	meta, err := readMetadata(c.path(layer))
	if err != nil {
		return located{}, err
	}
	return located{dir: c.path(layer), info: Info{
		Source:     e.Source,
		Digest:     e.Digest,
		Built:      meta.UpdatedAt.UTC(),
		NextUpdate: meta.NextUpdate.UTC(),
		Downloaded: e.Downloaded.UTC(),
	}}, nil
}

// added is what add put into the cache.
type added struct{ manifest, layer v1.Hash }

// add unpacks the image's database, unless the cache has it already.
func (c cache) add(ctx context.Context, img v1.Image, onBytes func(done, total int64)) (added, error) {
	manifest, layer, err := databaseLayer(img)
	if err != nil {
		return added{}, err
	}
	digest, err := layer.Digest()
	if err != nil {
		return added{}, err
	}
	got := added{manifest: manifest, layer: digest}
	if c.has(digest) {
		return got, nil
	}
	work, err := c.workDir()
	if err != nil {
		return added{}, err
	}
	defer os.RemoveAll(work)
	if err := unpackLayer(ctx, layer, work, onBytes); err != nil {
		return added{}, err
	}
	return got, c.admit(work, digest)
}

// admit moves a filled folder to its place after a look at what is in it.
func (c cache) admit(work string, digest v1.Hash) error {
	if _, err := readMetadata(work); err != nil {
		return err
	}
	if err := inspect(filepath.Join(work, databaseFile)); err != nil {
		return err
	}
	err := os.Rename(work, c.path(digest))
	if err != nil && c.has(digest) {
		return nil // another process was quicker with the same content
	}
	return err
}

func (c cache) has(layer v1.Hash) bool {
	return exists(filepath.Join(c.path(layer), databaseFile)) && exists(filepath.Join(c.path(layer), metadataFile))
}

func (c cache) path(layer v1.Hash) string { return filepath.Join(c.dir, layer.Hex) }

func (c cache) remove(layer string) {
	if hash, err := v1.NewHash(layer); err == nil {
		_ = os.RemoveAll(c.path(hash))
	}
}

func (c cache) entryPath(references []string) string {
	sum := sha256.Sum256([]byte(strings.Join(references, "\n")))
	return filepath.Join(c.dir, hex.EncodeToString(sum[:])[:16]+".json")
}

// workDir makes a folder to fill, beside where its content will go, and sweeps
// up after processes that were killed.
func (c cache) workDir() (string, error) {
	if err := os.MkdirAll(c.dir, 0o755); err != nil {
		return "", err
	}
	remains, _ := filepath.Glob(filepath.Join(c.dir, workPrefix+"*"))
	for _, path := range remains {
		stat, err := os.Stat(path)
		if err == nil && time.Since(stat.ModTime()) > workLifetime {
			_ = os.RemoveAll(path)
		}
	}
	dir, err := os.MkdirTemp(c.dir, workPrefix)
	if errors.Is(err, fs.ErrPermission) {
		return "", fmt.Errorf("the cache folder %q cannot be written: %w", c.dir, err)
	}
	if err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o755)
}
