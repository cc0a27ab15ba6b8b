package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// tint is how a severity looks: a square where there is text only, and the same
// colour where GitHub draws.
type tint struct{ square, color string }

func tintOf(s finding.Severity) tint {
	switch s {
	case finding.Critical:
		return tint{"🟥", "#dd2e44"}
	case finding.High:
		return tint{"🟧", "#f4900c"}
	case finding.Medium:
		return tint{"🟨", "#fdcb58"}
	case finding.Low:
		return tint{"🟦", "#55acee"}
	}
	return tint{"⬜", "#9198a1"}
}

// The size of the chart in pixels. GitHub shrinks a chart that is wider than the
// page, and Mermaid then takes the names to be as narrow as they are shown: the
// padding, which it leaves on both sides of them, makes up for that on a telephone.
const (
	chartWidth   = 480
	rowHeight    = 44
	labelPadding = 24
)

// chart is the findings by origin and severity as a bar for each origin, which
// GitHub draws from Mermaid's text. Mermaid lays the bars of one row over each
// other instead of end to end, so each stands for its severity and all that are
// worse, and the longest is drawn first. There is none of nothing, nor of findings
// that are all alike.
//
// Only our own words, numbers and what chartWord lets through are in the text: a
// reference comes from a Dockerfile that anybody may have proposed.
func (d *document) chart(rep *finding.Report) {
	rows := pictured(rep)
	if len(rows) == 0 {
		return
	}
	names := make([]string, len(rows))
	largest := 0
	for i, s := range rows {
		names[i] = chartName(s.chartLabel(rep.Lineage), len(s.findings), names[:i])
		largest = max(largest, len(s.findings))
	}
	levels, counts := occurring(rep.Findings), finding.Count(rep.Findings)
	colors := make([]string, len(levels))
	legend := make([]string, len(levels))
	for i, severity := range levels {
		colors[len(levels)-1-i] = tintOf(severity).color
		legend[i] = fmt.Sprintf("%s %d %s", tintOf(severity).square, counts[severity], severity)
	}

	if len(rows) == 1 && len(levels) == 1 { // a bar that there is nothing to compare with
		d.fixed(legend[0] + "\n")
		return
	}

	var b strings.Builder
	b.WriteString("```mermaid\n---\nconfig:\n  xyChart:\n")
	fmt.Fprintf(&b, "    width: %d\n    height: %d\n    chartOrientation: horizontal\n", chartWidth, rowHeight*len(rows))
	fmt.Fprintf(&b, "    xAxis:\n      showTick: false\n      labelPadding: %d\n", labelPadding)
	// Without its labels the axis begins where the bars do.
	b.WriteString("    yAxis:\n      showLabel: false\n      showTitle: false\n      showTick: false\n      showAxisLine: false\n" +
		"  themeVariables:\n    xyChart:\n      backgroundColor: transparent\n")
	fmt.Fprintf(&b, "      plotColorPalette: \"%s\"\n---\nxychart-beta\n", strings.Join(colors, ", "))
	fmt.Fprintf(&b, "  accTitle: Findings by origin and severity\n  x-axis [%s]\n  y-axis 0 --> %d\n", quoted(names), largest)
	for n := len(levels); n > 0; n-- {
		fmt.Fprintf(&b, "  bar [%s]\n", strings.Join(sums(rows, levels[:n]), ", "))
	}
	b.WriteString("```\n\n" + strings.Join(legend, " · ") + "\n")
	d.fixed(b.String())
}

// sums is how many findings of these severities each row has.
func sums(rows []share, levels []finding.Severity) []string {
	list := make([]string, len(rows))
	for i, s := range rows {
		n := 0
		for severity, count := range finding.Count(s.findings) {
			if slices.Contains(levels, severity) {
				n += count
			}
		}
		list[i] = strconv.Itoa(n)
	}
	return list
}

// occurring is the severities that some finding has, the worst first.
func occurring(findings []finding.Finding) []finding.Severity {
	counts := finding.Count(findings)
	return slices.DeleteFunc(slices.Clone(finding.Severities()), func(s finding.Severity) bool { return counts[s] == 0 })
}

func quoted(names []string) string { return `"` + strings.Join(names, `", "`) + `"` }

// chartLabel is label in as few words as can be, of our own or chartWord's.
func (s share) chartLabel(l finding.Lineage) string {
	switch {
	case !l.Known():
		return "in the image"
	case s.kind == finding.OriginIntroduced:
		return "your layers"
	case s.kind == finding.OriginUpgraded:
		return "upgraded by you"
	case s.kind == finding.OriginInherited && 0 < s.base && s.base <= len(l.Bases):
		return cmp.Or(chartWord(l.Bases[s.base-1].Ref), fmt.Sprintf("base %d", s.base))
	}
	return "unknown"
}

// chartName is the name of a row with its number. Rows of one name would be drawn
// over each other.
func chartName(label string, findings int, taken []string) string {
	name := fmt.Sprintf("%s (%d)", label, findings)
	for n := 2; slices.Contains(taken, name); n++ {
		name = fmt.Sprintf("%s, %d (%d)", label, n, findings)
	}
	return name
}

const (
	// maxChartWord is how long a reference in a chart is at most. The end of it says
	// more than its start.
	maxChartWord = 20

	chartLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/:-"
)

// chartWord is a reference in letters that mean nothing to Mermaid between
// quotation marks, without its digest; empty for one that has others.
func chartWord(ref string) string {
	name, _, _ := strings.Cut(ref, "@")
	if strings.Trim(name, chartLetters) != "" {
		return ""
	}
	const mark = "..."
	if over := len(name) - maxChartWord; over > 0 {
		name = mark + name[over+len(mark):]
	}
	return name
}
