package github

import (
	"errors"
	"fmt"
	"os"
)

// appendTo appends text to the file that an environment variable of the runner
// names, keeping it at limit bytes or less (0: no limit). The text starts on a line
// of its own whatever the file holds. The runner creates these files before the
// step; a missing one means that the runner cannot see what is written, so it is
// an error and not created.
func (r *Runner) appendTo(variable, text string, limit int64) (err error) {
	path := r.getenv(variable)
	if path == "" {
		return &Skip{Reason: variable + " is not set"}
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("opening the file of %s: %w", variable, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("looking at the file of %s: %w", variable, err)
	}
	if info.Size() > 0 {
		text = "\n" + text
	}
	if size := info.Size() + int64(len(text)); limit > 0 && size > limit {
		return fmt.Errorf("%d bytes are more than the %d that the runner takes for %s", size, limit, variable)
	}
	if _, err := f.WriteString(text); err != nil {
		return fmt.Errorf("writing the file of %s: %w", variable, err)
	}
	return nil
}
