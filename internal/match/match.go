package match

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/aquasecurity/trivy-db/pkg/db"
	"github.com/aquasecurity/trivy/pkg/clock"
	"github.com/aquasecurity/trivy/pkg/types"

	"github.com/org/imgscan-action/internal/finding"
)

// Matcher matches inventories against the database that is open in this process.
type Matcher struct {
	// Now decides which releases are past their end of life.
	Now time.Time

	// Order says which ratings count before which; see [finding.Tiers]. Those it
	// leaves out follow in the default order, so that no order leaves anything
	// unrated. Empty means the default order.
	Order []finding.Tier
}

// detection is one answer of a detector and the package it is about.
type detection struct {
	types.DetectedVulnerability
	pkg finding.Package
}

// Match returns the findings in the order of [finding.Sort] and the gaps in the
// order of [finding.SortGaps]. The gaps are only those of matching; the
// inventory's own are the caller's.
func (m Matcher) Match(ctx context.Context, inv finding.Inventory) (findings []finding.Finding, gaps []finding.Gap, err error) {
	if conn := (db.Config{}).Connection(); conn == nil || conn.Path() == "" {
		return nil, nil, fmt.Errorf("matching packages: no vulnerability database is open")
	}
	// The database is a memory-mapped file from elsewhere, and the detectors index
	// tables by what it says.
	before := debug.SetPanicOnFault(true)
	defer debug.SetPanicOnFault(before)
	defer func() {
		if r := recover(); r != nil {
			findings, gaps, err = nil, nil, fmt.Errorf("matching packages: the vulnerability database is broken: %v", r)
		}
	}()
	ctx = clock.With(ctx, m.Now)

	detected, gaps, err := detectOS(ctx, inv)
	if err != nil {
		return nil, nil, err
	}
	fromLanguages, more, err := detectLanguages(ctx, inv.Packages)
	if err != nil {
		return nil, nil, err
	}
	gaps = append(gaps, more...)
	order := ladderOf(m.Order)
	for _, d := range append(detected, fromLanguages...) {
		findings = append(findings, describe(d, order))
	}
	finding.Sort(findings)
	findings = slices.CompactFunc(findings, same)
	finding.SortGaps(gaps)
	return findings, gaps, nil
}

// same says that two findings, neighbours in the order of finding.Sort, report
// one vulnerability of one package.
func same(a, b finding.Finding) bool {
	key := func(f finding.Finding) string {
		return strings.Join([]string{f.ID, f.Package.Type, f.Package.Name, f.Package.FullVersion(), f.Package.Arch, f.Package.Path}, "\x00")
	}
	return key(a) == key(b)
}
