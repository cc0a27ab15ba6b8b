package bench

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/types"
)

// The media types that trivy-db is published with.
const (
	databaseLayer  types.MediaType = "application/vnd.aquasec.trivy.db.layer.v1.tar+gzip"
	databaseConfig types.MediaType = "application/vnd.aquasec.trivy.config.v1+json"
)

// databaseFiles are what a database folder holds, and its layer.
var databaseFiles = []string{"trivy.db", "metadata.json"}

// schemaVersion is that of trivy-db's layout, and schemaOfJava that of Trivy's Java
// database.
const (
	schemaVersion = 2
	schemaOfJava  = 1
)

// writeMetadata makes the database in dir one that nobody wants to update, as of
// built.
func writeMetadata(dir string, version int, built time.Time) error {
	content, err := json.Marshal(map[string]any{
		"Version":      version,
		"UpdatedAt":    built.UTC(),
		"NextUpdate":   time.Date(2999, 1, 1, 0, 0, 0, 0, time.UTC),
		"DownloadedAt": built.UTC(),
	})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "metadata.json"), content, 0o644)
}

// packDatabase writes the database in the folder from as an OCI layout in dir, in
// the form in which trivy-db is published.
func packDatabase(from, dir string) error {
	w, err := newLayout(dir)
	if err != nil {
		return err
	}
	_, err = w.addLayer(Gzip, func(out io.Writer) error {
		archive := tar.NewWriter(out)
		for _, name := range databaseFiles {
			if err := packFile(archive, filepath.Join(from, name), name); err != nil {
				return err
			}
		}
		return archive.Close()
	})
	if err != nil {
		return fmt.Errorf("packing the database: %w", err)
	}
	layer := &w.manifest.Layers[0]
	layer.MediaType = databaseLayer
	layer.Annotations = map[string]string{"org.opencontainers.image.title": "db.tar.gz"}
	return w.finish(databaseConfig, []byte("{}"))
}

func packFile(archive *tar.Writer, path, name string) (err error) {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	stat, err := f.Stat()
	if err != nil {
		return err
	}
	if err := archive.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: stat.Size()}); err != nil {
		return err
	}
	_, err = io.Copy(archive, f)
	return err
}
