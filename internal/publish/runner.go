package publish

import (
	"errors"
	"fmt"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/github"
	"github.com/org/imgscan-action/internal/report"
)

// Summary renders the report into the job summary of a GitHub runner.
type Summary struct {
	Runner *github.Runner
	Format report.Format
}

var _ Publisher = Summary{}

func (s Summary) String() string { return "the job summary" }

// Publish appends the summary.
func (s Summary) Publish(rep *finding.Report) error {
	var text strings.Builder
	if err := s.Format.Write(&text, rep, report.Options{MaxBytes: github.SummaryLimit}); err != nil {
		return err
	}
	return asSkip(s.Runner.WriteSummary(text.String()))
}

// Annotation shows the verdict beside the run: one annotation that counts,
// because a page of them is read by nobody.
type Annotation struct {
	Runner *github.Runner
}

var _ Publisher = Annotation{}

func (a Annotation) String() string { return "the annotation" }

// Publish annotates the run, with an error when the build may not proceed, a
// warning when it would not under a stricter mode, and nothing on a clean pass.
func (a Annotation) Publish(rep *finding.Report) error {
	v := rep.Verdict
	level := github.Error
	switch {
	case v.Judged == finding.Pass:
		return nil
	case v.Outcome == finding.Pass && v.Mode == finding.Observe:
		level = github.Notice
	case v.Outcome == finding.Pass:
		level = github.Warning
	}
	return asSkip(a.Runner.Annotate(github.Annotation{
		Level:   level,
		Title:   fmt.Sprintf("imgscan: %s: %s", rep.Image.Name, v.Outcome),
		Message: strings.Join(v.Reasons, "\n"),
	}))
}

// asSkip turns the runner's reason for not doing something into ours.
func asSkip(err error) error {
	var skip *github.Skip
	if errors.As(err, &skip) {
		return Skip(skip.Reason)
	}
	return err
}
