package report

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// writeMarkdown renders the report for a pull-request comment, an issue or a
// file. Within opts.MaxBytes it leaves rows out in the order of document.shed,
// and says how many.
func writeMarkdown(w io.Writer, rep *finding.Report, opts Options) error {
	return newDocument(rep, false).write(w, opts.MaxBytes)
}

// maxReasons bounds the part of a document that is never left out.
const maxReasons = 10

// newDocument is the report in Markdown; explained adds why each finding that
// breaks the policy does so, and a picture that GitHub has to draw.
func newDocument(rep *finding.Report, explained bool) *document {
	d := &document{in: markdownInk, marks: "###"}
	d.verdict(rep)
	open, decided := counting(rep)
	if explained {
		d.chart(open)
	} else {
		d.picture(open)
	}
	if len(rep.Findings) == 0 {
		d.fixed(cleanWords(rep) + "\n")
	}
	d.advise(rep, rep.Compared != nil)
	d.tallies(rep)
	d.findings(open)
	if explained {
		d.explanations(open)
	}
	d.behind(rep, decided)
	d.facts(rep)
	return d
}

// advise is what a reader should know after the verdict, in the order of how soon:
// what to do, what is new, what came with a base, what was decided, what was not
// seen. News is set where it is worth saying that nobody can tell what is new.
func (d *document) advise(rep *finding.Report, news bool) {
	open, decided := counting(rep)
	if len(open.Findings) > 0 {
		d.advice(open)
	}
	if news {
		d.news(open)
	}
	d.inherited(open)
	d.decisionsNow(rep, decided)
	d.pending(rep)
	_, failures := uncovered(rep.Gaps)
	d.gaps(failures)
	d.fixed(d.title("Coverage") + coverageWords(rep, d.in) + "\n")
}

// behind is what stands behind that besides the findings that count, folded away.
func (d *document) behind(rep *finding.Report, decided []finding.Finding) {
	d.decided(rep, decided)
	d.decisions(rep)
	limits, _ := uncovered(rep.Gaps)
	d.limits(limits)
}

func (d *document) verdict(rep *finding.Report) {
	d.fixed(fmt.Sprintf("## %s\n\n**Image** %s\n\n%s", markedHeadline(rep.Verdict), markdownCode(rep.Image.Ref), d.reasons(rep)))
}

// markedHeadline is the headline behind a mark that is seen from afar.
func markedHeadline(v finding.Verdict) string {
	mark := "⚠️"
	switch stance(v) {
	case finding.Pass:
		mark = "✅"
	case finding.Fail:
		mark = "❌"
	}
	return mark + " " + headline(v)
}

// reasons is why the verdict is what it is, and what it will be.
func (d *document) reasons(rep *finding.Report) string {
	var b strings.Builder
	reasons := rep.Verdict.Reasons
	for _, reason := range reasons[:min(len(reasons), maxReasons)] {
		b.WriteString("- " + d.in.text(reason) + "\n")
	}
	if more := len(reasons) - maxReasons; more > 0 {
		b.WriteString("- " + plural(more, "more reason") + "\n")
	}
	for _, words := range forecastWords(rep, d.in) {
		b.WriteString("- " + capital(words) + "\n")
	}
	return b.String()
}

// tallies are the numbers, folded away.
func (d *document) tallies(rep *finding.Report) {
	if len(rep.Findings) == 0 {
		return
	}
	titles, rows, names := severityTable(rep.Findings)
	text := "<details>\n<summary>Numbers</summary>\n\n" + numberTable("Severity", titles, rows, names)
	if titles, rows, names = originTable(rep, d.in); len(rows) > 0 {
		text += "\n" + numberTable("Origin", titles, rows, names)
	}
	d.fixed(text + "\n</details>\n")
}

// numberTable is rows of numbers, each with its name in the first column.
func numberTable(first string, titles []string, rows [][]int, names []string) string {
	var b strings.Builder
	b.WriteString(tableRow(append([]string{first}, titles...)...))
	b.WriteString("| :--" + strings.Repeat(" | --:", len(titles)) + " |\n")
	for i, row := range rows {
		cells := []string{names[i]}
		for _, n := range row {
			cells = append(cells, strconv.Itoa(n))
		}
		b.WriteString(tableRow(cells...))
	}
	return b.String()
}

const adviceTitle = "What to do"

func (d *document) advice(rep *finding.Report) {
	if !divided(rep, groups(rep)) {
		s := section{kind: upgradeRows, head: d.title(adviceTitle)}
		s.upgrades(upgrades(rep.Findings), "", true, unfixedWords(rep.Findings))
		d.sections = append(d.sections, s)
		return
	}
	list := tasks(rep)
	for i, task := range list[:min(len(list), maxTasks)] {
		s := section{kind: upgradeRows}
		if i == 0 {
			s.head = d.title(adviceTitle)
		}
		s.head += fmt.Sprintf("%d. **%s**: %s\n", i+1, task.actor(rep.Lineage, d.in), task.deed(d.in))
		s.upgrades(task.upgrades(), "   ", false, unfixedWords(task.findings))
		d.sections = append(d.sections, s)
	}
	if more := len(list) - maxTasks; more > 0 {
		d.fixed("And " + plural(more, "more step") + ".\n")
	}
}

// upgrades adds the first upgrades of a list and what to say about the others.
func (s *section) upgrades(list []*upgrade, indent string, numbered bool, unfixed string) {
	show, rest := shown(list)
	for i, u := range show {
		mark := "- "
		if numbered {
			mark = strconv.Itoa(i+1) + ". "
		}
		s.rows = append(s.rows, row{text: indent + mark + u.words(markdownInk) + "\n"})
	}
	for _, words := range []string{restWords(rest), unfixed} {
		if words != "" {
			s.tail += "\n" + indent + words + "\n"
		}
	}
}

