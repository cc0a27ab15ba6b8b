package cli

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/org/imgscan-action/internal/config"
	"github.com/org/imgscan-action/internal/gate"
	"github.com/org/imgscan-action/internal/image"
	"github.com/org/imgscan-action/internal/report"
)

// maxReport bounds a stored report, in bytes.
const maxReport = 64 << 20

// compareWith lets the gate tell what the change under test brought, by the image
// of the base branch or the report that was stored of it.
func (r *request) compareWith(g *gate.Gate, cfg config.Config, images *image.Finder) error {
	if cfg.Compare.Image != "" {
		g.OpenBefore = func(ctx context.Context) (*image.Image, error) {
			return images.Open(ctx, cfg.Compare.Image, cfg.Scan.Platform)
		}
	}
	if cfg.Compare.Report == "" {
		return nil
	}
	stored, err := os.Open(cfg.Compare.Report)
	if err != nil {
		return usagef("reading compare.report: %w", err)
	}
	defer stored.Close()
	content, err := io.ReadAll(io.LimitReader(stored, maxReport+1))
	switch {
	case err != nil:
		return fmt.Errorf("reading compare.report: %w", err)
	case len(content) > maxReport:
		return usagef("reading compare.report: %q has more than %d bytes", cfg.Compare.Report, maxReport)
	}
	if g.Before, err = report.Read(cfg.Compare.Report, content); err != nil {
		return usage(err)
	}
	return nil
}
