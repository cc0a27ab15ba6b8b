package report

import (
	"fmt"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// longestBar is how many squares the largest origin gets, give or take those that
// a severity gets for being there at all.
const longestBar = 24

// bar is the findings as squares, the worst first, each for as many findings as
// scale says. A severity that occurs has at least one.
func bar(findings []finding.Finding, scale int) string {
	var b strings.Builder
	counts := finding.Count(findings)
	for _, severity := range finding.Severities() {
		b.WriteString(strings.Repeat(tintOf(severity).square, (counts[severity]+scale-1)/scale))
	}
	return b.String()
}

// picture is the findings by origin, as bars of squares with their numbers beside
// them: it is also seen in mails. There is none of nothing.
func (d *document) picture(rep *finding.Report) {
	rows := pictured(rep)
	if len(rows) == 0 {
		return
	}
	largest := 0
	for _, s := range rows {
		largest = max(largest, len(s.findings))
	}
	scale := (largest + longestBar - 1) / longestBar
	var b strings.Builder
	b.WriteString(tableRow("Origin", "", "Findings") + "| :-- | :-- | :-- |\n")
	for _, s := range rows {
		b.WriteString(tableRow(s.label(rep.Lineage, d.in), bar(s.findings, scale), severityWords(s.findings)))
	}
	if scale > 1 {
		fmt.Fprintf(&b, "\nOne square is up to %s.\n", plural(scale, "finding"))
	}
	d.fixed(b.String())
}

// pictured is the shares that are in the image.
func pictured(rep *finding.Report) []share {
	var rows []share
	for _, s := range shares(rep) {
		if !s.removed {
			rows = append(rows, s)
		}
	}
	return rows
}

// label is the name of a share that is in the image. Where nothing is known of the
// bases there is one, and nothing to tell it from.
func (s share) label(l finding.Lineage, in ink) string {
	if !l.Known() {
		return "in the image"
	}
	return s.name(l, in)
}
