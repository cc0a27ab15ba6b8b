// Package report renders a finding.Report. Every format shows the same verdict,
// counts and words; none of them adds to the report or judges it again.
//
// There is one file per format. What several formats share lives once: the
// sentences and counts in summary.go, where things come from in origin.go, who
// acts in group.go, the upgrades in upgrade.go, what came with a base in inherited.go,
// the pictures in picture.go and chart.go, what was decided in disposition.go
// and decisions.go, what else is known of a vulnerability in context.go, what was
// not covered in coverage.go, and the neutralising of text that came from an image or a database
// in escape.go. WriteExplanation and WriteLayers answer one question each and are
// for people only; WriteComment is what to say on a pull request, and Pointers at
// which lines of it.
package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// Format is one way of writing a report.
type Format struct {
	// Name is what a user types: "table", "sarif".
	Name string

	// Write renders rep to w in a single call, so that an error leaves nothing
	// half written. The same report and options give the same bytes.
	Write func(w io.Writer, rep *finding.Report, opts Options) error
}

// Options adapt a format to where it is shown. The zero value suits a file.
type Options struct {
	// Color allows terminal colours. Only the table has any.
	Color bool

	// Width is the number of columns to stay within; 0 means no limit. Only the
	// table is cut.
	Width int

	// MaxBytes is the largest size that the place accepts; 0 means the format's
	// own limit. Only markdown and github-summary leave things out to meet it.
	MaxBytes int

	// ShowSuppressed lists the findings that do not count because somebody decided
	// so. Only the table hides them without it; it counts them either way.
	ShowSuppressed bool

	// SuppressedInSARIF is what becomes of those findings in sarif. Empty is
	// OmitSuppressed.
	SuppressedInSARIF Suppressed
}

// Suppressed says what a format does with findings that were decided not to
// count.
type Suppressed string

const (
	// OmitSuppressed leaves them out and says how many. GitHub code scanning
	// ignores SARIF's suppressions and would open an alert for each; without it, an
	// alert closes as fixed when its finding is decided, and opens again when the
	// decision ends.
	OmitSuppressed Suppressed = "omit"

	// IncludeSuppressed writes them with SARIF's suppressions, for readers that
	// understand those.
	IncludeSuppressed Suppressed = "include"
)

// ParseSuppressed reads the name of a choice; empty is OmitSuppressed. The error
// lists the valid names.
func ParseSuppressed(name string) (Suppressed, error) {
	switch s := Suppressed(name); s {
	case "", OmitSuppressed:
		return OmitSuppressed, nil
	case IncludeSuppressed:
		return s, nil
	}
	return "", fmt.Errorf("unknown choice %q for suppressed findings in SARIF: expected one of %s, %s", name, OmitSuppressed, IncludeSuppressed)
}

// formats lists every format, in the order in which help shows them.
var formats = []Format{
	{"table", writeTable},
	{"json", writeJSON},
	{"sarif", writeSARIF},
	{"markdown", writeMarkdown},
	{"github-summary", writeGitHubSummary},
}

// For returns the format called name. The error lists the valid names.
func For(name string) (Format, error) {
	for _, f := range formats {
		if f.Name == name {
			return f, nil
		}
	}
	return Format{}, fmt.Errorf("unknown format %q: expected one of %s", name, strings.Join(Names(), ", "))
}

// Names lists the formats, the default one first.
func Names() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.Name
	}
	return names
}
