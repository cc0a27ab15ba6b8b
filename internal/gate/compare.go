package gate

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/org/imgscan-action/internal/compare"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/match"
)

// compare tells what the change under test brought: it scans the image of the base
// branch with the database that is open, and where that cannot be had, takes the
// stored report on it. What cannot be compared leaves a reason in the report; an
// error is only that the scan was stopped.
func (g *Gate) compare(ctx context.Context, matcher match.Matcher, rep *finding.Report) error {
	if g.OpenBefore == nil && g.ReadBefore == nil {
		return nil
	}
	before, why, err := g.before(ctx, matcher, rep.Database)
	if err != nil {
		return err
	}
	if before == nil {
		rep.Compared = &finding.Compared{Why: strings.Join(why, "; ")}
		return nil
	}
	compare.Classify(rep, before)
	rep.Compared.Notes = append(rep.Compared.Notes, why...)
	return nil
}

// before is a report on the image of the base branch, nil when there is none, and
// why it is not the best that there could be.
func (g *Gate) before(ctx context.Context, matcher match.Matcher, db finding.Database) (before *finding.Report, why []string, err error) {
	if g.OpenBefore != nil {
		before, err := g.scanBefore(ctx, matcher, db)
		if err == nil {
			return before, nil, nil
		}
		why = append(why, fmt.Sprintf("the image to compare with could not be scanned: %v", err))
	}
	if g.ReadBefore != nil && ctx.Err() == nil {
		before, err := g.ReadBefore(ctx)
		if err == nil {
			return before, why, nil
		}
		why = append(why, fmt.Sprintf("there is no stored report to compare with: %v", err))
	}
	return nil, why, ctx.Err()
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
