package vulndb

import (
	"github.com/aquasecurity/trivy-db/pkg/db"
	"github.com/aquasecurity/trivy-db/pkg/vulnsrc/vulnerability"
	bolt "go.etcd.io/bbolt"
)

// settle does what trivy-db's own builder does when all sources are in: it makes
// one vulnerability of the sources' details, leaves rejected ones out, copies
// the advisories to where the detectors look, and drops the drafts. (Its builder
// cannot be used: importing it brings in every source it has.)
func settle() error {
	store := db.Config{}
	details := vulnerability.New(store)
	err := store.ForEachVulnerabilityID(func(tx *bolt.Tx, id string) error {
		found := details.GetDetails(id)
		if details.IsRejected(found) {
			return nil
		}
		if err := store.SaveAdvisoryDetails(tx, id); err != nil {
			return err
		}
		return store.PutVulnerability(tx, id, details.Normalize(id, found))
	})
	if err != nil {
		return err
	}
	if err := store.DeleteVulnerabilityIDBucket(); err != nil {
		return err
	}
	if err := store.DeleteVulnerabilityDetailBucket(); err != nil {
		return err
	}
	return store.DeleteAdvisoryDetailBucket()
}
