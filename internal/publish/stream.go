package publish

import (
	"bufio"
	"io"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/report"
)

// Stream renders the report to a writer that is already open, such as standard
// output.
type Stream struct {
	Format report.Format
	Writer io.Writer

	Options report.Options
}

var _ Publisher = Stream{}

func (s Stream) String() string { return s.Format.Name + " to standard output" }

// Publish writes the report.
func (s Stream) Publish(rep *finding.Report) error {
	w := bufio.NewWriter(s.Writer)
	if err := s.Format.Write(w, rep, s.Options); err != nil {
		return err
	}
	return w.Flush()
}
