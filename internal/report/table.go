package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// writeTable renders the report for a person at a terminal or in a CI log. It
// reads from the top as advice: the verdict and why, what was scanned, how much
// was found and where it came from, what to do and who acts first, every finding
// that counts under its owner, what was decided, and what could not be seen into.
func writeTable(w io.Writer, rep *finding.Report, opts Options) error {
	t := table{Options: opts}
	t.verdict(rep)
	t.facts(facts(rep, plainInk))
	open, decided := counting(rep)
	if len(rep.Findings) == 0 {
		t.line("\n" + cleanWords(rep))
	} else {
		t.tallies(rep.Findings)
	}
	t.origins(rep)
	t.changes(rep)
	t.hidden(decided)
	if len(open.Findings) > 0 {
		t.advice(open)
		t.findings(open)
	}
	t.decided(rep, decided)
	t.decisions(rep)
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

func (t *table) verdict(rep *finding.Report) {
	t.line(t.headline(rep.Verdict))
	for _, reason := range rep.Verdict.Reasons {
		wrap(&t.b, "  ", "  ", clean(reason), t.Width)
	}
	for _, words := range forecastWords(rep, plainInk) {
		wrap(&t.b, "  ", "  ", words, t.Width)
	}
	if pending := pendingWords(rep, plainInk); len(pending) > 0 {
		wrap(&t.b, "  ", "  ", pendingTitle, t.Width)
		for _, words := range pending {
			wrap(&t.b, "  - ", "    ", words, t.Width)
		}
	}
}

func (t *table) facts(list []fact) {
	t.line("")
	for _, f := range list {
		wrap(&t.b, fmt.Sprintf("%-10s", f.label), strings.Repeat(" ", 10), f.value, t.Width)
	}
}

func (t *table) tallies(findings []finding.Finding) {
	titles, rows, names := severityTable(findings)
	t.numbers(column{title: "Severity"}, titles, rows, names)
}

func (t *table) origins(rep *finding.Report) {
	titles, rows, names := originTable(rep, plainInk)
	if len(rows) > 0 {
		t.numbers(column{title: "Origin", least: 24}, titles, rows, names)
	}
}

func (t *table) changes(rep *finding.Report) {
	titles, rows, names := changeTable(rep)
	if len(rows) > 0 {
		t.numbers(column{title: "Change", least: 24}, titles, rows, names)
	}
}

// numbers is rows of numbers, each with its name in the first column.
func (t *table) numbers(first column, titles []string, rows [][]int, names []string) {
	g := grid{columns: []column{first}}
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
		t.findingGrid(rep, rep.Findings)
		return
	}
	for _, g := range list {
		t.title(fmt.Sprintf("%s: %s (✗ breaks the policy)", g.title(rep.Lineage, plainInk), plural(len(g.findings), "finding")))
		t.findingGrid(rep, g.findings)
	}
}

func (t *table) findingGrid(rep *finding.Report, findings []finding.Finding) {
	extra := extraColumns(findings)
	g := grid{columns: []column{
		{title: " "},
		{title: "Severity"},
		{title: "Score", least: 10},
		{title: "Vulnerability", least: 16},
	}}
	for _, e := range extra {
		g.columns = append(g.columns, column{title: e.title})
	}
	g.columns = append(g.columns,
		column{title: "Package", least: 12},
		column{title: "Installed", least: 10},
		column{title: "Fixed in", least: 10},
		column{title: "Where", least: 12, keepEnd: true})
	for _, f := range findings {
		g.add(findingRow(rep.Image, f, extra), remarks(rep, f, plainInk))
	}
	g.write(&t.b, t.Width, t.Color)
}

// extraColumn is a column of what is known of some vulnerabilities.
type extraColumn struct {
	title string
	words func(finding.Context) string
}

// extraColumns are those in which any of the findings has something.
func extraColumns(findings []finding.Finding) []extraColumn {
	var some []extraColumn
	for _, e := range []extraColumn{
		{"EPSS", func(c finding.Context) string { return epssWords(c.EPSS) }},
		{"BOD 26-04", func(c finding.Context) string { return dueWords(c.Deadline) }},
	} {
		if slices.ContainsFunc(findings, func(f finding.Finding) bool { return e.words(f.Context) != "" }) {
			some = append(some, e)
		}
	}
	return some
}

func findingRow(img finding.Image, f finding.Finding, extra []extraColumn) []cell {
	mark, st := cell{}, severityStyle(f.Rating.Severity)
	if f.Judgement.Breaks {
		mark = cell{"✗", red}
	}
	fix := cell{clean(f.Fix()), plain}
	if !f.Fixable() {
		fix.style = faint
	}
	row := []cell{
		mark,
		{f.Rating.Severity.String(), st},
		{clean(ratingWords(f.Rating)), plain},
		{clean(f.ID), plain},
	}
	for _, e := range extra {
		row = append(row, cell{e.words(f.Context), plain})
	}
	return append(row,
		cell{clean(f.Package.Name), plain},
		cell{clean(f.Package.FullVersion()), plain},
		fix,
		cell{where(img, f, plainInk), faint})
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
