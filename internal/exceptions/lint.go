package exceptions

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/strictyaml"
)

const (
	levelError   = "error"
	levelWarning = "warning"
)

// Problem is something that is wrong with an entry, or with a file of them.
type Problem struct {
	At     finding.Line
	Column int    // from 1; 0 when it is about an entry, or a file, as a whole
	Level  string // "error" or "warning"
	Entry  string // its identifier; empty when it is about the file
	Text   string // one sentence without a full stop
}

// LintOptions are the rules of the project. The zero value checks what needs
// none.
type LintOptions struct {
	Now time.Time

	// FS is the repository, where evidence is looked up; nil looks nowhere.
	FS fs.FS

	// Approvers may approve an entry, and KEVApprovers one about a vulnerability that
	// is known to be exploited; an empty list means anybody. "@" and case do not
	// matter.
	Approvers    []string
	KEVApprovers []string

	// MaxDays is how many days after its approval an entry may end, by the severity
	// that it claims; a severity that is absent has no limit. An entry that claims
	// none is held to the strictest.
	MaxDays map[finding.Severity]int

	// WarnWithin is how long before its end an entry is warned about; 0 does not.
	WarnWithin time.Duration

	// AllowWildcard permits entries about every vulnerability of a package.
	AllowWildcard bool
}

// Lint checks entries against the rules of the project, and against base, the
// entries before a change. A nil base compares with nothing. Problems are in the
// order of the files, those of entries that are gone last.
func Lint(files, base []*File, opts LintOptions) []Problem {
	l := linter{opts: opts, order: make(map[string]int)}
	for i, f := range files {
		l.order[f.Name] = i
		for _, e := range f.Entries {
			l.approval(e)
			l.duration(e)
			l.decision(e)
			l.rescoring(e)
			l.evidence(e)
		}
	}
	l.problems = append(l.problems, sameIDs(files)...)
	l.overlaps(files)
	l.sort()
	if base != nil {
		l.changes(files, base)
	}
	return l.problems
}

type linter struct {
	opts     LintOptions
	order    map[string]int // of the files
	problems []Problem
}

func (l *linter) error(e *Entry, format string, args ...any) {
	l.problems = append(l.problems, Problem{At: e.At, Level: levelError, Entry: e.ID, Text: fmt.Sprintf(format, args...)})
}

func (l *linter) warn(e *Entry, format string, args ...any) {
	l.problems = append(l.problems, Problem{At: e.At, Level: levelWarning, Entry: e.ID, Text: fmt.Sprintf(format, args...)})
}

func (l *linter) sort() {
	slices.SortStableFunc(l.problems, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(l.order[a.At.File], l.order[b.At.File]),
			cmp.Compare(a.At.Start, b.At.Start),
			strings.Compare(a.Entry, b.Entry),
		)
	})
}

// sameIDs are the entries whose identifier another entry has already.
func sameIDs(files []*File) []Problem {
	var problems []Problem
	first := make(map[string]*Entry)
	for _, f := range files {
		for _, e := range f.Entries {
			if other, twice := first[e.ID]; twice {
				text := fmt.Sprintf("the identifier %s is that of another entry, in %s:%d", strictyaml.Quote(e.ID), other.At.File, other.At.Start)
				problems = append(problems, Problem{At: e.At, Level: levelError, Entry: e.ID, Text: text})
				continue
			}
			first[e.ID] = e
		}
	}
	return problems
}
