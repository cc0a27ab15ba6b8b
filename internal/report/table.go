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
// was found and where it came from, what to do and who acts first, every finding
// under its owner, and what could not be seen into.
func writeTable(w io.Writer, rep *finding.Report, opts Options) error {
	t := table{Options: opts}
	t.verdict(rep.Verdict)
	t.facts(facts(rep, plainInk))
	if len(rep.Findings) == 0 {
		t.line("\n" + cleanWords(rep))
		t.origins(rep)
	} else {
		t.tallies(rep.Findings)
		t.origins(rep)
		t.advice(rep)
		t.findings(rep)
	}
	limits, failures := uncovered(rep.Gaps)
	t.gaps(limitsTitle, limits)
	t.gaps(failuresTitle, failures)
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

// title starts a part of the report; it is one line, however long a name in it.
func (t *table) title(s string) {
	if t.Width > 0 {
		s = cutCells(s, t.Width, false)
	}
	t.line("\n" + paint(s, bold, t.Color))
}

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

func (t *table) origins(rep *finding.Report) {
	titles, rows, names := originTable(rep, plainInk)
	if len(rows) == 0 {
		return
	}
	g := grid{columns: []column{{title: "Origin", least: 24}}}
	for _, title := range titles {
		g.columns = append(g.columns, column{title: title, right: true})
	}
	for i, row := range rows {
		cells := []cell{{text: names[i]}}
		for _, n := range row {
			cells = append(cells, cell{text: strconv.Itoa(n)})
		}
		g.rows = append(g.rows, cells)
	}
	t.line("")
	g.write(&t.b, t.Width, t.Color)
}

func (t *table) advice(rep *finding.Report) {
	t.title("What to do")
	if !divided(rep, groups(rep)) {
		t.upgrades(upgrades(rep.Findings), "")
		t.asides("     ", unfixedWords(rep.Findings))
		return
	}
	for i, task := range tasks(rep) {
		wrap(&t.b, fmt.Sprintf("%3d. ", i+1), "     ", task.words(rep.Lineage, i == 0, plainInk), t.Width)
		t.upgrades(task.upgrades(), "     ")
		t.asides("     ", unfixedWords(task.findings))
	}
}

// upgrades lists the first upgrades of a list, numbered where they stand alone.
func (t *table) upgrades(list []*upgrade, indent string) {
	show, rest := shown(list)
	for i, u := range show {
		mark := fmt.Sprintf("%3d. ", i+1)
		if indent != "" {
			mark = indent + "- "
		}
		wrap(&t.b, mark, strings.Repeat(" ", len(mark)), u.words(plainInk), t.Width)
	}
	t.asides("     ", restWords(rest))
}

func (t *table) asides(indent, words string) {
	if words != "" {
		wrap(&t.b, indent, indent, words, t.Width)
	}
}

func (t *table) findings(rep *finding.Report) {
	list := groups(rep)
	if !divided(rep, list) {
		t.title("Findings (✗ breaks the policy)")
		t.findingGrid(rep.Image, rep.Findings)
		return
	}
	for _, g := range list {
		t.title(fmt.Sprintf("%s: %s (✗ breaks the policy)", g.title(rep.Lineage, plainInk), plural(len(g.findings), "finding")))
		t.findingGrid(rep.Image, g.findings)
	}
}

func (t *table) findingGrid(img finding.Image, findings []finding.Finding) {
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
	for _, f := range findings {
		g.rows = append(g.rows, findingRow(img, f))
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
		{where(img, f, plainInk), faint},
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

func (t *table) gaps(title string, gaps []finding.Gap) {
	if len(gaps) == 0 {
		return
	}
	t.title(title)
	for _, g := range gaps {
		wrap(&t.b, "  - ", "    ", gapWords(g, plainInk), t.Width)
	}
}
