package vulndb

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aquasecurity/trivy-db/pkg/vulnsrc/osv"
)

// recordLimit is the size in bytes of the largest advisory file that is read;
// the largest of the public ones has a few hundred KB.
const recordLimit = 16 << 20

// record is one OSV file.
type record struct {
	osv.Entry
	path string

	// What trivy-db's type leaves out: related records, the database's own word
	// on the severity, and per affected package what its ecosystem adds.
	related []string
	word    string
	extras  []extra
}

// extra is what an ecosystem says beside the schema.
type extra struct {
	Urgency  string              `json:"urgency"`  // Debian
	Binaries []map[string]string `json:"binaries"` // SUSE: binary package to fixed version
}

// readRecords reads the JSON files of the folders in the order of their names.
func readRecords(ctx context.Context, dirs []string) ([]record, error) {
	var records []record
	for _, dir := range dirs {
		before := len(records)
		err := walkJSON(ctx, dir, func(path string, content []byte) error {
			r, err := parseRecord(path, content)
			if err == nil {
				err = r.check()
			}
			if err != nil {
				return fmt.Errorf("reading the advisory %q: %w", path, err)
			}
			records = append(records, r)
			return nil
		})
		if err != nil {
			return nil, err
		}
		if len(records) == before {
			return nil, fmt.Errorf("the folder %q holds no advisory: expected OSV records in *.json", dir)
		}
	}
	// The order decides which of two records describes a vulnerability.
	slices.SortStableFunc(records, func(a, b record) int { return strings.Compare(a.ID, b.ID) })
	return records, nil
}

func parseRecord(path string, content []byte) (record, error) {
	r := record{path: path}
	if err := json.Unmarshal(content, &r.Entry); err != nil {
		return r, atLine(err, content)
	}
	var more struct {
		Related  []string `json:"related"`
		Affected []struct {
			EcosystemSpecific json.RawMessage `json:"ecosystem_specific"`
		} `json:"affected"`
		DatabaseSpecific json.RawMessage `json:"database_specific"`
	}
	if err := json.Unmarshal(content, &more); err != nil {
		return r, atLine(err, content)
	}
	r.related = more.Related
	// Both "specific" objects are the publisher's to shape, so what does not fit
	// is not an error.
	var database struct {
		Severity string `json:"severity"`
	}
	_ = json.Unmarshal(more.DatabaseSpecific, &database)
	r.word = database.Severity
	r.extras = make([]extra, len(r.Affected))
	for i := range min(len(r.Affected), len(more.Affected)) {
		_ = json.Unmarshal(more.Affected[i].EcosystemSpecific, &r.extras[i])
	}
	return r, nil
}

// check refuses what later steps could not use or would stumble over.
func (r *record) check() error {
	if r.ID == "" {
		return errors.New(`not an OSV record: it has no "id"`)
	}
	for _, affected := range r.Affected {
		if affected.Package == (osv.Package{}) {
			continue // a record of commits, not of packages
		}
		if affected.Package.Name == "" {
			return errors.New("an affected package has no name")
		}
		if err := knownEcosystem(affected.Package.Ecosystem); err != nil {
			return err
		}
		for _, rg := range affected.Ranges {
			// trivy-db relies on it, and so does the schema.
			if rg.Type != osv.RangeTypeGit && len(rg.Events) > 0 && rg.Events[0].Introduced == "" {
				return fmt.Errorf("a range of %q does not begin with an \"introduced\" event", affected.Package.Name)
			}
		}
	}
	return nil
}

// walkJSON calls visit for every .json file under dir, in the order of names.
// Links are not followed.
func walkJSON(ctx context.Context, dir string, visit func(path string, content []byte) error) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("reading the folder %q: %w", dir, err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if !d.Type().IsRegular() || filepath.Ext(path) != ".json" {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if info.Size() > recordLimit {
			return fmt.Errorf("reading %q: %d bytes is over the limit of %d", path, info.Size(), recordLimit)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return visit(path, content)
	})
}

// atLine adds the line to an error of encoding/json.
func atLine(err error, content []byte) error {
	var syntax *json.SyntaxError
	var shape *json.UnmarshalTypeError
	var offset int64
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &shape):
		offset = shape.Offset
	default:
		return err
	}
	offset = min(max(offset, 0), int64(len(content)))
	return fmt.Errorf("line %d: %w", 1+bytes.Count(content[:offset], []byte("\n")), err)
}
