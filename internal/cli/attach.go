package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/config"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/image"
	"github.com/org/imgscan-action/internal/publish"
	"github.com/org/imgscan-action/internal/report"
)

// attachTimeout is for a report of some megabytes and a slow registry.
const attachTimeout = 2 * time.Minute

// attachTo hangs reports on the very image that was scanned, wherever its tag leads
// to by now.
func (r *request) attachTo(ctx context.Context, cfg config.Config, scanned finding.Image, now time.Time) publish.Attach {
	return publish.Attach{Put: func(content []byte, annotations map[string]string) error {
		ctx, cancel := context.WithTimeout(ctx, attachTimeout)
		defer cancel()
		if scanned.Source != image.SourceRegistry {
			return fmt.Errorf("the image was read from a place (%s) that holds no reports: scan it in its registry, with the prefix %q", scanned.Source, "registry:")
		}
		// Not Image.Name, which the user may have chosen.
		ref := "registry:" + withoutTag(strings.TrimPrefix(r.ref, "registry:")) + "@" + scanned.Digest
		options := r.finderOptions(cfg)
		options.Given = append(options.Given, ref)
		images := image.NewFinder(options)
		defer func() { _ = images.Close() }() // only read from
		img, err := images.Describe(ctx, ref, cfg.Scan.Platform)
		if err != nil {
			return err
		}
		defer img.Close()
		_, err = images.Attach(ctx, img, image.Attachment{
			Type:        report.MediaType,
			Content:     content,
			Created:     now,
			Annotations: annotations,
		})
		if errors.Is(err, image.ErrAttachedAlready) {
			return nil
		}
		return err
	}}
}
