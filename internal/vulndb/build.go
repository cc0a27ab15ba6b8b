package vulndb

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/aquasecurity/trivy-db/pkg/db"
	"github.com/aquasecurity/trivy-db/pkg/metadata"
	bolt "go.etcd.io/bbolt"
)

// BuildOptions say what a database is made of.
type BuildOptions struct {
	// Log receives trivy-db's own log lines; nil discards them.
	Log slog.Handler

	// OSV are folders of advisories in OSV format (https://ossf.github.io/osv-schema),
	// one JSON file each, at any depth.
	OSV []string

	// NVD are folders of CVE records in the format of NVD's API 2.0, which add
	// NVD's ratings, dates and weaknesses. May be empty.
	NVD []string

	// Out is the folder to make; it may exist if it holds nothing but a database.
	Out string

	// Now is written into the database as its date, and decides which withdrawals
	// count.
	Now time.Time
}

// BuildStats counts what a build read and wrote.
type BuildStats struct {
	Records    int // OSV records read
	Withdrawn  int // records left out because they are withdrawn
	Advisories int // pairs of package and vulnerability written for distributions
	NVD        int // NVD records read

	// Unexpressed counts distribution advisories that Trivy's detector for that
	// distribution has no way to use: those without a fix on a distribution whose
	// detector knows only fixed versions, and those of rpm modules, because OSV
	// does not name the module.
	Unexpressed int
}

// Build makes a database. The same input and Now give the same bytes. Out is
// replaced only when all went well.
func Build(ctx context.Context, opts BuildOptions) (BuildStats, error) {
	var stats BuildStats
	if isOpen() {
		return stats, ErrOpen
	}
	if len(opts.OSV) == 0 {
		return stats, errors.New("building a database: no OSV folder given")
	}
	if err := replaceable(opts.Out); err != nil {
		return stats, err
	}
	setLog(opts.Log)

	records, err := readRecords(ctx, opts.OSV)
	if err != nil {
		return stats, err
	}
	stats.Records = len(records)
	records = slices.DeleteFunc(records, func(r record) bool {
		return r.Withdrawn != nil && r.Withdrawn.Before(opts.Now)
	})
	stats.Withdrawn = stats.Records - len(records)
	if len(records) == 0 {
		return stats, fmt.Errorf("building a database: no advisory in force in %q", opts.OSV)
	}

	parent := filepath.Dir(filepath.Clean(opts.Out))
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return stats, err
	}
	work, err := os.MkdirTemp(parent, workPrefix)
	if err != nil {
		return stats, err
	}
	defer os.RemoveAll(work)

	draft := filepath.Join(work, "draft")
	if err := fill(ctx, draft, work, opts, records, &stats); err != nil {
		return stats, fmt.Errorf("building a database: %w", err)
	}
	done := filepath.Join(work, "done")
	if err := finish(draft, done, opts.Now); err != nil {
		return stats, fmt.Errorf("building a database: %w", err)
	}
	if err := publish(done, opts.Out); err != nil {
		return stats, fmt.Errorf("writing the database %q: %w", opts.Out, err)
	}
	return stats, nil
}

// fill writes everything into a draft database with trivy-db's own code.
func fill(ctx context.Context, draft, work string, opts BuildOptions, records []record, stats *BuildStats) (err error) {
	defer recoverBuild(&err)
	if err := db.Init(draft); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()

	if err := putLanguages(ctx, filepath.Join(work, "osv"), records); err != nil {
		return err
	}
	if err := putDistros(records, stats); err != nil {
		return err
	}
	if stats.NVD, err = putNVD(ctx, opts.NVD); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return settle()
}

// recoverBuild turns a panic of trivy-db on a record that it did not expect into
// an error.
func recoverBuild(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("trivy-db cannot digest a record: %v", r)
	}
}

// finish copies the draft, which leaves no trace of the order of writing, and
// adds the metadata.
func finish(draft, done string, now time.Time) error {
	if err := os.Mkdir(done, 0o755); err != nil {
		return err
	}
	from, err := bolt.Open(filepath.Join(draft, databaseFile), 0o400, readOnly())
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := bolt.Open(filepath.Join(done, databaseFile), 0o644, &bolt.Options{Timeout: lockTimeout})
	if err != nil {
		return err
	}
	if err := errors.Join(copyInOrder(to, from), to.Close()); err != nil {
		return err
	}
	return metadata.NewClient(done).Update(metadata.Metadata{Version: db.SchemaVersion, UpdatedAt: now.UTC()})
}

// replaceable refuses an Out that holds something of value.
func replaceable(out string) error {
	if out == "" {
		return errors.New("building a database: no folder to write to")
	}
	files, err := os.ReadDir(out)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("building a database: %w", err)
	}
	for _, f := range files {
		if f.Name() != databaseFile && f.Name() != metadataFile {
			return fmt.Errorf("building a database: %q holds other things than a database, such as %q", out, f.Name())
		}
	}
	return nil
}

// publish moves the finished files to their place.
func publish(done, out string) error {
	if !exists(out) {
		return os.Rename(done, out)
	}
	for _, name := range []string{databaseFile, metadataFile} {
		if err := os.Rename(filepath.Join(done, name), filepath.Join(out, name)); err != nil {
			return err
		}
	}
	return nil
}
