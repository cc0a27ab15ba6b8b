package match

import (
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/aquasecurity/trivy-db/pkg/db"

	"github.com/org/imgscan-action/internal/finding"
)

// Rate is the rating of a vulnerability by its identifier, as it counts where no
// package is asked about, and the ratings that it won over. An error says that the
// database, which has to be open, does not know the vulnerability.
func (m Matcher) Rate(id string) (best finding.Rating, beaten []finding.Rating, err error) {
	if conn := (db.Config{}).Connection(); conn == nil || conn.Path() == "" {
		return finding.Rating{}, nil, fmt.Errorf("rating %q: no vulnerability database is open", id)
	}
	// As in Match, the database is a file from elsewhere.
	before := debug.SetPanicOnFault(true)
	defer debug.SetPanicOnFault(before)
	defer func() {
		if r := recover(); r != nil {
			best, beaten, err = finding.Rating{}, nil, fmt.Errorf("rating %q: the vulnerability database is broken: %v", id, r)
		}
	}()
	vuln, err := (db.Config{}).GetVulnerability(id)
	if err != nil {
		vuln, err = (db.Config{}).GetVulnerability(strings.ToUpper(id)) // "cve-2024-1", as people type it
	}
	if err != nil {
		return finding.Rating{}, nil, fmt.Errorf("the database does not know %q", id)
	}
	best, beaten = rate(opinions{vulnerability: vuln}, ladderOf(m.Order))
	return best, beaten, nil
}
