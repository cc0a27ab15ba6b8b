package report

import (
	"fmt"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// squares are what the findings of a severity look like from afar.
var squares = map[finding.Severity]string{
	finding.Critical: "🟥",
	finding.High:     "🟧",
	finding.Medium:   "🟨",
	finding.Low:      "🟦",
	finding.None:     "⬜",
	finding.Unknown:  "⬜",
}

// longestBar is how many squares the largest origin gets, give or take those that
// a severity gets for being there at all.
const longestBar = 24

// bar is the findings as squares, the worst first, each for as many findings as
// scale says. A severity that occurs has at least one.
func bar(findings []finding.Finding, scale int) string {
	var b strings.Builder
	counts := finding.Count(findings)
	for _, severity := range finding.Severities() {
		b.WriteString(strings.Repeat(squares[severity], (counts[severity]+scale-1)/scale))
	}
	return b.String()
}

// picture is the findings by origin, as bars of squares with their numbers beside
// them. There is none of nothing.
func (d *document) picture(rep *finding.Report) {
	var rows []share
	largest := 0
	for _, s := range shares(rep) {
		if !s.removed {
			rows = append(rows, s)
			largest = max(largest, len(s.findings))
		}
	}
	if len(rows) == 0 {
		return
	}
	scale := (largest + longestBar - 1) / longestBar
	var b strings.Builder
	b.WriteString(tableRow("Origin", "", "Findings") + "| :-- | :-- | :-- |\n")
	for _, s := range rows {
		name := s.name(rep.Lineage, d.in)
		if !rep.Lineage.Known() {
			name = "in the image"
		}
		b.WriteString(tableRow(name, bar(s.findings, scale), severityWords(s.findings)))
	}
	if scale > 1 {
		fmt.Fprintf(&b, "\nOne square is up to %s.\n", plural(scale, "finding"))
	}
	d.fixed(b.String())
}
