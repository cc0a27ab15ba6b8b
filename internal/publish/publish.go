// Package publish puts a report where people and systems look for it: standard
// output, files, and the places that a GitHub runner offers. It renders one
// finished report any number of times and never changes the verdict.
package publish

import (
	"errors"
	"fmt"

	"github.com/org/imgscan-action/internal/finding"
)

// Publisher puts a report in one place.
type Publisher interface {
	// String names the place for messages: "sarif to build/imgscan.sarif".
	String() string

	// Publish delivers the report, or gives the reason for not doing so: a Skip
	// when the place is not there, any other error when it failed.
	Publish(rep *finding.Report) error
}

// Skip is the reason why a publisher had nothing to do. It is not a failure.
type Skip string

func (s Skip) Error() string { return string(s) }

// All runs every publisher in order, also after a failure, so that one broken
// place does not hide the report from the others. It returns the failures
// joined, each with the name of its place. Skips are given to skipped, which
// may be nil.
func All(rep *finding.Report, publishers []Publisher, skipped func(place, reason string)) error {
	var failures []error
	for _, p := range publishers {
		err := p.Publish(rep)
		var skip Skip
		switch {
		case errors.As(err, &skip):
			if skipped != nil {
				skipped(p.String(), string(skip))
			}
		case err != nil:
			failures = append(failures, fmt.Errorf("writing %s: %w", p, err))
		}
	}
	return errors.Join(failures...)
}
