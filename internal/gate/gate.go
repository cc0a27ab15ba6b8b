// Package gate runs one scan from beginning to end. Run is the table of
// contents of imgscan: read it first.
//
// The gate decides and never prints. What it returns is rendered by others, and
// no rendering changes it.
package gate

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/org/imgscan-action/internal/catalog"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/image"
	"github.com/org/imgscan-action/internal/match"
	"github.com/org/imgscan-action/internal/policy"
	"github.com/org/imgscan-action/internal/vulndb"
)

// Gate holds what a scan needs. The zero value of Progress is silence, and
// that of Catalog is usable; every other field is required.
type Gate struct {
	// OpenImage finds the image, wherever it is.
	OpenImage func(ctx context.Context) (*image.Image, error)

	// OpenDatabase makes the vulnerability database ready, downloading it when
	// needed. It runs beside the reading of the image.
	OpenDatabase func(ctx context.Context) (*vulndb.DB, error)

	Progress Progress

	// Catalog says how the image is read, but for OnLayer, which is Progress's.
	Catalog catalog.Options

	Policy policy.Policy

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
		img       finding.Image
		inventory finding.Inventory
		db        *vulndb.DB
	)
	defer func() {
		if db != nil {
			db.Close()
		}
	}()
	both, bothCtx := errgroup.WithContext(ctx)
	both.Go(func() (err error) {
		img, inventory, err = g.read(bothCtx)
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
		g.Progress.Matching(len(inventory.Packages))
	}
	found, blind, err := match.Matcher{Now: g.Now}.Match(ctx, inventory)
	if err != nil {
		return nil, err
	}

	rep := &finding.Report{
		Tool:     g.Tool,
		Now:      g.Now,
		Image:    img,
		Database: database(db),
		OS:       inventory.OS,
		Packages: inventory.Packages,
		Findings: found,
		Gaps:     append(inventory.Gaps, blind...),
	}
	if gap, stale := policy.StaleDatabase(rep.Database, g.Policy.MaxDatabaseAge, g.Now); stale {
		rep.Gaps = append(rep.Gaps, gap)
	}
	finding.Sort(rep.Findings)
	finding.SortGaps(rep.Gaps)

	// May the build proceed?
	rep.Verdict = policy.Judge(rep, g.Policy, g.Now)
	return rep, nil
}

// read opens the image and lists what is in it.
func (g *Gate) read(ctx context.Context) (finding.Image, finding.Inventory, error) {
	opened, err := g.OpenImage(ctx)
	if err != nil {
		return finding.Image{}, finding.Inventory{}, err
	}
	defer opened.Close()

	img := describe(opened)
	options := g.Catalog
	if g.Progress != nil {
		g.Progress.Opened(img)
		options.OnLayer = g.Progress.LayerRead
	}
	layers := make([]catalog.Layer, 0, len(opened.Layers()))
	for _, l := range opened.Layers() {
		layers = append(layers, l)
	}
	inventory, err := catalog.Read(ctx, layers, options)
	if err != nil {
		return finding.Image{}, finding.Inventory{}, fmt.Errorf("reading %q: %w", img.Ref, err)
	}
	return img, inventory, nil
}
