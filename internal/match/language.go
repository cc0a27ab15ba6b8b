package match

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/aquasecurity/trivy-db/pkg/db"
	"github.com/aquasecurity/trivy/pkg/detector/library"
	_ "github.com/aquasecurity/trivy/pkg/detector/library/all" // vendors of patched packages register themselves
	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"
	bolt "go.etcd.io/bbolt"

	"github.com/org/imgscan-action/internal/finding"
)

// detectLanguages runs the ecosystems' detectors over the language packages.
func detectLanguages(ctx context.Context, packages []finding.Package) ([]detection, []finding.Gap, error) {
	byType := map[string][]ftypes.Package{}
	for i, p := range packages {
		if p.Class == finding.ClassLanguage {
			byType[p.Type] = append(byType[p.Type], toTrivy(p, i))
		}
	}
	var detected []detection
	var gaps []finding.Gap
	for _, name := range slices.Sorted(maps.Keys(byType)) {
		driver, known := library.NewDriver(ftypes.LangType(name))
		if !known {
			gaps = append(gaps, finding.Gap{Kind: finding.GapNoAdvisories, Where: name, Detail: fmt.Sprintf("there are no advisories for packages of type %q", name)})
			continue
		}
		if !hasEcosystem(driver.Type()) {
			gaps = append(gaps, finding.Gap{Kind: finding.GapNoAdvisories, Where: name, Detail: fmt.Sprintf("the vulnerability database holds nothing about the ecosystem %q", driver.Type())})
			continue
		}
		vulns, err := library.Detect(ctx, ftypes.LangType(name), byType[name])
		if err != nil {
			return nil, nil, fmt.Errorf("matching %s packages: %w", name, err)
		}
		found, err := fromTrivy(vulns, packages)
		if err != nil {
			return nil, nil, err
		}
		detected = append(detected, found...)
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
	}
	return detected, gaps, nil
}

// hasEcosystem says whether any source in the database covers the ecosystem:
// their buckets are named "npm::GitHub Security Advisory Npm".
func hasEcosystem(ecosystem string) bool {
	prefix := []byte(ecosystem + "::")
	found := false
	_ = (db.Config{}).Connection().View(func(tx *bolt.Tx) error {
		name, _ := tx.Cursor().Seek(prefix)
		found = bytes.HasPrefix(name, prefix)
		return nil
	})
	return found
}
