package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/config"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/gate"
	"github.com/org/imgscan-action/internal/github"
	"github.com/org/imgscan-action/internal/image"
	"github.com/org/imgscan-action/internal/report"
)

// maxReport bounds a stored report, in bytes.
const maxReport = 64 << 20

// What compare.report begins with when it is not the path of a file.
const (
	inArtifact = "artifact:"
	inRegistry = "registry:"
)

// compareWith lets the gate tell what the change under test brought, by the image
// of the base branch or the report that was stored of it.
func (r *request) compareWith(ctx context.Context, g *gate.Gate, cfg config.Config, images *image.Finder) error {
	if r.onDefault && cfg.Compare.Image+cfg.Compare.Report != "" {
		// Compared with itself, nothing would ever be new and nothing would count.
		g.ReadBefore = func(context.Context) (*finding.Report, error) {
			return nil, errors.New("this is the default branch, which changes are compared with")
		}
		return nil
	}
	if cfg.Compare.Image != "" {
		g.OpenBefore = func(ctx context.Context) (*image.Image, error) {
			return images.Open(ctx, cfg.Compare.Image, cfg.Scan.Platform)
		}
	}
	stored := cfg.Compare.Report
	if name, ok := strings.CutPrefix(stored, inArtifact); ok {
		if r.artifact == nil {
			return usagef("compare.report is %q: only a workflow has artifacts: name a file, or %sIMAGE", stored, inRegistry)
		}
		g.ReadBefore = func(ctx context.Context) (*finding.Report, error) { return r.artifact(ctx, name) }
		return nil
	}
	if ref, ok := strings.CutPrefix(stored, inRegistry); ok {
		g.ReadBefore = func(ctx context.Context) (*finding.Report, error) {
			return attachedReport(ctx, images, ref, cfg.Scan.Platform)
		}
		return nil
	}
	if stored == "" {
		return nil
	}
	// Whoever names a file has it, so its absence is a mistake and no reason to
	// compare with nothing.
	from := r.policy
	if slices.ContainsFunc(r.settings, func(s setting) bool { return s.key == "compare.report" }) {
		from = tree{} // the workflow's or the user's own word, not the policy's
	}
	before, err := from.readReport(ctx, stored)
	if err != nil {
		return usagef("reading compare.report %q: %w: expected %sNAME, %sIMAGE or a report in a file", stored, reasonOf(err), inArtifact, inRegistry)
	}
	g.ReadBefore = func(context.Context) (*finding.Report, error) { return before, nil }
	return nil
}

// readReport reads a stored report from a file.
func (t tree) readReport(ctx context.Context, path string) (*finding.Report, error) {
	files, inside, err := t.locate(ctx, path)
	if err != nil {
		return nil, err
	}
	content, err := readBounded(files, inside, maxReport)
	if err != nil {
		return nil, err
	}
	return report.Read(path, content)
}

// attachedReport is the newest report that is attached to an image. It is about
// that image, or it is not taken.
func attachedReport(ctx context.Context, images *image.Finder, ref, platform string) (*finding.Report, error) {
	found, err := images.Attached(ctx, ref, platform, report.MediaType)
	if err != nil {
		return nil, err
	}
	return report.Read("attached to "+ref+" as "+found.Digest, found.Content)
}

// artifactReport is the newest report that a run on the branch to merge into has
// left as an artifact.
func (c githubAPI) artifactReport(ctx context.Context, runner *github.Runner, name string) (*finding.Report, error) {
	if c.missing != nil {
		return nil, c.missing
	}
	branch, err := runner.BaselineBranch()
	if err != nil {
		return nil, err
	}
	content, from, err := c.ReportArtifact(ctx, name, branch)
	if notice, ok := github.Downgrade(err); ok {
		return nil, errors.New(notice)
	}
	if err != nil {
		return nil, err
	}
	return report.Read(fmt.Sprintf("artifact %s of %s at %.7s", name, branch, from.SHA), content)
}
