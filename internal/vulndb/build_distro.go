package vulndb

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aquasecurity/trivy-db/pkg/db"
	"github.com/aquasecurity/trivy-db/pkg/types"
	"github.com/aquasecurity/trivy-db/pkg/vulnsrc/osv"
	bolt "go.etcd.io/bbolt"
)

// place is where one distribution advisory goes.
type place struct{ bucket, pkg, vulnerability string }

// putDistros writes the advisories for distributions. Their detectors want one
// fixed version a package and vulnerability, where OSV has ranges, so trivy-db's
// OSV source does not serve here.
func putDistros(records []record, stats *BuildStats) error {
	advisories := map[place]types.Advisory{}
	sources := map[string]types.DataSource{}
	details := map[string]map[types.SourceID]types.VulnerabilityDetail{}
	for _, r := range records {
		for i, affected := range r.Affected {
			d, bucketName, ok := distroOf(affected.Package.Ecosystem)
			if !ok {
				continue
			}
			fixes, unexpressed, err := d.fixes(affected, r.extras[i])
			if err != nil {
				return fmt.Errorf("reading the advisory %q: %w", r.path, err)
			}
			stats.Unexpressed += unexpressed
			ids, others := r.distroIdentifiers()
			for _, fix := range fixes {
				for _, id := range ids {
					adv := fix.advisory(id, others, r, i, d)
					at := place{bucketName, fix.pkg, id}
					if before, have := advisories[at]; have {
						adv = d.later(before, adv)
					}
					advisories[at] = adv
					sources[bucketName] = d.source
					if details[id] == nil {
						details[id] = map[types.SourceID]types.VulnerabilityDetail{}
					}
					if _, have := details[id][d.source.ID]; !have {
						details[id][d.source.ID] = r.detail(d)
					}
				}
			}
		}
	}
	stats.Advisories = len(advisories)
	return write(advisories, sources, details)
}

