package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// writeTable renders the report for a person at a terminal or in a CI log. It
// reads from the top as advice: the verdict and why, what was scanned, how much
// was found, what to do, every finding, and what could not be seen into.
func writeTable(w io.Writer, rep *finding.Report, opts Options) error {
	t := table{Options: opts}
	t.verdict(rep.Verdict)
	t.facts(facts(rep, plainInk))
	if len(rep.Findings) == 0 {
		t.line("\n" + cleanWords(rep))
	} else {
		t.tallies(rep.Findings)
		t.advice(rep.Findings)
		t.findings(rep)
	}
	t.gaps(rep.Gaps)
	if len(rep.Findings)+len(rep.Gaps) > 0 {
		// A long report has scrolled the verdict away.
		t.line("\n" + t.headline(rep.Verdict))
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}

// table is a report in the making.
type table struct {
	Options
	b strings.Builder
}

func (t *table) line(s string) { t.b.WriteString(s + "\n") }

func (t *table) title(s string) { t.line("\n" + paint(s, bold, t.Color)) }

func (t *table) headline(v finding.Verdict) string {
	styles := map[finding.Outcome]style{finding.Pass: green, finding.Fail: red}
	st, ok := styles[stance(v)]
	if !ok {
		st = yellow
	}
	return paint(headline(v), st, t.Color)
}

func (t *table) verdict(v finding.Verdict) {
	t.line(t.headline(v))
	for _, reason := range v.Reasons {
		wrap(&t.b, "  ", "  ", clean(reason), t.Width)
	}
}

func (t *table) facts(list []fact) {
	t.line("")
	for _, f := range list {
		wrap(&t.b, fmt.Sprintf("%-10s", f.label), strings.Repeat(" ", 10), f.value, t.Width)
	}
}

func (t *table) tallies(findings []finding.Finding) {
	g := grid{columns: []column{
		{title: "Severity"},
		{title: "Findings", right: true},
		{title: "Fixable", right: true},
		{title: "Breaking the policy", right: true},
	}}
	perSeverity, all := tallies(findings)
	for _, row := range append(perSeverity, all) {
		if row.total > 0 {
			g.rows = append(g.rows, []cell{
				{text: row.name},
				{text: strconv.Itoa(row.total)},
				{text: strconv.Itoa(row.fixable)},
				{text: strconv.Itoa(row.breaking)},
			})
		}
	}
	t.line("")
	g.write(&t.b, t.Width, t.Color)
}

func (t *table) advice(findings []finding.Finding) {
	t.title("What to do")
	show, rest := shown(upgrades(findings))
	for i, u := range show {
		wrap(&t.b, fmt.Sprintf("%3d. ", i+1), "     ", u.words(plainInk), t.Width)
	}
	for _, words := range []string{restWords(rest), unfixedWords(findings)} {
		if words != "" {
			wrap(&t.b, "     ", "     ", words, t.Width)
		}
	}
}

func (t *table) findings(rep *finding.Report) {
	t.title("Findings (✗ breaks the policy)")
	g := grid{columns: []column{
		{title: " "},
		{title: "Severity"},
		{title: "Score", least: 10},
		{title: "Vulnerability", least: 16},
		{title: "Package", least: 12},
		{title: "Installed", least: 10},
		{title: "Fixed in", least: 10},
		{title: "Where", least: 12, keepEnd: true},
	}}
	for _, f := range rep.Findings {
		g.rows = append(g.rows, findingRow(rep.Image, f))
	}
	g.write(&t.b, t.Width, t.Color)
}

func findingRow(img finding.Image, f finding.Finding) []cell {
	mark, st := cell{}, severityStyle(f.Rating.Severity)
	if f.Judgement.Breaks {
		mark = cell{"✗", red}
	}
	fix := cell{clean(f.Fix()), plain}
	if !f.Fixable() {
		fix.style = faint
	}
	return []cell{
		mark,
		{f.Rating.Severity.String(), st},
		{clean(ratingWords(f.Rating)), plain},
		{clean(f.ID), plain},
		{clean(f.Package.Name), plain},
		{clean(f.Package.FullVersion()), plain},
		fix,
		{where(img, f.Package, plainInk), faint},
	}
}

func severityStyle(s finding.Severity) style {
	switch s {
	case finding.Critical, finding.High:
		return red
	case finding.Medium, finding.Unknown:
		return yellow
	}
	return plain
}

func (t *table) gaps(gaps []finding.Gap) {
	if len(gaps) == 0 {
		return
	}
	t.title("What the scan could not see")
	for _, g := range gaps {
		wrap(&t.b, "  - ", "    ", gapWords(g, plainInk), t.Width)
	}
}
