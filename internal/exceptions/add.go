package exceptions

import (
	"fmt"
	"strings"
)

// Add puts an entry after the last one of a file. An empty file gets what every
// file begins with.
func Add(src []byte, e Entry) ([]byte, error) {
	out, err := add(src, e)
	if err != nil {
		return nil, fmt.Errorf("adding exception %q: %w", e.ID, err)
	}
	return out, nil
}

func add(src []byte, e Entry) ([]byte, error) {
	if strings.TrimSpace(strings.TrimPrefix(string(src), byteOrder)) == "" {
		return Marshal([]Entry{e})
	}
	d, err := open(src)
	if err != nil {
		return nil, err
	}
	if i, err := d.find(e.ID); err == nil {
		return nil, fmt.Errorf("the identifier is that of another entry, in line %d", d.file.Entries[i].At.Start)
	}
	if len(d.list.items) == 0 {
		err = d.first(e)
	} else {
		err = d.append(e)
	}
	if err != nil {
		return nil, err
	}
	return d.verified(append(d.entries(), e))
}

// first opens the brackets of an empty list.
func (d *document) first(e Entry) error {
	_, after, ok := d.cut(d.key)
	key, rest, empty := strings.Cut(after, "[]")
	if !ok || !empty || strings.TrimSpace(key) != exceptionsKey+":" {
		return errEmptyKey
	}
	if err := d.replace(d.key, key+"[]"+rest, exceptionsKey+":"+rest); err != nil {
		return err
	}
	d.insert(d.key.line, render(e, indentation)...)
	return nil
}

func (d *document) append(e Entry) error {
	if d.list.flow {
		return inBrackets("the list")
	}
	last := len(d.list.items) - 1
	s, err := d.span(last)
	if err != nil {
		return err
	}
	dash, err := d.dash(last)
	if err != nil {
		return err
	}
	lines := render(e, strings.Repeat(" ", dash))
	if last == 0 || s.blank < s.above {
		lines = append([]string{""}, lines...)
	}
	d.insert(s.end, lines...)
	return nil
}
