package report

import (
	"strings"

	"github.com/mattn/go-runewidth"
)

// cells measures text as a terminal shows it. It is our own condition, not the
// library's, which depends on the locale: the same report gives the same bytes.
var cells = &runewidth.Condition{}

// style is the parameters of a terminal's "select graphic rendition" sequence;
// empty means plain.
type style string

const (
	plain  style = ""
	bold   style = "1"
	red    style = "1;31"
	yellow style = "33"
	green  style = "1;32"
	faint  style = "2"
)

func paint(s string, st style, color bool) string {
	if !color || st == plain || s == "" {
		return s
	}
	return "\x1b[" + string(st) + "m" + s + "\x1b[0m"
}

// column is one column of a grid.
type column struct {
	title string

	// least is the width below which the column is not cut; 0 means never cut.
	least int

	right   bool // numbers are aligned to the right
	keepEnd bool // the end of the value says more than its start, as in a path
}

type cell struct {
	text  string
	style style
}

// grid is rows of cells under their titles. Every row has a cell per column.
type grid struct {
	columns []column
	rows    [][]cell

	// notes are what to say below a row; it is shorter than rows where the last of
	// them have none.
	notes [][]string
}

// add appends a row and the notes below it.
func (g *grid) add(row []cell, notes []string) {
	g.rows = append(g.rows, row)
	g.notes = append(g.notes, notes)
}

const gutter = 2

// write renders the grid within width columns, as far as its columns may be
// cut; 0 means no limit.
func (g grid) write(b *strings.Builder, width int, color bool) {
	widths := g.widths(width)
	header := make([]cell, len(g.columns))
	for i, c := range g.columns {
		header[i] = cell{c.title, bold}
	}
	for n, row := range append([][]cell{header}, g.rows...) {
		var line strings.Builder
		for i, c := range row {
			text := cutCells(c.text, widths[i], g.columns[i].keepEnd)
			pad := strings.Repeat(" ", max(0, widths[i]-cells.StringWidth(text)))
			switch {
			case g.columns[i].right:
				line.WriteString(pad + paint(text, c.style, color))
			case i == len(row)-1:
				line.WriteString(paint(text, c.style, color))
			default:
				line.WriteString(paint(text, c.style, color) + pad)
			}
			if i < len(row)-1 {
				line.WriteString(strings.Repeat(" ", gutter))
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
		if n > 0 && n <= len(g.notes) {
			for _, note := range g.notes[n-1] {
				wrap(b, "   ↳ ", "     ", note, width)
			}
		}
	}
}

// widths is the natural width of each column, or less: the widest column that
// may be cut gives way first.
func (g grid) widths(limit int) []int {
	widths := make([]int, len(g.columns))
	total := gutter * (len(g.columns) - 1)
	for i, c := range g.columns {
		widths[i] = cells.StringWidth(c.title)
		for _, row := range g.rows {
			widths[i] = max(widths[i], cells.StringWidth(row[i].text))
		}
		total += widths[i]
	}
	for ; limit > 0 && total > limit; total-- {
		widest := -1
		for i, c := range g.columns {
			if c.least > 0 && widths[i] > c.least && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		widths[widest]--
	}
	return widths
}

// cutCells shortens s to width cells, with a mark where it was cut.
func cutCells(s string, width int, keepEnd bool) string {
	const mark = "…"
	over := cells.StringWidth(s) - width
	switch {
	case over <= 0:
		return s
	case keepEnd:
		return cells.TruncateLeft(s, over+1, mark)
	}
	return cells.Truncate(s, width, mark)
}

// wrap breaks text between words so that no line is wider than width, where
// words allow it. The first line starts with first, the others with rest; 0
// means no limit.
func wrap(b *strings.Builder, first, rest, text string, width int) {
	line, empty := first, true
	for word := range strings.FieldsSeq(text) {
		if !empty && width > 0 && cells.StringWidth(line)+1+cells.StringWidth(word) > width {
			b.WriteString(line + "\n")
			line, empty = rest, true
		}
		if !empty {
			line += " "
		}
		line += word
		empty = false
	}
	b.WriteString(line + "\n")
}
