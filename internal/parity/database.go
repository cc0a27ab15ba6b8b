package parity

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/aquasecurity/trivy-db/pkg/db"
	"github.com/aquasecurity/trivy-db/pkg/types"
	// The driver "sqlite", for Trivy's Java database.
	_ "github.com/glebarez/go-sqlite"
	bolt "go.etcd.io/bbolt"
)

// Database is the one database that both programs match against: true advisories
// in OSV format, and made-up ones around the version of every package that Trivy
// finds in the corpus, so that every package is matched on both sides of every
// limit.
type Database struct {
	// Imgscan builds the part that is true.
	Imgscan string

	// OSV and NVD are the folders that it is built from.
	OSV, NVD []string

	// Dir is Trivy's cache folder.
	Dir string
}

// The folders in Trivy's cache folder.
const (
	databaseFolder = "db"
	javaFolder     = "java-db"
)

// Build makes the database anew, with advisories made up for packages; without
// packages, there are none but Trivy can run.
func (d Database) Build(ctx context.Context, packages []Package) (advisories int, err error) {
	folder := filepath.Join(d.Dir, databaseFolder)
	args := []string{"db", "build", "-o", folder}
	for _, dir := range d.OSV {
		args = append(args, "--osv", dir)
	}
	for _, dir := range d.NVD {
		args = append(args, "--nvd", dir)
	}
	if out, err := exec.CommandContext(ctx, d.Imgscan, args...).CombinedOutput(); err != nil {
		return 0, fmt.Errorf("building the database: %w: %s", err, out)
	}
	if err := db.Init(folder); err != nil {
		return 0, fmt.Errorf("opening the database: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	err = db.Config{}.BatchUpdate(func(tx *bolt.Tx) error {
		if err := putRepositories(tx); err != nil {
			return err
		}
		advisories, err = putMadeUp(tx, packages)
		return err
	})
	return advisories, err
}

// putMadeUp writes the advisories around packages and returns their number.
func putMadeUp(tx *bolt.Tx, packages []Package) (int, error) {
	var store db.Config
	written := make(map[string]bool)
	described := make(map[string]bool)
	count := 0
	for _, s := range subjects(packages) {
		for n, version := range s.versions {
			for variant, advisory := range s.around(version) {
				id := madeUpID(variant, n)
				if err := store.PutAdvisory(tx, []string{s.bucket, s.name}, id, advisory); err != nil {
					return 0, err
				}
				count++
				described[id] = true
			}
		}
		if !written[s.bucket] {
			written[s.bucket] = true
			source := types.DataSource{ID: s.source, Name: "made up for parity", URL: "https://example.com/"}
			if err := store.PutDataSource(tx, s.bucket, source); err != nil {
				return 0, err
			}
		}
	}
	for id := range described {
		if err := store.PutVulnerability(tx, id, describe(id)); err != nil {
			return 0, err
		}
	}
	return count, nil
}

// madeUpID names the advisory of a kind for the nth version of its package. The
// year is one from before the first CVE.
func madeUpID(variant, n int) string { return fmt.Sprintf("CVE-%d-%04d", 1900+variant, n) }

// describe is the vulnerability record of a made-up identifier. Those whose
// number is divisible by three have none of NVD's ratings.
func describe(id string) types.Vulnerability {
	n, _ := strconv.Atoi(id[len("CVE-"):len("CVE-1900")])
	severity := types.Severity(n%4 + 1)
	v := types.Vulnerability{
		Title:          "Made up for parity: " + id,
		Severity:       severity.String(),
		VendorSeverity: types.VendorSeverity{"ghsa": severity},
		References:     []string{"https://example.com/" + id},
	}
	if n%3 != 0 {
		v.VendorSeverity["nvd"] = severity
		v.CVSS = types.VendorCVSS{"nvd": {V3Vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", V3Score: 7.5}}
	}
	return v
}

// copyJavaDatabase puts the small Java database that Trivy is tested with where
// Trivy looks for one, so that it does not want to download the large one. It
// adds the indices that those that Trivy downloads have.
func copyJavaDatabase(ctx context.Context, from, cache string) (err error) {
	to := filepath.Join(cache, javaFolder)
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	for _, name := range []string{"trivy-java.db", "metadata.json"} {
		content, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, name), content, 0o644); err != nil {
			return err
		}
	}
	java, err := sql.Open("sqlite", filepath.Join(to, "trivy-java.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, java.Close()) }()
	for _, statement := range []string{
		"CREATE UNIQUE INDEX IF NOT EXISTS artifacts_idx ON artifacts(artifact_id, group_id)",
		"CREATE INDEX IF NOT EXISTS indices_artifact_idx ON indices(artifact_id)",
		"CREATE UNIQUE INDEX IF NOT EXISTS indices_sha1_idx ON indices(sha1)",
	} {
		if _, err := java.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("indexing the Java database: %w", err)
		}
	}
	return nil
}
