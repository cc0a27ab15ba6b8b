package vulndb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aquasecurity/trivy-db/pkg/db"
	"github.com/aquasecurity/trivy-db/pkg/vulnsrc/nvd"
	bolt "go.etcd.io/bbolt"
)

// putNVD adds NVD's records with trivy-db's own NVD source, and returns how many
// there were. Those of vulnerabilities that no advisory names are dropped when
// the database is settled.
func putNVD(ctx context.Context, dirs []string) (int, error) {
	var cves []nvd.Cve
	for _, dir := range dirs {
		before := len(cves)
		err := walkJSON(ctx, dir, func(path string, content []byte) error {
			found, err := parseNVD(content)
			if err != nil {
				return fmt.Errorf("reading the NVD record %q: %w", path, err)
			}
			cves = append(cves, found...)
			return nil
		})
		if err != nil {
			return 0, err
		}
		if len(cves) == before {
			return 0, fmt.Errorf("the folder %q holds no NVD record: expected API 2.0 records in *.json", dir)
		}
	}
	if len(cves) == 0 {
		return 0, nil
	}
	source := nvd.NVD{Operation: db.Config{}}
	return len(cves), db.Config{}.BatchUpdate(func(tx *bolt.Tx) error {
		for _, cve := range cves {
			if err := source.Put(tx, cve); err != nil {
				return err
			}
		}
		return nil
	})
}

// parseNVD reads an answer of the API ("vulnerabilities"), one item of it
// ("cve"), or the record inside the item.
func parseNVD(content []byte) ([]nvd.Cve, error) {
	type item struct {
		Cve *nvd.Cve `json:"cve"`
	}
	var file struct {
		nvd.Cve
		item
		Vulnerabilities []item `json:"vulnerabilities"`
	}
	if err := json.Unmarshal(content, &file); err != nil {
		return nil, atLine(err, content)
	}
	var found []nvd.Cve
	for _, i := range append(file.Vulnerabilities, file.item, item{Cve: &file.Cve}) {
		if i.Cve != nil && i.Cve.ID != "" {
			found = append(found, *i.Cve)
		}
	}
	if len(found) == 0 {
		return nil, errors.New(`it has no "id"`)
	}
	return found, nil
}