// write puts everything into the draft database in one transaction.
func write(advisories map[place]types.Advisory, sources map[string]types.DataSource, details map[string]map[types.SourceID]types.VulnerabilityDetail) error {
	store := db.Config{}
	return store.BatchUpdate(func(tx *bolt.Tx) error {
		for _, name := range slices.Sorted(maps.Keys(sources)) {
			if err := store.PutDataSource(tx, name, sources[name]); err != nil {
				return err
			}
		}
		for at, adv := range advisories {
			if err := store.PutAdvisoryDetail(tx, at.vulnerability, at.pkg, []string{at.bucket}, &adv); err != nil {
				return err
			}
		}
		for id, bySource := range details {
			if err := store.PutVulnerabilityID(tx, id); err != nil {
				return err
			}
			for source, detail := range bySource {
				if err := store.PutVulnerabilityDetail(tx, id, source, detail); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// fix is what a record says of one package of a release.
type fix struct {
	pkg string

	// introduced is the first affected version, set only when the distribution's
	// detector can use it; version is the first unaffected one, empty when there
	// is none.
	introduced string
	version    string
}

// fixes reads the ranges of one affected package. Several ranges become the
// highest fix: a version between two of them is then reported although it is
// fixed, which is the error to prefer. A range that ends in "last_affected"
// names no fixed version and counts as unfixed. The number returned is of
// advisories that the distribution's detector cannot express.
func (d distro) fixes(affected osv.Affected, more extra) ([]fix, int, error) {
	found := []fix{{pkg: affected.Package.Name}}
	var ranges int
	for _, rg := range affected.Ranges {
		if rg.Type == osv.RangeTypeGit {
			continue
		}
		for _, event := range rg.Events {
			if event.Introduced != "" {
				ranges++
				found[0].introduced = event.Introduced
			}
			if event.Fixed == "" {
				continue
			}
			higher, err := d.higher(found[0].version, event.Fixed)
			if err != nil {
				return nil, 0, fmt.Errorf("package %q: %w", affected.Package.Name, err)
			}
			found[0].version = higher
		}
	}
	if d.name != "alpine" || ranges != 1 || found[0].introduced == "0" {
		found[0].introduced = ""
	}
	// SUSE names source packages and lists the binary ones, which its detector
	// looks for, beside them.
	if len(more.Binaries) > 0 {
		found = nil
		for _, binaries := range more.Binaries {
			for _, name := range slices.Sorted(maps.Keys(binaries)) {
				found = append(found, fix{pkg: name, version: binaries[name]})
			}
		}
	}
	before := len(found)
	found = slices.DeleteFunc(found, func(f fix) bool {
		return (f.version == "" && !d.unfixed) || strings.Contains(f.version, ".module_el") || strings.Contains(f.version, ".module+el")
	})
	return found, before - len(found), nil
}

func (d distro) higher(a, b string) (string, error) {
	if a == "" {
		return b, nil
	}
	order, err := d.compare.Compare(a, b)
	if err != nil || order >= 0 {
		return a, err
	}
	return b, nil
}

// advisory is the fix in trivy-db's form.
func (f fix) advisory(id string, others []string, r record, i int, d distro) types.Advisory {
	adv := types.Advisory{
		FixedVersion:    f.version,
		AffectedVersion: f.introduced,
		VendorIDs:       slices.DeleteFunc(slices.Clone(others), func(name string) bool { return name == id }),
	}
	if f.version == "" {
		adv.Status = types.StatusAffected
	}
	if d.name == "debian" {
		adv.Severity = severityOfUrgency(r.extras[i].Urgency)
	}
	return adv
}

// later merges two records on the same package and vulnerability: the one with
// the higher fix counts, as a vulnerability can be fixed twice.
func (d distro) later(a, b types.Advisory) types.Advisory {
	names := slices.Concat(a.VendorIDs, b.VendorIDs)
	slices.Sort(names)
	severity := max(a.Severity, b.Severity)
	if order, err := d.compare.Compare(a.FixedVersion, b.FixedVersion); a.FixedVersion == "" || (b.FixedVersion != "" && err == nil && order < 0) {
		a = b
	}
	a.VendorIDs = slices.Compact(names)
	a.Severity = severity
	return a
}

// distroIdentifiers are the CVEs that the record is about, and its other names.
// Errata name their CVEs as related records; "DEBIAN-CVE-2024-1" and the like
// are no names of their own.
func (r *record) distroIdentifiers() (vulnerabilities, others []string) {
	vulnerabilities, others = r.identifiers()
	if len(others) == 0 && vulnerabilities[0] == r.ID && !strings.HasPrefix(r.ID, "CVE-") {
		if _, cve, found := strings.Cut(r.ID, "-CVE-"); found {
			return []string{"CVE-" + cve}, nil
		}
		var cves []string
		for _, name := range r.related {
			if strings.HasPrefix(name, "CVE-") {
				cves = append(cves, name)
			}
		}
		if len(cves) > 0 {
			slices.Sort(cves)
			return slices.Compact(cves), []string{r.ID}
		}
	}
	others = slices.DeleteFunc(others, func(name string) bool { return strings.Contains(name, "-CVE-") })
	return vulnerabilities, others
}

// detail is what the record says of its vulnerability as a whole.
func (r *record) detail(d distro) types.VulnerabilityDetail {
	detail := types.VulnerabilityDetail{
		Title:       r.Summary,
		Description: r.Details,
		Severity:    r.distroSeverity(d),
	}
	for _, reference := range r.References {
		detail.References = append(detail.References, reference.URL)
	}
	for _, severity := range r.Severities {
		switch score := cvssScore(severity.Score); {
		case score == 0:
		case severity.Type == "CVSS_V3":
			detail.CvssVectorV3, detail.CvssScoreV3 = severity.Score, score
		case severity.Type == "CVSS_V4":
			detail.CvssVectorV40, detail.CvssScoreV40 = severity.Score, score
		}
	}
	return detail
}
