package policy

import (
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// Modes lists the modes in the order in which a project adopts them.
func Modes() []finding.Mode {
	return []finding.Mode{finding.Observe, finding.Warn, finding.Block}
}

// ParseMode reads the name of a mode. The error lists the valid names.
func ParseMode(name string) (finding.Mode, error) {
	return parseName("mode", finding.Mode(name), Modes())
}

// force is how much something stops: a mode, and the day from which it blocks if
// it does so from a day on.
type force struct {
	mode finding.Mode
	from time.Time
}

// at is the mode in force at now. A mode that is none of the three blocks: a
// policy that says nothing must not let everything through.
func (f force) at(now time.Time) finding.Mode {
	switch {
	case f.mode == finding.Observe, f.mode == finding.Warn:
		return f.mode
	case now.Before(f.from):
		return finding.Warn
	}
	return finding.Block
}