const findingsHead = "| | Severity | Score | Vulnerability | Package | Installed | Fixed in | Where |\n" +
	"| :-- | :-- | :-- | :-- | :-- | :-- | :-- | :-- |\n"

func (d *document) findings(rep *finding.Report) {
	if len(rep.Findings) == 0 {
		return
	}
	list := groups(rep)
	if !divided(rep, list) {
		d.findingTable(rep, "In detail", rep.Findings)
		return
	}
	for i, g := range list {
		if i == maxGroups-1 && len(list) > maxGroups {
			var others []finding.Finding
			for _, g := range list[i:] {
				others = append(others, g.findings...)
			}
			finding.Sort(others)
			d.findingTable(rep, fmt.Sprintf("For %d other owners", len(list)-i), others)
			return
		}
		d.findingTable(rep, g.title(rep.Lineage, htmlInk), g.findings)
	}
}

// What frames the rows of a document is never left out, so there is a bound to
// the steps and to the tables.
const (
	maxTasks  = 20
	maxGroups = 10
)

// findingTable is a list of findings, folded away under its title, which is
// already escaped for HTML.
func (d *document) findingTable(rep *finding.Report, title string, findings []finding.Finding) {
	title += ": " + plural(len(findings), "finding")
	if _, all := tallies(findings); all.breaking > 0 {
		title += fmt.Sprintf(", %d breaking the policy (✗)", all.breaking)
	}
	s := section{
		kind: findingRows,
		head: "<details>\n<summary>" + title + "</summary>\n\n" + findingsHead,
		tail: "\n</details>\n",
	}
	for _, f := range findings {
		mark := ""
		if f.Judgement.Breaks {
			mark = "✗"
		}
		fix := markdownText(f.Fix())
		if f.Fixable() {
			fix = markdownCode(f.Fix())
		}
		s.rows = append(s.rows, row{
			vital: f.Judgement.Breaks,
			text: tableRow(mark, f.Rating.Severity.String(), markdownText(ratingWords(f.Rating)), vulnerabilityCell(rep, f),
				markdownCode(f.Package.Name), markdownCode(f.Package.FullVersion()), fix, where(rep.Image, f, markdownInk)),
		})
	}
	d.sections = append(d.sections, s)
}

func (d *document) explanations(rep *finding.Report) {
	s := section{
		kind: explanationRows,
		head: "<details>\n<summary>Why each one breaks the policy</summary>\n\n" +
			"| Vulnerability | Package | What it is | Why it breaks the policy | Other ratings |\n" +
			"| :-- | :-- | :-- | :-- | :-- |\n",
		tail: "\n</details>\n",
	}
	for _, f := range rep.Findings {
		if !f.Judgement.Breaks {
			continue
		}
		beaten := make([]string, len(f.Beaten))
		for i, r := range f.Beaten {
			beaten[i] = r.Severity.String() + " " + markdownText(ratingWords(r))
		}
		reason := markdownText(f.Judgement.Reason)
		if origin := originWords(rep.Lineage, f.Origin, markdownInk); origin != "" {
			reason += ". " + origin
		}
		s.rows = append(s.rows, row{text: tableRow(vulnerabilityLink(f.ID), markdownCode(f.Package.Name),
			markdownText(f.Title), reason, strings.Join(beaten, "; "))})
	}
	if len(s.rows) > 0 {
		d.sections = append(d.sections, s)
	}
}

// gaps are what nobody may take for clean.
func (d *document) gaps(gaps []finding.Gap) {
	if len(gaps) == 0 {
		return
	}
	s := section{kind: gapRows, head: d.title(failuresTitle)}
	for _, g := range gaps {
		s.rows = append(s.rows, row{vital: !g.Accepted, text: "- " + gapWords(g, d.in) + "\n"})
	}
	d.sections = append(d.sections, s)
}

// limits are what most images have, folded away.
func (d *document) limits(gaps []finding.Gap) {
	if len(gaps) == 0 {
		return
	}
	s := section{
		kind: limitRows,
		head: "<details>\n<summary>" + limitsTitle + ": " + plural(len(gaps), "limit") + "</summary>\n\n",
		tail: "\n</details>\n",
	}
	for _, g := range gaps {
		s.rows = append(s.rows, row{text: "- " + gapWords(g, d.in) + "\n"})
	}
	d.sections = append(d.sections, s)
}

func (d *document) facts(rep *finding.Report) {
	var b strings.Builder
	b.WriteString("<details>\n<summary>Image and database</summary>\n\n| | |\n| :-- | :-- |\n")
	for _, f := range facts(rep, markdownInk) {
		b.WriteString(tableRow(f.label, f.value))
	}
	b.WriteString("\n</details>\n")
	d.fixed(b.String())
}

// tableRow joins cells that are already escaped.
func tableRow(cells ...string) string { return "| " + strings.Join(cells, " | ") + " |\n" }

var (
	cveID  = regexp.MustCompile(`^CVE-\d{4}-\d{4,}$`)
	ghsaID = regexp.MustCompile(`^GHSA(-[23456789cfghjmpqrvwx]{4}){3}$`)
)

// vulnerabilityLink links identifiers whose page is known from the identifier
// alone. An address from a database is never made a link: one that points at an
// issue on GitHub would leave a reference there.
func vulnerabilityLink(id string) string {
	switch {
	case len(id) > maxMarkdownValue:
	case cveID.MatchString(id):
		return "[" + id + "](https://nvd.nist.gov/vuln/detail/" + id + ")"
	case ghsaID.MatchString(id):
		return "[" + id + "](https://github.com/advisories/" + id + ")"
	}
	return markdownCode(id)
}
