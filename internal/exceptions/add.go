package exceptions

import (
	"fmt"
	"strings"

	"github.com/org/imgscan-action/internal/strictyaml"
)

// Add puts entries after the last one of a file. An empty file gets what every
// file begins with.
func Add(src []byte, entries ...Entry) ([]byte, error) {
	out, err := add(src, entries)
	switch {
	case err == nil:
		return out, nil
	case len(entries) == 1:
		return nil, fmt.Errorf("adding exception %q: %w", entries[0].ID, err)
	}
	return nil, fmt.Errorf("adding %s: %w", plural(len(entries), "exception"), err)
}

func add(src []byte, entries []Entry) ([]byte, error) {
	if strings.TrimSpace(strings.TrimPrefix(string(src), strictyaml.ByteOrderMark)) == "" {
		return Marshal(entries)
	}
	d, err := open(src)
	if err != nil {
		return nil, err
	}
	known := make(map[string]int) // the lines of identifiers
	for _, e := range d.file.Entries {
		known[e.ID] = e.At.Start
	}
	for _, e := range entries {
		if line, taken := known[e.ID]; taken {
			return nil, fmt.Errorf("the identifier %s is that of another entry, in line %d", strictyaml.Quote(e.ID), line)
		}
	}
	switch {
	case len(entries) == 0:
		return src, nil
	case len(d.list.Items) == 0:
		err = d.first(entries)
	default:
		err = d.append(entries)
	}
	if err != nil {
		return nil, err
	}
	return d.verified(append(d.entries(), entries...))
}

// first opens the brackets of an empty list.
func (d *document) first(entries []Entry) error {
	_, after, ok := d.cut(d.key)
	key, rest, empty := strings.Cut(after, "[]")
	if !ok || !empty || strings.TrimSpace(key) != exceptionsKey+":" {
		return errEmptyKey
	}
	if err := d.replace(d.key, key+"[]"+rest, exceptionsKey+":"+rest); err != nil {
		return err
	}
	d.insert(d.key.Line, renderAll(entries, indentation)...)
	return nil
}

func (d *document) append(entries []Entry) error {
	if d.list.Flow {
		return inBrackets("the list")
	}
	last := len(d.list.Items) - 1
	s, err := d.span(last)
	if err != nil {
		return err
	}
	dash, err := d.dash(last)
	if err != nil {
		return err
	}
	lines := renderAll(entries, strings.Repeat(" ", dash))
	if last == 0 || s.blank < s.above {
		lines = append([]string{""}, lines...)
	}
	d.insert(s.end, lines...)
	return nil
}

// renderAll is the lines of entries, with an empty one between them.
func renderAll(entries []Entry, indent string) []string {
	var lines []string
	for i, e := range entries {
		if i > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, render(e, indent)...)
	}
	return lines
}
