package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// maxSection is the size in bytes of one image's section of a comment, so that the
// sections of two images fit into one comment as they are.
const maxSection = 30_000

// WriteComment renders the report as one image's section of the comment on a pull
// request: the verdict and why, what to do and who does it, what the pull request
// changes, and folded away what stands behind that. It mentions nobody.
//
// Within opts.MaxBytes, or 30,000, it leaves rows out in the order of
// document.shed, and says how many. The first line is the verdict, and the same
// image, database, decisions and day give the same bytes, so that a comment is only
// edited when it has something else to say.
func WriteComment(w io.Writer, rep *finding.Report, opts Options) error {
	return newComment(rep).write(w, cmp.Or(opts.MaxBytes, maxSection))
}

// NothingToDo says whether a pull request needs no comment about the image: the
// policy is met in whatever mode, and will be unless something changes; no decision
// ends soon, and none is waiting for the merge.
func NothingToDo(rep *finding.Report) bool {
	v := rep.Verdict
	if v.Outcome != finding.Pass || v.Judged != finding.Pass {
		return false
	}
	for _, f := range rep.Forecast {
		if f.Judged != finding.Pass {
			return false
		}
	}
	return len(rep.Pending)+len(rep.Triage.Expiring) == 0
}

func newComment(rep *finding.Report) *document {
	d := &document{in: commentInk, marks: "####"}
	open, decided := counting(rep)
	d.fixed(commentHead(rep, d.in) + "\n" + d.reasons(rep))
	if len(rep.Findings) == 0 {
		d.fixed(cleanWords(rep) + "\n")
	}
	d.picture(open)
	d.advise(rep, len(open.Findings) > 0 || rep.Compared.Known())
	d.changed(open)
	d.behind(rep, decided)
	d.details(rep)
	return d
}

// commentHead is the verdict on one image in one line.
func commentHead(rep *finding.Report, in ink) string {
	head := "### " + markedHeadline(rep.Verdict) + " · " + in.name(rep.Image.Ref)
	if rep.Image.Platform != "" {
		head += " · " + in.words(rep.Image.Platform)
	}
	return head + "\n"
}

// changed lists the findings, folded away: by what the pull request changes where
// that is known, else by who acts.
func (d *document) changed(rep *finding.Report) {
	if !rep.Compared.Known() {
		d.findings(rep)
		return
	}
	for _, diff := range differences(rep) {
		d.findingTable(rep, diff.title(), diff.findings)
	}
}

// coverageWords says how much of the image was looked at, and how old what it was
// compared with is.
func coverageWords(rep *finding.Report, in ink) string {
	words := "Looked into " + plural(len(rep.Packages), "package")
	if len(rep.Packages) > 0 {
		words += " (" + in.text(typeWords(rep.Packages)) + ")"
	}
	if rep.Executables.Total > 0 {
		words += " and " + programWords(rep.Executables)
	}
	return words + ", with a database " + databaseDays(rep.Database, rep.Now) + "."
}

// databaseDays is databaseWords by the day.
func databaseDays(db finding.Database, now time.Time) string {
	if db.Built.IsZero() {
		return databaseWords(db, now)
	}
	old := "less than a day"
	if days := int(db.Age(now).Hours()) / 24; days > 0 {
		old = plural(days, "day")
	}
	return fmt.Sprintf("built %s, %s old", db.Built.UTC().Format(minute), old)
}

// details are the facts, without those that differ from minute to minute.
func (d *document) details(rep *finding.Report) {
	s := section{
		kind: factRows,
		head: "<details>\n<summary>Image and database</summary>\n\n| | |\n| :-- | :-- |\n",
		tail: "\n</details>\n",
	}
	list := append(imageFacts(rep, d.in), fact{"Database", databaseDays(rep.Database, rep.Now) + digestWords(rep.Database, d.in)})
	list = append(list, contextFacts(rep, d.in)...)
	list = append(list, fact{"imgscan", d.in.text(rep.Tool)})
	for _, f := range list {
		s.rows = append(s.rows, row{text: tableRow(f.label, strings.TrimSpace(f.value))})
	}
	d.sections = append(d.sections, s)
}
