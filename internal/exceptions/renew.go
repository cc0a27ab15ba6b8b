package exceptions

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Renewal is a new approval of an entry.
type Renewal struct {
	ApprovedBy []string  // at least one
	ApprovedOn time.Time // a day
	Expires    time.Time // the last day on which the entry holds
}

// Renew replaces who approved an entry, when, and until when.
func Renew(src []byte, id string, r Renewal) ([]byte, error) {
	out, err := renew(src, id, r)
	if err != nil {
		return nil, fmt.Errorf("renewing exception %q: %w", id, err)
	}
	return out, nil
}

func renew(src []byte, id string, r Renewal) ([]byte, error) {
	switch {
	case len(r.ApprovedBy) == 0:
		return nil, errors.New("nobody has approved it")
	case r.ApprovedOn.IsZero() || r.Expires.IsZero():
		return nil, errors.New("the day of approval or the last day is missing")
	case day(r.Expires).Before(day(r.ApprovedOn)):
		return nil, errors.New("it would expire before it is approved")
	}
	d, err := open(src)
	if err != nil {
		return nil, err
	}
	i, err := d.find(id)
	if err != nil {
		return nil, err
	}
	n := d.list.Items[i]
	if d.list.Flow || n.Flow {
		return nil, inBrackets("the entry")
	}
	if err := d.date(n.Pair("expires").Value, r.Expires); err != nil {
		return nil, err
	}
	// From the bottom up, because these may change the number of lines.
	by := n.Pair("approved_by").Value
	if on := n.Pair("approved_on"); on != nil {
		err = d.date(on.Value, r.ApprovedOn)
	} else {
		indent := strings.Repeat(" ", n.Col-1)
		d.insert(lastLine(by), indent+"approved_on: "+r.ApprovedOn.UTC().Format(time.DateOnly))
	}
	if err != nil {
		return nil, err
	}
	want := d.entries()
	if !slices.Equal(want[i].ApprovedBy, r.ApprovedBy) {
		if err := d.approvers(by, r.ApprovedBy); err != nil {
			return nil, err
		}
	}
	want[i].ApprovedBy, want[i].ApprovedOn, want[i].Expires = r.ApprovedBy, r.ApprovedOn, r.Expires
	return d.verified(want)
}

// date replaces a day; its quotes, if it has some, stay.
func (d *document) date(n *node, t time.Time) error {
	mark := ""
	if _, after, ok := d.cut(n); ok && (strings.HasPrefix(after, `"`) || strings.HasPrefix(after, `'`)) {
		mark = after[:1]
	}
	return d.replace(n, mark+n.Text+mark, mark+t.UTC().Format(time.DateOnly)+mark)
}

// approvers replaces a list of people: what is in its brackets, or its lines.
func (d *document) approvers(n *node, people []string) error {
	if n.Flow {
		_, after, _ := d.cut(n)
		old, ok := brackets(after)
		if !ok {
			return fmt.Errorf("line %d: expected approved_by with its brackets on one line: edit it by hand", n.Line)
		}
		return d.replace(n, old, flowList(people))
	}
	first, last := n.Items[0].Line-1, n.Items[len(n.Items)-1].Line-1
	if last-first != len(n.Items)-1 {
		return fmt.Errorf("line %d: expected approved_by without comments or empty lines in it: edit it by hand", n.Line)
	}
	before, _, ok := d.cut(n.Items[0])
	if !ok || strings.Trim(before, " -") != "" {
		return fmt.Errorf("line %d: expected a dash and a name: edit it by hand", first+1)
	}
	var lines []string
	for _, who := range people {
		lines = append(lines, before+flowScalar(who))
	}
	d.lines = slices.Delete(d.lines, first, last+1)
	d.insert(first, lines...)
	return nil
}

// brackets is the list in brackets that a line begins with.
func brackets(line string) (string, bool) {
	mark := byte(0) // the quote that is open
	for i := range len(line) {
		switch c := line[i]; {
		case i == 0 && c != '[':
			return "", false
		case mark == 0 && c == ']':
			return line[:i+1], true
		case mark == 0 && (c == '"' || c == '\''):
			mark = c
		case c == mark:
			mark = 0
		}
	}
	return "", false
}
