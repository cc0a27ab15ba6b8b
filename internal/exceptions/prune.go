package exceptions

import (
	"errors"
	"fmt"
	"slices"

	"github.com/org/imgscan-action/internal/strictyaml"
)

// Prune removes entries, each with the comments directly above it and the empty
// lines above those.
func Prune(src []byte, ids []string) ([]byte, error) {
	out, err := prune(src, ids)
	if err != nil {
		return nil, fmt.Errorf("removing exceptions: %w", err)
	}
	return out, nil
}

func prune(src []byte, ids []string) ([]byte, error) {
	d, err := open(src)
	if err != nil {
		return nil, err
	}
	var problems []error
	gone := make(map[int]bool) // lines
	for _, id := range ids {
		s, err := d.removable(id)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		for line := s.blank; line < s.end; line++ {
			gone[line] = true
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	want := slices.DeleteFunc(d.entries(), func(e Entry) bool { return slices.Contains(ids, e.ID) })
	if len(want) == 0 && len(ids) > 0 {
		if err := d.replace(d.key, exceptionsKey+":", exceptionsKey+": []"); err != nil {
			return nil, err
		}
	}
	kept := d.lines[:0:0]
	for i, line := range d.lines {
		if !gone[i] {
			kept = append(kept, line)
		}
	}
	d.lines = kept
	return d.verified(want)
}

// removable is where an entry is that can be taken out by lines.
func (d *document) removable(id string) (span, error) {
	i, err := d.find(id)
	switch {
	case err != nil:
		return span{}, err
	case d.list.Flow:
		return span{}, inBrackets("the list")
	case d.list.Items[i].Flow:
		return span{}, inBrackets("the entry " + strictyaml.Quote(id))
	}
	return d.span(i)
}
