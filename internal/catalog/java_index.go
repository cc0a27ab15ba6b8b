package catalog

import (
	"bytes"
	"cmp"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/aquasecurity/trivy/pkg/dependency/parser/java/jar"
)

// javaIndex is Trivy's Java database (https://github.com/aquasecurity/trivy-java-db):
// the artifacts of Maven Central, and the SHA-1 of the file of each version. It
// identifies archives that do not say well enough what they are.
//
// Its folder is the one that Trivy keeps as java-db in its cache. It is a SQLite
// database of one or two gigabytes, of which a question reads a few pages.
type javaIndex struct {
	file *os.File
	db   sqliteFile

	// The first pages of the tables - artifacts: id, group_id, artifact_id; indices:
	// artifact_id (an id), version, sha1, archive_type - and of their indexes, by
	// artifact_id and group_id, by artifact_id, and by sha1.
	artifacts, indices               int64
	byArtifact, byArtifactID, bySHA1 int64

	// fingerprint tells one edition from another.
	fingerprint string
}

const (
	javaIndexFile    = "trivy-java.db"
	javaIndexVersion = 1
)

// openJavaIndex opens the database in the folder dir.
func openJavaIndex(dir string) (_ *javaIndex, err error) {
	fingerprint, err := javaIndexFingerprint(dir)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(filepath.Join(dir, javaIndexFile))
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			f.Close()
		}
	}()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	x := &javaIndex{file: f, fingerprint: fingerprint}
	if x.db, err = openSQLite(f, info.Size()); err != nil {
		return nil, err
	}
	for _, tree := range x.trees() {
		if *tree.root, err = x.db.root(tree.kind, tree.name); err != nil {
			return nil, err
		}
	}
	return x, nil
}

// A javaTree is a table or an index of the database, by name.
type javaTree struct {
	kind, name string
	root       *int64
}

func (x *javaIndex) trees() []javaTree {
	return []javaTree{
		{"table", "artifacts", &x.artifacts},
		{"table", "indices", &x.indices},
		{"index", "artifacts_idx", &x.byArtifact},
		{"index", "indices_artifact_idx", &x.byArtifactID},
		{"index", "indices_sha1_idx", &x.bySHA1},
	}
}

// javaIndexFingerprint tells one edition of the database from another, after
// checking that it is one whose tables we know.
func javaIndexFingerprint(dir string) (string, error) {
	metadata, err := os.ReadFile(filepath.Join(dir, "metadata.json"))
	if err != nil {
		return "", err
	}
	var edition struct{ Version int }
	if err := json.Unmarshal(metadata, &edition); err != nil {
		return "", fmt.Errorf("reading %q: %w", "metadata.json", err)
	}
	if edition.Version != javaIndexVersion {
		return "", fmt.Errorf("the database has version %d, expected %d", edition.Version, javaIndexVersion)
	}
	info, err := os.Stat(filepath.Join(dir, javaIndexFile))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%x %d %d", sha256.Sum256(metadata), info.Size(), info.ModTime().UnixNano()), nil
}

func (x *javaIndex) Close() error { return x.file.Close() }

// Exists says whether some version of the artifact is known.
func (x *javaIndex) Exists(group, artifact string) (bool, error) {
	known := false
	err := x.eachArtifact(artifact, func(id int64, of string) error {
		if of != group || known {
			return nil
		}
		return x.eachFile(id, func([]sqliteValue) error {
			known = true
			return nil
		})
	})
	return known, err
}

// bySum is the artifact whose file has that SHA-1, of 20 bytes.
func (x *javaIndex) bySum(sum []byte) (jar.Properties, error) {
	var found jar.Properties
	err := x.db.find(x.bySHA1, func(e []sqliteValue) int { return compareFirst(e, 2, sum) }, func(e []sqliteValue) error {
		row, err := x.row(x.indices, e[len(e)-1].integer(), 4)
		if err != nil {
			return err
		}
		of, err := x.row(x.artifacts, row[0].integer(), 3)
		if err != nil {
			return err
		}
		found = jar.Properties{GroupID: string(of[1].bytes), ArtifactID: string(of[2].bytes), Version: string(row[1].bytes)}
		return nil
	})
	if err == nil && found.ArtifactID == "" {
		err = jar.ArtifactNotFoundErr
	}
	return found, err
}

// SearchByArtifactID guesses the group of an artifact by its name and version: the
// one with the most files among those that have such a jar. Of equals it is the
// first by name, where Trivy takes any.
func (x *javaIndex) SearchByArtifactID(artifact, version string) (string, error) {
	files := make(map[string]int)
	err := x.eachArtifact(artifact, func(id int64, group string) error {
		all, fitting := 0, 0
		err := x.eachFile(id, func(row []sqliteValue) error {
			all++
			if string(row[1].bytes) == version && string(row[3].bytes) == "jar" {
				fitting++
			}
			return nil
		})
		if fitting > 0 {
			// Trivy's query counts all the files once for each that fits.
			files[group] += all * fitting
		}
		return err
	})
	if err != nil {
		return "", err
	}
	if len(files) == 0 {
		return "", jar.ArtifactNotFoundErr
	}
	groups := slices.Sorted(maps.Keys(files))
	return slices.MaxFunc(groups, func(a, b string) int {
		return cmp.Or(cmp.Compare(files[a], files[b]), cmp.Compare(b, a))
	}), nil
}

// eachArtifact calls do with the artifacts of that name: their number and group.
func (x *javaIndex) eachArtifact(name string, do func(id int64, group string) error) error {
	return x.db.find(x.byArtifact, func(e []sqliteValue) int { return compareFirst(e, 3, []byte(name)) }, func(e []sqliteValue) error {
		return do(e[2].integer(), string(e[1].bytes))
	})
}

// eachFile calls do with the row of each file of the artifact with that number.
func (x *javaIndex) eachFile(artifact int64, do func(row []sqliteValue) error) error {
	compare := func(e []sqliteValue) int {
		if len(e) != 2 {
			return 1
		}
		return cmp.Compare(e[0].integer(), artifact)
	}
	return x.db.find(x.byArtifactID, compare, func(e []sqliteValue) error {
		row, err := x.row(x.indices, e[len(e)-1].integer(), 4)
		if err != nil {
			return err
		}
		return do(row)
	})
}

// row is a row that an index says is there, with that many columns.
func (x *javaIndex) row(table, number int64, columns int) ([]sqliteValue, error) {
	row, err := x.db.get(table, number)
	if err == nil && len(row) != columns {
		err = errSQLite
	}
	return row, err
}

// compareFirst compares the first column of an entry as SQLite compares texts and
// blobs. An entry without that many columns is none that is sought.
func compareFirst(entry []sqliteValue, columns int, with []byte) int {
	if len(entry) != columns {
		return 1
	}
	return bytes.Compare(entry[0].bytes, with)
}

// archiveIndex answers the parser's questions about one archive. The parser sees
// no more of it than its metadata, so the SHA-1 that it asks about is not the
// file's.
type archiveIndex struct {
	*javaIndex
	archive io.Reader
}

func (x archiveIndex) SearchBySHA1(string) (jar.Properties, error) {
	h := sha1.New()
	if _, err := io.Copy(h, x.archive); err != nil {
		return jar.Properties{}, err
	}
	return x.bySum(h.Sum(nil))
}
