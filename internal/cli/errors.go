package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// usageError is a mistake in the command line or the configuration: exit 2.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error {
	return &usageError{fmt.Errorf(format, args...)}
}

// usage marks err as a mistake in the command line or the configuration.
func usage(err error) error {
	if err == nil {
		return nil
	}
	return &usageError{err}
}

// verdictError carries an exit code that needs no words: the report has been
// written and says why.
type verdictError struct{ code int }

func (e *verdictError) Error() string { return fmt.Sprintf("exit code %d", e.code) }

// explain is the text of an error for a person. An interrupt is said as such,
// whatever it broke on its way.
func explain(ctx context.Context, err error) string {
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return "interrupted: nothing was written"
	}
	return err.Error()
}

// complain prints an error, each of its lines as a message of its own.
func complain(w io.Writer, text string) {
	for line := range strings.Lines(text) {
		if line = oneLine(line); line != "" {
			fmt.Fprintf(w, "imgscan: %s\n", line)
		}
	}
}

// oneLine joins the lines of an error from elsewhere, so that one error is one
// line.
func oneLine(text string) string {
	return strings.Join(strings.Fields(text), " ")
}
