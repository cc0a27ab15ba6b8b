package vulndb

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/aquasecurity/trivy-db/pkg/db"
	bolt "go.etcd.io/bbolt"
)

// ErrOpen says that this process already has a database open.
var ErrOpen = errors.New("a vulnerability database is already open in this process")

// DB is the open database of this process.
type DB struct {
	// Info says what was opened.
	Info Info
}

// Open gets the database that opts ask for and opens it read-only for trivy-db's
// readers.
//
// A cached database is used as long as its publisher promises no newer one, and
// for an hour after it was fetched. When a newer one cannot be fetched the cached
// one is used with a note: whether it is too old is for the policy to say. A
// cached database that turns out to be broken is fetched again.
func Open(ctx context.Context, opts Options) (*DB, error) {
	if isOpen() {
		return nil, ErrOpen
	}
	setLog(opts.Log)

	found, err := locate(ctx, opts)
	if err != nil {
		return nil, err
	}
	err = openFolder(found.dir)
	if err != nil && found.refetchable && !opts.Offline && ctx.Err() == nil {
		found, err = refetch(ctx, opts, found, err)
		if err != nil {
			return nil, err
		}
		err = openFolder(found.dir)
	}
	if err != nil {
		return nil, fmt.Errorf("opening the vulnerability database in %q: %w", found.dir, err)
	}
	return &DB{Info: found.info}, nil
}

// Close closes the database. Calling it again does nothing.
func (*DB) Close() error {
	if !isOpen() {
		return nil
	}
	if err := db.Close(); err != nil {
		return fmt.Errorf("closing the vulnerability database: %w", err)
	}
	return nil
}

// isOpen asks trivy-db's package variable; bbolt forgets the path of a closed
// database.
func isOpen() bool {
	b := db.Config{}.Connection()
	return b != nil && b.Path() != ""
}

func openFolder(dir string) error {
	path := filepath.Join(dir, databaseFile)
	// db.Init deletes a file that makes bbolt panic, which may be the user's own:
	// so the file is inspected first.
	if err := inspect(path); err != nil {
		return err
	}
	return db.Init(dir, db.WithBoltOptions(readOnly()))
}

func readOnly() *bolt.Options {
	return &bolt.Options{ReadOnly: true, Timeout: lockTimeout}
}
