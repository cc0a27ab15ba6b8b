package vulndb

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/aquasecurity/trivy-db/pkg/db"
	"github.com/aquasecurity/trivy-db/pkg/metadata"
)

// The two files of a database.
const (
	databaseFile = "trivy.db"
	metadataFile = "metadata.json"
)

// metadataLimit is far above the 200 bytes that the file has.
const metadataLimit = 64 << 10

// readMetadata reads dir's metadata.json and refuses a database whose layout
// this program does not know.
func readMetadata(dir string) (metadata.Metadata, error) {
	path := filepath.Join(dir, metadataFile)
	stat, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return metadata.Metadata{}, fmt.Errorf("the folder %q has no %s", dir, metadataFile)
	}
	if err != nil {
		return metadata.Metadata{}, err
	}
	if stat.Size() > metadataLimit {
		return metadata.Metadata{}, fmt.Errorf("reading %q: %d bytes is over the limit of %d", path, stat.Size(), metadataLimit)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return metadata.Metadata{}, err
	}
	var meta metadata.Metadata
	if err := json.Unmarshal(content, &meta); err != nil {
		return metadata.Metadata{}, fmt.Errorf("reading %q: %w", path, err)
	}
	if meta.Version != db.SchemaVersion {
		return metadata.Metadata{}, fmt.Errorf("the database in %q has schema version %d: this program reads version %d",
			dir, meta.Version, db.SchemaVersion)
	}
	return meta, nil
}
