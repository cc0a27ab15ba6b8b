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

// Annotation shows the verdict beside the run, and the first of what to do at the
// lines where it is done. A page of annotations is read by nobody.
type Annotation struct {
	Runner *github.Runner
}

var _ Publisher = Annotation{}

func (a Annotation) String() string { return "the annotation" }

// maxPointers is how many lines are pointed at. A runner shows ten annotations of a
// level; one is the verdict's, and one is left for what else there may be to say.
const maxPointers = 8

// Publish annotates the run, with errors when the build may not proceed, with
// warnings when it would not under a stricter mode, and not at all on a clean pass.
func (a Annotation) Publish(rep *finding.Report) error {
	level, ok := annotationLevel(rep.Verdict)
	if !ok {
		return nil
	}
	list := []github.Annotation{{
		Level:   level,
		Title:   fmt.Sprintf("imgscan: %s: %s", rep.Image.Name, rep.Verdict.Outcome),
		Message: strings.Join(rep.Verdict.Reasons, "\n"),
	}}
	for _, p := range report.Pointers(rep, maxPointers) {
		list = append(list, github.Annotation{
			Level: level, Title: fmt.Sprintf("imgscan: %s: what to do", rep.Image.Name), Message: p.Words, File: p.File, Line: p.Line,
		})
	}
	for _, annotation := range list {
		if err := a.Runner.Annotate(annotation); err != nil {
			return asSkip(err)
		}
	}
	return nil
}

// annotationLevel is how loud to be about a verdict; false for not at all.
func annotationLevel(v finding.Verdict) (github.Level, bool) {
	switch {
	case v.Judged == finding.Pass:
		return "", false
	case v.Outcome == finding.Pass && v.Mode == finding.Observe:
		return github.Notice, true
	case v.Outcome == finding.Pass:
		return github.Warning, true
	}
	return github.Error, true
}

// asSkip turns the runner's reason for not doing something into ours.
func asSkip(err error) error {
	var skip *github.Skip
	if errors.As(err, &skip) {
		return Skip(skip.Reason)
	}
	return err
}
