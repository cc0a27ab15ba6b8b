package report

import (
	"cmp"
	"io"

	"github.com/org/imgscan-action/internal/finding"
)

// maxSummary is the size of the summary in bytes. GitHub refuses more than
// 1 MiB per step; the rest is for masks, which can make the text longer, and
// for whatever else the step writes.
const maxSummary = 1_000_000

// writeGitHubSummary renders the report for a job summary: the Markdown report,
// and why each finding that breaks the policy does so.
func writeGitHubSummary(w io.Writer, rep *finding.Report, opts Options) error {
	return newDocument(rep, true).write(w, cmp.Or(opts.MaxBytes, maxSummary))
}
