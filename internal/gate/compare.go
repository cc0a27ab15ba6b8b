package gate

import (
	"context"
	"errors"
	"fmt"

	"github.com/org/imgscan-action/internal/compare"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/match"
)

// compare tells what the change under test brought: it scans the image of the base
// branch with the database that is open, and where that cannot be had, takes the
// stored report on it. What cannot be compared leaves a reason in the report; an
// error is only that the scan was stopped.
func (g *Gate) compare(ctx context.Context, matcher match.Matcher, rep *finding.Report) error {
	if g.OpenBefore == nil && g.Before == nil {
		return nil
	}
	before, why := g.Before, ""
	if g.OpenBefore != nil {
		scanned, err := g.scanBefore(ctx, matcher, rep.Database)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			why = fmt.Sprintf("the image to compare with could not be scanned: %v", err)
		} else {
			before = scanned
		}
	}
	if before == nil {
		rep.Compared = &finding.Compared{Why: why}
		return nil
	}
	compare.Classify(rep, before)
	if why != "" {
		rep.Compared.Notes = append(rep.Compared.Notes, why)
	}
	return nil
}

// scanBefore is a report on the image of the base branch, as far as another one can
// be compared with it. Most of its layers are usually in the cache.
func (g *Gate) scanBefore(ctx context.Context, matcher match.Matcher, db finding.Database) (*finding.Report, error) {
	reader := Gate{OpenImage: g.OpenBefore, Lineage: g.Lineage, Catalog: g.Catalog}
	seen, err := reader.read(ctx)
	if err != nil {
		return nil, err
	}
	for _, gap := range seen.inventory.Gaps {
		// Whatever is in the layer would count as introduced.
		if gap.Kind == finding.GapUnreadableLayer {
			return nil, errors.New(gap.Detail)
		}
	}
	found, _, err := matcher.Match(ctx, seen.inventory)
	if err != nil {
		return nil, err
	}
	finding.Sort(found)
	before := &finding.Report{
		Now:      g.Now,
		Image:    seen.image,
		Database: db,
		OS:       seen.inventory.OS,
		Packages: seen.inventory.Packages,
		Findings: found,
		Gaps:     seen.inventory.Gaps,
	}
	if seen.lineage != nil {
		before.Lineage = seen.lineage.Lineage
	}
	return before, nil
}
