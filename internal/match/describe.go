package match

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/aquasecurity/trivy-db/pkg/db"
	dbTypes "github.com/aquasecurity/trivy-db/pkg/types"

	"github.com/org/imgscan-action/internal/finding"
)

// describe makes a finding of a detection with what the database knows of the
// vulnerability; a vulnerability without details is a finding all the same.
func describe(d detection, order ladder) finding.Finding {
	// An error means that there are no details.
	vuln, _ := (db.Config{}).GetVulnerability(d.VulnerabilityID)

	source := advisorySource(d)
	f := finding.Finding{
		ID:          d.VulnerabilityID,
		Aliases:     aliases(d),
		Package:     d.pkg,
		FixedIn:     d.FixedVersion,
		Status:      status(d.FixedVersion, d.Status),
		Title:       strings.TrimSpace(vuln.Title),
		Description: strings.TrimSpace(vuln.Description),
		References:  webPages(vuln.References),
		CWEs:        vuln.CweIDs,
		Published:   date(vuln.PublishedDate),
		Modified:    date(vuln.LastModifiedDate),
		Advisory:    source,
	}
	f.URL = page(f)
	f.Rating, f.Beaten = rate(opinions{
		vulnerability: vuln,
		own:           ownSource(d, source),
		packageSource: d.SeveritySource,
		packageWord:   d.Severity, //nolint:staticcheck // deprecated for readers, and where the detectors put the word that is about this package alone
	}, order)
	return f
}

// advisorySource is who says that the package is affected. Red Hat's detector
// leaves it out and names itself only as the source of the severity.
func advisorySource(d detection) finding.Source {
	if d.DataSource != nil {
		return finding.Source{ID: string(d.DataSource.ID), Name: d.DataSource.Name, URL: d.DataSource.URL}
	}
	if d.SeveritySource == "redhat" {
		return finding.Source{ID: "redhat", Name: "Red Hat", URL: "https://access.redhat.com/security/"}
	}
	return finding.Source{ID: string(d.SeveritySource)}
}

// ownSource is whose severities speak for the package: the advisory's source, or
// the distribution that a rebuilder such as Root.io builds on.
func ownSource(d detection, source finding.Source) dbTypes.SourceID {
	own := dbTypes.SourceID(source.ID)
	if d.DataSource != nil {
		own = cmp.Or(d.DataSource.BaseID, own)
	}
	if strings.HasPrefix(string(own), "redhat-") { // "redhat-oval", "redhat-csaf-vex"
		own = "redhat"
	}
	return own
}

// status follows Trivy: a fixed version decides, and no word means affected.
func status(fixedIn string, s dbTypes.Status) finding.Status {
	if fixedIn != "" {
		return finding.StatusFixed
	}
	switch s {
	case dbTypes.StatusUnknown, dbTypes.StatusFixed:
		return finding.StatusAffected
	}
	return finding.Status(s.String())
}

func aliases(d detection) []string {
	var names []string
	for _, name := range d.VendorIDs {
		if name != "" && name != d.VulnerabilityID {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// webPages leaves out what is no page: references come from everywhere.
func webPages(references []string) []string {
	var pages []string
	for _, r := range references {
		if strings.HasPrefix(r, "https://") || strings.HasPrefix(r, "http://") {
			pages = append(pages, r)
		}
	}
	return pages
}

// date is zero for a missing date, and for the year 1 that trivy-db stores
// instead of one.
func date(t *time.Time) time.Time {
	if t == nil || t.Year() <= 1 {
		return time.Time{}
	}
	return t.UTC()
}
