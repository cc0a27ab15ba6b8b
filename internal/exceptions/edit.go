package exceptions

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/org/imgscan-action/internal/strictyaml"
)

// A document is a file as its lines, so that it can be edited without touching
// what is not meant. Places come from the parser as lines and columns, never as
// offsets, which drift behind anything but ASCII; the text there is compared with
// what is expected before it is replaced.
type document struct {
	lines   []string // each with its line break
	eol     string   // the line break of the file
	bom     bool     // it begins with a byte order mark
	unended bool     // its last line has no line break
	key     *node    // exceptions
	list    *node    // the value of key
	after   int      // the first line, from 0, of what follows the list
	file    *File
}

func open(src []byte) (*document, error) {
	file, err := Parse("the file", src)
	if err != nil {
		return nil, err
	}
	root, err := parseYAML("the file", src)
	if err != nil {
		return nil, err
	}
	d := &document{file: file, eol: "\n"}
	text := string(src)
	text, d.bom = strings.CutPrefix(text, strictyaml.ByteOrderMark)
	if i := strings.IndexByte(text, '\n'); i > 0 && text[i-1] == '\r' {
		d.eol = "\r\n"
	}
	if !strings.HasSuffix(text, "\n") {
		text, d.unended = text+d.eol, true
	}
	d.lines = slices.Collect(strings.Lines(text))
	d.after = len(d.lines)
	p := root.Pair(exceptionsKey)
	d.key, d.list = p.Key, p.Value
	for _, other := range root.Pairs {
		if other.Key.Line > d.key.Line {
			d.after = min(d.after, other.Key.Line-1)
		}
	}
	if root.Flow {
		return nil, inBrackets("the file")
	}
	return d, nil
}

func inBrackets(what string) error {
	return fmt.Errorf("%s is written in brackets ({…} or […]), which cannot be edited without losing how it looks: edit it by hand", what)
}

// bytes is the document as edited.
func (d *document) bytes() []byte {
	text := strings.Join(d.lines, "")
	if d.unended {
		text = strings.TrimSuffix(text, d.eol)
	}
	if d.bom {
		text = strictyaml.ByteOrderMark + text
	}
	return []byte(text)
}

// verified is the document as edited, after a check that it says what is meant.
func (d *document) verified(want []Entry) ([]byte, error) {
	src := d.bytes()
	return src, verify(src, want)
}

// entries are the entries before the edit.
func (d *document) entries() []Entry {
	var all []Entry
	for _, e := range d.file.Entries {
		all = append(all, *e)
	}
	return all
}

// find is the index of an entry; an error names a similar one.
func (d *document) find(id string) (int, error) {
	var ids []string
	for i, e := range d.file.Entries {
		if e.ID == id {
			return i, nil
		}
		ids = append(ids, e.ID)
	}
	if near := strictyaml.Nearest(id, ids); near != "" {
		return 0, fmt.Errorf("there is no entry %s: did you mean %s?", strictyaml.Quote(id), near)
	}
	return 0, fmt.Errorf("there is no entry %s", strictyaml.Quote(id))
}

// A span is the lines of an entry, from 0, the ends excluded: what stands above it
// begins at blank with empty lines and goes on at above with comments.
type span struct{ blank, above, start, end int }

// span finds the lines of an entry.
func (d *document) span(i int) (span, error) {
	dash, err := d.dash(i)
	if err != nil {
		return span{}, err
	}
	s := span{start: d.list.Items[i].Line - 1}
	if s.end, err = d.end(i, dash); err != nil {
		return span{}, err
	}
	top := d.key.Line // the first line that the list can be on
	if i > 0 {
		if top, err = d.end(i-1, dash); err != nil {
			return span{}, err
		}
	}
	for s.above = s.start; s.above > top && isComment(d.lines[s.above-1], dash); s.above-- {
	}
	for s.blank = s.above; s.blank > top && isBlank(d.lines[s.blank-1]); s.blank-- {
	}
	return s, nil
}

// end is the line after the last of an entry. Empty lines and comments that are
// not further in than the dash are the next entry's.
func (d *document) end(i, dash int) (int, error) {
	end := d.after
	if i+1 < len(d.list.Items) {
		if _, err := d.dash(i + 1); err != nil {
			return 0, err
		}
		end = d.list.Items[i+1].Line - 1
	}
	for start := d.list.Items[i].Line; end > start; end-- {
		if line := d.lines[end-1]; !isBlank(line) && !isComment(line, dash) && !isMarker(line) {
			break
		}
	}
	return end, nil
}

// dash is how far in the dash of an entry is.
func (d *document) dash(i int) (int, error) {
	n := d.list.Items[i]
	before, _, ok := d.cut(n)
	dash := strings.TrimRight(before, " ")
	if indent := strings.TrimSuffix(dash, "-"); !ok || indent == dash || strings.Trim(indent, " ") != "" {
		return 0, fmt.Errorf("line %d: expected an entry that begins with a dash and a key on one line: edit it by hand", n.Line)
	}
	return len(dash) - 1, nil
}

// cut divides the line of a node at its column.
func (d *document) cut(n *node) (before, after string, ok bool) {
	if n.Line < 1 || n.Line > len(d.lines) {
		return "", "", false
	}
	line, at := d.lines[n.Line-1], 0
	for range n.Col - 1 {
		if at >= len(line) {
			return "", "", false
		}
		_, size := utf8.DecodeRuneInString(line[at:])
		at += size
	}
	return line[:at], line[at:], true
}

// replace puts a text where a node is written as another, within its line.
func (d *document) replace(n *node, old, with string) error {
	before, after, ok := d.cut(n)
	rest, found := strings.CutPrefix(after, old)
	if !ok || !found {
		return fmt.Errorf("line %d: expected %s in column %d: edit it by hand", n.Line, old, n.Col)
	}
	d.lines[n.Line-1] = before + with + rest
	return nil
}

// insert puts lines, which have no line breaks, before the line at an index.
func (d *document) insert(at int, lines ...string) {
	var ended []string
	for _, line := range lines {
		ended = append(ended, line+d.eol)
	}
	d.lines = slices.Insert(d.lines, at, ended...)
}

func isBlank(line string) bool { return strings.TrimSpace(line) == "" }

// isMarker says whether a line begins or ends the document.
func isMarker(line string) bool {
	line = strings.TrimSpace(line)
	return line == "..." || line == "---"
}

// isComment says whether a line is a comment that is not further in than a dash.
// Further in it may as well be a line of a text.
func isComment(line string, dash int) bool {
	text := strings.TrimLeft(line, " ")
	return strings.HasPrefix(text, "#") && len(line)-len(text) <= dash
}

var errEmptyKey = errors.New("expected exceptions: [] on one line: edit it by hand")
