package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	// The driver "sqlite", which Trivy's Java database is in.
	_ "github.com/glebarez/go-sqlite"
)

// writeJavaDatabase writes an empty Java database into Trivy's cache folder, which
// must have one before Trivy scans an image with jars.
func writeJavaDatabase(ctx context.Context, cache string) (err error) {
	dir := filepath.Join(cache, "java-db")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "trivy-java.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	for _, statement := range []string{
		"CREATE TABLE artifacts(id INTEGER PRIMARY KEY, group_id TEXT, artifact_id TEXT)",
		"CREATE TABLE indices(artifact_id INTEGER, version TEXT, sha1 BLOB, archive_type TEXT)",
	} {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("writing the Java database: %w", err)
		}
	}
	return writeMetadata(dir, schemaOfJava, time.Now())
}
