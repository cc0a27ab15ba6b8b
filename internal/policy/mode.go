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

// modeAt is the mode in force at now. A mode that is none of the three blocks:
// a policy that says nothing must not let everything through.
func (p Policy) modeAt(now time.Time) finding.Mode {
	switch {
	case p.Mode == finding.Observe, p.Mode == finding.Warn:
		return p.Mode
	case now.Before(p.EnforceFrom):
		return finding.Warn
	}
	return finding.Block
}
