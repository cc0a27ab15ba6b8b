package gate

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/org/imgscan-action/internal/catalog"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/image"
	"github.com/org/imgscan-action/internal/lineage"
	"github.com/org/imgscan-action/internal/triage"
)

// subject is what is known of an image before anything is known to be wrong
// with it.
type subject struct {
	image     finding.Image
	inventory finding.Inventory
	lineage   *lineage.Result // nil when nobody looked

	// base is what is in the nearest base; empty when that is not known.
	base finding.Inventory

	claims []triage.VendorClaim
}

// read opens the image, lists what is in it, and finds out beside that what it
// was built on.
func (g *Gate) read(ctx context.Context) (subject, error) {
	opened, err := g.OpenImage(ctx)
	if err != nil {
		return subject{}, err
	}
	defer opened.Close()

	s := subject{image: describe(opened)}
	if g.Named != nil {
		s.image.Names, _ = g.Named(s.image)
	}
	if g.Progress != nil {
		g.Progress.Opened(s.image)
	}
	var contents *catalog.Contents
	both, bothCtx := errgroup.WithContext(ctx)
	both.Go(func() (err error) {
		options := g.Catalog
		if g.Progress != nil {
			options.OnLayer = g.Progress.LayerRead
		}
		contents, err = catalog.Read(bothCtx, layersOf(opened), options)
		return err
	})
	if g.Lineage != nil {
		both.Go(func() (err error) {
			s.lineage, err = g.Lineage(bothCtx, opened)
			return err
		})
	}
	if err := both.Wait(); err != nil {
		return subject{}, fmt.Errorf("reading %q: %w", s.image.Ref, err)
	}
	if s.inventory, err = contents.Inventory(); err != nil {
		return subject{}, fmt.Errorf("reading %q: %w", s.image.Ref, err)
	}
	if s.base, err = g.readBase(ctx, s.lineage, contents); err != nil {
		return subject{}, fmt.Errorf("reading the base of %q: %w", s.image.Ref, err)
	}
	if g.Statements != nil {
		var bases []finding.Base
		if s.lineage != nil {
			bases = s.lineage.Lineage.Bases
		}
		if s.claims, err = g.Statements(ctx, opened, s.inventory, bases); err != nil {
			return subject{}, fmt.Errorf("reading what vendors say of %q: %w", s.image.Ref, err)
		}
	}
	return s, nil
}

// readBase lists what is in the nearest base as it was used. Its layers are the
// lowest of the image and have been read already, so that costs nothing; only
// where they cannot be told from the image's own is the base opened itself, and
// when that fails, what comes from the base stays unknown.
func (g *Gate) readBase(ctx context.Context, lin *lineage.Result, contents *catalog.Contents) (finding.Inventory, error) {
	if lin == nil || len(lin.Lineage.Bases) == 0 {
		return finding.Inventory{}, nil
	}
	nearest := lin.Lineage.Bases[0]
	if nearest.Layers > 0 {
		return contents.Prefix(nearest.Layers)
	}
	if !lin.Lineage.Squashed || g.OpenBase == nil {
		return finding.Inventory{}, nil
	}
	base, err := g.openBase(ctx, nearest)
	if ctx.Err() != nil {
		return finding.Inventory{}, ctx.Err()
	}
	if err != nil {
		lin.Lineage.Notes = append(lin.Lineage.Notes,
			fmt.Sprintf("the layers of %s cannot be told from those of the image, and it could not be read to compare the packages: %v", nearest.Ref, err))
	}
	return base, nil
}

// openBase lists what is in a base that is opened for that.
func (g *Gate) openBase(ctx context.Context, nearest finding.Base) (finding.Inventory, error) {
	opened, err := g.OpenBase(ctx, nearest)
	if err != nil {
		return finding.Inventory{}, err
	}
	defer opened.Close()
	contents, err := catalog.Read(ctx, layersOf(opened), g.Catalog)
	if err != nil {
		return finding.Inventory{}, err
	}
	base, err := contents.Inventory()
	if err != nil {
		return finding.Inventory{}, err
	}
	for _, gap := range base.Gaps {
		// What is in the layer would count as the image's own.
		if gap.Kind == finding.GapUnreadableLayer {
			return finding.Inventory{}, errors.New(gap.Detail)
		}
	}
	return base, nil
}

func layersOf(img *image.Image) []catalog.Layer {
	layers := make([]catalog.Layer, 0, len(img.Layers()))
	for _, l := range img.Layers() {
		layers = append(layers, l)
	}
	return layers
}
