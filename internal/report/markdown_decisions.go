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

// pending is what a pull request's changes to its own rules would change.
func (d *document) pending(rep *finding.Report) {
	s := section{kind: pendingRows, head: pendingTitle + "\n\n"}
	for _, words := range pendingWords(rep, markdownInk) {
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

// decisions says how the decisions fared, folded away. What ends soon is the last
// of it to be left out.
func (d *document) decisions(rep *finding.Report) {
	in := markdownInk
	acting := appliedWords(rep.Findings, in)
	if claims := idleClaims(rep.Findings); claims != "" {
		acting = append(acting, claims)
	}
	s := section{
		kind: decisionRows,
		head: "<details>\n<summary>" + decisionsSummary(rep) + "</summary>\n\n",
		tail: "\n</details>\n",
	}
	for _, words := range acting {
		s.head += "- " + words + "\n"
	}
	for _, e := range rep.Triage.Expiring {
		s.rows = append(s.rows, row{vital: true, text: "- " + expiringWords(rep, e, in) + "\n"})
	}
	for _, u := range rep.Triage.Unused {
		s.rows = append(s.rows, row{text: "- " + unusedWords(u, in) + "\n"})
	}
	if len(acting)+len(s.rows) > 0 {
		d.sections = append(d.sections, s)
	}
}

// decisionsSummary says how many decisions want attention, without opening the
// list.
func decisionsSummary(rep *finding.Report) string {
	var parts []string
	if n := len(rep.Triage.Expiring); n > 0 {
		parts = append(parts, plural(n, "exception")+" "+agree(n, "expires", "expire")+" soon")
	}
	if n := len(rep.Triage.Unused); n > 0 {
		parts = append(parts, plural(n, "exception")+" "+agree(n, "is", "are")+" not used")
	}
	if len(parts) == 0 {
		return decisionsTitle
	}
	return decisionsTitle + ": " + strings.Join(parts, ", ")
}
