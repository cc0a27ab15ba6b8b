// Package gate runs one scan from beginning to end. Run is the table of
// contents of imgscan: read it first.
//
// The gate decides and never prints. What it returns is rendered by others, and
// no rendering changes it.
package gate

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/org/imgscan-action/internal/catalog"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/image"
	"github.com/org/imgscan-action/internal/intel"
	"github.com/org/imgscan-action/internal/lineage"
	"github.com/org/imgscan-action/internal/match"
	"github.com/org/imgscan-action/internal/origin"
	"github.com/org/imgscan-action/internal/owner"
	"github.com/org/imgscan-action/internal/policy"
	"github.com/org/imgscan-action/internal/triage"
	"github.com/org/imgscan-action/internal/vulndb"
)

// Gate holds what a scan needs. OpenImage, OpenDatabase, Rules, Now and Tool are
// required; what is left out of the others is not found out.
type Gate struct {
	// OpenImage finds the image, wherever it is.
	OpenImage func(ctx context.Context) (*image.Image, error)

	// OpenDatabase makes the vulnerability database ready, downloading it when
	// needed. It runs beside the reading of the image.
	OpenDatabase func(ctx context.Context) (*vulndb.DB, error)

	// Lineage finds out what the image was built on, beside the reading of its
	// layers. Nil means that nobody can tell.
	Lineage func(ctx context.Context, img *image.Image) (*lineage.Result, error)

	// OpenBase opens a base whose layers cannot be told from the image's own, to
	// see what packages it has. Nil means to do without.
	OpenBase func(ctx context.Context, base finding.Base) (*image.Image, error)

	// OpenBefore finds the image of the base branch, to tell what a change brought,
	// and ReadBefore a stored report on it for when that cannot be had. Nil means to
	// do without; with both nil, nothing is compared. Why neither can be had is told
	// in the report.
	OpenBefore func(ctx context.Context) (*image.Image, error)
	ReadBefore func(ctx context.Context) (*finding.Report, error)

	// Manifests find the lines of the repository that choose a package's version.
	// Nil means that there is no repository.
	Manifests origin.Manifests

	// Owners names who can fix what. Nil means that nobody is named.
	Owners *owner.Owners

	// Asked selects the packages whose origin the report tells whether they have
	// findings or not. Nil selects none.
	Asked func(p finding.Package) bool

	// Progress is told how far the scan has come; nil is silence.
	Progress Progress

	// Catalog says how the image is read, but for OnLayer, which is Progress's.
	Catalog catalog.Options

	// RatingOrder is which ratings count first; empty means the default order.
	RatingOrder []finding.Tier

	// Statements are what vendors say of the image, its packages and its bases. Nil
	// asks nobody.
	Statements func(ctx context.Context, img *image.Image, inv finding.Inventory, bases []finding.Base) ([]triage.VendorClaim, error)

	// Context is what is known of vulnerabilities beyond their ratings; nil when
	// nothing is.
	Context *intel.Data

	// MaxContextAge is how old the files of Context may be before the report says
	// so; 0 means any age.
	MaxContextAge time.Duration

	// Named are the logical names of the image, and whether anybody can reach what
	// runs from it. Nil means none, and that anybody can.
	Named func(img finding.Image) (names []string, exposed bool)

	// Rules are what the project has decided.
	Rules Rules

	// Now is the clock of the whole scan: ages, end-of-life dates and enforcement
	// dates are measured against it.
	Now time.Time

	// Tool is imgscan's own version, for the report.
	Tool string
}

// Progress is told how far a scan has come. Its methods may be called from
// several goroutines.
type Progress interface {
	// Opened is called when the image was found.
	Opened(img finding.Image)

	// LayerRead is called after each layer with the number read so far.
	LayerRead(done int)

	// Matching is called when the inventory is complete and the database open.
	Matching(packages int)
}

// Run scans one image. An error means that nothing could be found out; what
// could be found out only in part is a Gap in the report.
func (g *Gate) Run(ctx context.Context) (*finding.Report, error) {
	// The image and the database are fetched at the same time; whichever fails
	// first stops the other.
	var (
		seen subject
		db   *vulndb.DB
	)
	defer func() {
		if db != nil {
			db.Close()
		}
	}()
	both, bothCtx := errgroup.WithContext(ctx)
	both.Go(func() (err error) {
		seen, err = g.read(bothCtx)
		return err
	})
	both.Go(func() (err error) {
		db, err = g.OpenDatabase(bothCtx)
		return err
	})
	if err := both.Wait(); err != nil {
		return nil, err
	}

	// What is known to be wrong with it.
	if g.Progress != nil {
		g.Progress.Matching(len(seen.inventory.Packages))
	}
	matcher := match.Matcher{Now: g.Now, Order: g.RatingOrder}
	found, blind, err := matcher.Match(ctx, seen.inventory)
	if err != nil {
		return nil, err
	}
	rep := &finding.Report{
		Tool:        g.Tool,
		Now:         g.Now,
		Image:       seen.image,
		Database:    database(db),
		OS:          seen.inventory.OS,
		Packages:    seen.inventory.Packages,
		Findings:    found,
		Gaps:        append(seen.inventory.Gaps, blind...),
		Executables: seen.inventory.Executables,
	}
	if gap, stale := policy.StaleDatabase(rep.Database, g.Rules.Policy.MaxDatabaseAge, g.Now); stale {
		rep.Gaps = append(rep.Gaps, gap)
	}

	// What was wrong with the base and no longer is.
	if rep.Removed, err = removed(ctx, matcher, seen, found); err != nil {
		return nil, err
	}

	// Who put it there, and who can fix it?
	seen.assign(rep, g.Manifests, g.Asked)
	finding.Sort(rep.Findings)
	finding.Sort(rep.Removed)
	finding.SortGaps(rep.Gaps)
	g.Owners.Assign(rep)
	rep.Lineage.Notes = append(rep.Lineage.Notes, g.Owners.Notes()...)

	// What of it did this change bring?
	if err := g.compare(ctx, matcher, rep); err != nil {
		return nil, err
	}

	// What has been decided, and may the build proceed?
	g.addContext(rep)
	g.Rules.Claims = seen.claims
	Decide(rep, g.Rules)
	return rep, nil
}

// assign tells the report where everything in it comes from.
func (s *subject) assign(rep *finding.Report, manifests origin.Manifests, asked func(finding.Package) bool) {
	if s.lineage != nil {
		rep.Lineage = s.lineage.Lineage
		for i, l := range s.lineage.Layers {
			rep.Image.Layers[i].Base, rep.Image.Layers[i].Instruction = l.Base, l.Instruction
		}
	}
	origins := origin.New(origin.Input{
		Packages:  s.inventory.Packages,
		Lineage:   s.lineage,
		Base:      s.base.Packages,
		Manifests: manifests,
	})
	origins.Assign(rep.Findings)
	if asked == nil {
		return
	}
	for _, p := range rep.Packages {
		if asked(p) {
			rep.Asked = append(rep.Asked, finding.Attributed{Package: p, Origin: origins.Of(p)})
		}
	}
}
