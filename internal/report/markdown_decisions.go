package report

import (
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// vulnerabilityCell is a vulnerability with what to say beside the finding, each
// on a line of its own.
func vulnerabilityCell(rep *finding.Report, f finding.Finding) string {
	lines := append([]string{vulnerabilityLink(f.ID)}, remarks(rep, f, markdownInk)...)
	if e := f.Context.EPSS; e != nil && e.Score >= leastEPSS {
		lines = append(lines, "EPSS "+epssWords(e))
	}
	if d := f.Context.Deadline; d != nil && !d.Forensics { // with forensics it is among the remarks
		lines = append(lines, "BOD 26-04: "+deadlineWords(d))
	}
	return strings.Join(lines, "<br>")
}

// leastEPSS is the estimate below which a line about it is not worth its place;
// the json format has them all.
const leastEPSS = 0.01

// decisionsNow is what acts and what ends soon, for everybody to see.
func (d *document) decisionsNow(rep *finding.Report, decided []finding.Finding) {
	s := section{kind: decisionRows, head: d.title(decisionsTitle)}
	if words := decidedWords(decided); words != "" {
		s.head += "- " + words + ".\n"
	}
	for _, e := range rep.Triage.Expiring {
		s.rows = append(s.rows, row{vital: true, text: "- " + expiringWords(rep, e, d.in) + ".\n"})
	}
	if len(decided)+len(s.rows) > 0 {
		d.sections = append(d.sections, s)
	}
}

// pending is what a pull request's changes to its own rules would change.
func (d *document) pending(rep *finding.Report) {
	s := section{kind: pendingRows, head: d.title("After the merge") + pendingTitle + "\n\n"}
	for _, words := range pendingWords(rep, d.in) {
		s.rows = append(s.rows, row{text: "- " + words + "\n"})
	}
	if len(s.rows) > 0 {
		d.sections = append(d.sections, s)
	}
}

// decided lists the findings that were decided not to count, folded away.
func (d *document) decided(rep *finding.Report, decided []finding.Finding) {
	if len(decided) == 0 {
		return
	}
	s := section{
		kind: decidedRows,
		head: "<details>\n<summary>Decided, and not counted: " + plural(len(decided), "finding") + "</summary>\n\n" +
			"| Severity | Vulnerability | Package | Decision | Entry | Until | Approved by | Reason |\n" +
			"| :-- | :-- | :-- | :-- | :-- | :-- | :-- | :-- |\n",
		tail: "\n</details>\n",
	}
	in := markdownInk
	for _, f := range decided {
		p, dec := f.Package, f.Disposition
		s.rows = append(s.rows, row{text: tableRow(
			f.Rating.Severity.String(), vulnerabilityCell(rep, f), in.name(p.Name)+" "+in.name(p.FullVersion()),
			decisionWords(dec.Decision), in.name(dec.Entry), untilWords(dec), few(dec.ApprovedBy, in.words), in.words(dec.Reason))})
	}
	d.sections = append(d.sections, s)
}

// decisions says how the entries fared, folded away.
func (d *document) decisions(rep *finding.Report) {
	acting := appliedWords(rep.Findings, d.in)
	if claims := idleClaims(rep.Findings); claims != "" {
		acting = append(acting, claims)
	}
	title := decisionsTitle + " by entry"
	if n := len(rep.Triage.Unused); n > 0 {
		title += ": " + plural(n, "exception") + " " + agree(n, "is", "are") + " not used"
	}
	s := section{
		kind: decisionRows,
		head: "<details>\n<summary>" + title + "</summary>\n\n",
		tail: "\n</details>\n",
	}
	for _, words := range acting {
		s.head += "- " + words + "\n"
	}
	for _, u := range rep.Triage.Unused {
		s.rows = append(s.rows, row{text: "- " + unusedWords(u, d.in) + "\n"})
	}
	if len(acting)+len(s.rows) > 0 {
		d.sections = append(d.sections, s)
	}
}
