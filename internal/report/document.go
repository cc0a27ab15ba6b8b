package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// document is Markdown in sections, some of whose rows can be left out to meet
// a limit. What remains is always whole rows between whole tags.
type document struct {
	in       ink
	marks    string // of its titles: "###" below a verdict of "##"
	sections []section
}

// title is a title below the verdict.
func (d *document) title(words string) string { return d.marks + " " + words + "\n\n" }

// section is a head, rows and a tail. One without rows is never cut.
type section struct {
	kind rowKind
	head string
	rows []row
	tail string

	omitted int // rows left out
}

type row struct {
	text  string
	vital bool // the verdict rests on it
}

// rowKind says what the rows of a section are, in the words that follow a
// number.
type rowKind string

const (
	noRows          rowKind = ""
	findingRows     rowKind = "more finding"
	explanationRows rowKind = "more explanation"
	upgradeRows     rowKind = "more upgrade"
	gapRows         rowKind = "more gap"
	limitRows       rowKind = "more limit"
	decidedRows     rowKind = "more decided finding"
	decisionRows    rowKind = "more decision"
	pendingRows     rowKind = "more change"
	factRows        rowKind = "more fact"
)

// shedding is the order in which rows are left out, each from the last upwards:
// of the findings, those of the bases before the reader's own. The verdict, its
// reasons, the counts and who acts first always stay, and so do the facts but in
// a comment.
var shedding = []struct {
	kind  rowKind
	vital bool
}{
	{decidedRows, false},  // do not count
	{decisionRows, false}, // decided nothing
	{findingRows, false},  // do not break the policy
	{explanationRows, false},
	{factRows, false},
	{limitRows, false},   // what most images have
	{gapRows, false},     // accepted
	{decisionRows, true}, // end soon
	{pendingRows, false},
	{findingRows, true},
	{gapRows, true},
	{upgradeRows, false},
}

// fixed adds a section that is never left out.
func (d *document) fixed(text string) {
	d.sections = append(d.sections, section{kind: noRows, head: text})
}

// write renders the document in at most limit bytes; 0 means no limit.
func (d *document) write(w io.Writer, limit int) error {
	if limit > 0 {
		if err := d.shed(limit); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, d.String())
	return err
}

// shed leaves out rows until the document fits, in the order of shedding.
func (d *document) shed(limit int) error {
	over := len(d.String()) - limit
	for _, step := range shedding {
		for i := len(d.sections) - 1; i >= 0; i-- {
			if s := &d.sections[i]; over > 0 && s.kind == step.kind {
				over -= s.drop(over, step.vital)
			}
		}
	}
	if over > 0 {
		return fmt.Errorf("fitting a report into %d bytes: it needs %d without any list", limit, limit+over)
	}
	return nil
}

// noticeSize is more bytes than the notice of what was left out takes.
const noticeSize = 100

// drop leaves out rows, the vital ones or the others, from the last upwards,
// until the section is over bytes shorter or has no more of them. It returns by
// how much the section became shorter.
func (s *section) drop(over int, vital bool) int {
	before := len(s.String())
	var kept []row
	freed := 0
	for _, r := range slices.Backward(s.rows) {
		if r.vital != vital || freed >= over+noticeSize {
			kept = append(kept, r)
			continue
		}
		freed += len(r.text)
		s.omitted++
	}
	slices.Reverse(kept)
	s.rows = kept
	return before - len(s.String())
}

func (s *section) String() string {
	var b strings.Builder
	b.WriteString(s.head)
	for _, r := range s.rows {
		b.WriteString(r.text)
	}
	if s.omitted > 0 {
		fmt.Fprintf(&b, "\nAnd %s, left out for size.\n", plural(s.omitted, string(s.kind)))
	}
	b.WriteString(s.tail)
	return b.String()
}

// String is the document, with a blank line between sections: a tag or a table
// that follows text directly would become part of it.
func (d *document) String() string {
	parts := make([]string, len(d.sections))
	for i := range d.sections {
		parts[i] = d.sections[i].String()
	}
	return strings.Join(parts, "\n")
}
