package github

// SummaryLimit is the most that the summaries of one step may have in bytes
// (actions/runner, CreateStepSummaryCommand). The runner drops a larger summary
// as a whole.
const SummaryLimit = 1 << 20

// WriteSummary appends Markdown to the step's summary, and refuses what would make
// the runner drop it. It returns a [Skip] where there is no summary to write to.
func (r *Runner) WriteSummary(markdown string) error {
	return r.appendTo("GITHUB_STEP_SUMMARY", markdown, SummaryLimit)
}
