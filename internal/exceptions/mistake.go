package exceptions

import (
	"errors"
	"fmt"

	"github.com/org/imgscan-action/internal/finding"
)

// Mistake is an error that says where in a file it is.
type Mistake struct {
	At     finding.Line // Start is 0 when it is about the whole file
	Column int          // from 1, in characters; 0 when it is about the whole file
	Text   string       // what is wrong, and what was expected
}

func (m *Mistake) Error() string {
	if m.At.Start == 0 {
		return m.At.File + ": " + m.Text
	}
	return fmt.Sprintf("%s:%d:%d: %s", m.At.File, m.At.Start, m.Column, m.Text)
}

// inFile is a mistake that is about a whole file.
func inFile(file, format string, args ...any) *Mistake {
	return &Mistake{At: finding.Line{File: file}, Text: fmt.Sprintf(format, args...)}
}

// Problems lists the errors of Parse and Load as Lint lists what it finds. It is
// empty for a nil error.
func Problems(err error) []Problem {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []Problem
		for _, e := range joined.Unwrap() {
			all = append(all, Problems(e)...)
		}
		return all
	}
	var m *Mistake
	if errors.As(err, &m) {
		return []Problem{{At: m.At, Column: m.Column, Level: levelError, Text: m.Text}}
	}
	return []Problem{{Level: levelError, Text: err.Error()}}
}
