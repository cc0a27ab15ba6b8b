package exceptions

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/strictyaml"
)

const (
	versionKey    = "version"
	exceptionsKey = "exceptions"
	schemaKey     = "$schema"

	// maxMistakes is how many mistakes are worth reading at once.
	maxMistakes = 50

	maxEntries = 50_000
)

// decode goes through the whole file and returns every mistake, in the order of
// the file.
func decode(root *node) (*File, error) {
	if err := checkVersion(root); err != nil {
		return nil, err
	}
	d := decoder{file: &File{Name: root.File}, lines: make(map[string]int)}
	d.object(root, "the file", []string{exceptionsKey}, []field{
		{schemaKey, func(n *node, name string) { d.match(n, name, anyLine) }},
		{versionKey, func(*node, string) {}}, // checkVersion has seen it
		{exceptionsKey, d.entries},
	})
	if err := d.err(); err != nil {
		return nil, err
	}
	return d.file, nil
}

// checkVersion comes first: nothing can be said about the keys of another
// version.
func checkVersion(root *node) error {
	if root.Kind != strictyaml.Mapping {
		return mistakeAt(root, "expected a mapping that begins with version: 1, found %s", root)
	}
	p := root.Pair(versionKey)
	switch {
	case p == nil:
		return mistakeAt(root, "version is missing: add the line version: 1")
	case p.Value.Kind != strictyaml.Number:
		return mistakeAt(p.Value, "version: expected the number 1, found %s", p.Value)
	case p.Value.Text != "1":
		return mistakeAt(p.Value, "version: this imgscan reads version 1, and the file is of version %s", p.Value.Text)
	}
	return nil
}

type decoder struct {
	file     *File
	lines    map[string]int // where each id is
	mistakes []*Mistake
}

func (d *decoder) mistake(n *node, format string, args ...any) {
	d.mistakes = append(d.mistakes, mistakeAt(n, format, args...))
}

func (d *decoder) err() error {
	slices.SortStableFunc(d.mistakes, func(a, b *Mistake) int {
		return cmp.Or(cmp.Compare(a.At.Start, b.At.Start), cmp.Compare(a.Column, b.Column))
	})
	var all []error
	for i, m := range d.mistakes {
		if i == maxMistakes {
			all = append(all, inFile(d.file.Name, "%d more mistakes", len(d.mistakes)-i))
			break
		}
		all = append(all, m)
	}
	return errors.Join(all...)
}

// A field is one key of a mapping, and what reads its value. It is given its
// name for messages.
type field struct {
	name string
	read func(n *node, name string)
}

// object reads a mapping and says whether it was one. What names it in messages.
func (d *decoder) object(n *node, what string, required []string, fields []field) bool {
	var names []string
	for _, f := range fields {
		names = append(names, f.name)
	}
	if n.Kind != strictyaml.Mapping {
		d.mistake(n, "%s: expected a mapping with any of %s, found %s", what, strings.Join(names, ", "), n)
		return false
	}
	lines := make(map[string]int) // where each key was first
	for _, p := range n.Pairs {
		name := p.Key.Text
		i := slices.Index(names, name)
		line, twice := lines[name]
		lines[name] = p.Key.Line
		switch {
		case i < 0 || p.Key.Kind != strictyaml.Text:
			d.mistake(p.Key, "unknown key %s: %s%s takes %s", strictyaml.Quote(name), didYouMean(name, names), what, strings.Join(names, ", "))
		case twice:
			d.mistake(p.Key, "%s is set twice, first in line %d", name, line)
			lines[name] = line
		case p.Value.Kind == strictyaml.Null && name == exceptionsKey:
			d.mistake(p.Key, "%s has no value: write %s: [] for none", name, name)
		case p.Value.Kind == strictyaml.Null:
			d.mistake(p.Key, "%s has no value: give it one or leave the key out", name)
		default:
			fields[i].read(p.Value, name)
		}
	}
	missing := slices.DeleteFunc(slices.Clone(required), func(name string) bool { _, there := lines[name]; return there })
	switch len(missing) {
	case 0:
	case 1:
		d.mistake(n, "%s: %s is missing", what, missing[0])
	default:
		d.mistake(n, "%s: %s are missing", what, strings.Join(missing, ", "))
	}
	return true
}

// list reads each item of a list that has at least so many.
func (d *decoder) list(n *node, name string, least int, read func(n *node, name string)) {
	switch {
	case n.Kind != strictyaml.List:
		d.mistake(n, "%s: expected a list, found %s", name, n)
	case len(n.Items) < least:
		d.mistake(n, "%s: the list is empty: give it an item%s", name, orLeaveOut(name))
	default:
		for _, item := range n.Items {
			read(item, name)
		}
	}
}

// orLeaveOut is the other way out of an empty list.
func orLeaveOut(name string) string {
	switch name {
	case "images":
		return `, and write ["*"] for all images`
	case "vulnerabilities":
		return ""
	}
	return " or leave the key out"
}

// match reads a text of a form; empty when it is not one.
func (d *decoder) match(n *node, name string, f form) string {
	switch {
	case n.Kind != strictyaml.Text && f.pattern.MatchString(n.Text):
		d.mistake(n, "%s: expected %s, found %s: put it in quotes", name, f.want, n)
	case n.Kind != strictyaml.Text:
		d.mistake(n, "%s: expected %s, found %s", name, f.want, n)
	case !f.pattern.MatchString(n.Text):
		d.mistake(n, "%s: expected %s, found %s", name, f.want, n)
	default:
		if f.check != nil {
			if err := f.check(n.Text); err != nil {
				d.mistake(n, "%s: %v", name, err)
				return ""
			}
		}
		return n.Text
	}
	return ""
}

// texts reads a list of texts of a form, each different.
func (d *decoder) texts(n *node, name string, least int, f form) []string {
	var all []string
	seen := make(map[string]bool)
	d.list(n, name, least, func(n *node, name string) {
		text := d.match(n, name, f)
		if text != "" && seen[text] {
			d.mistake(n, "%s: %s is there twice", name, strictyaml.Quote(text))
		}
		seen[text] = true
		all = append(all, text)
	})
	return all
}

// oneOf reads a word of a list; empty when it is not one.
func (d *decoder) oneOf(n *node, name string, words []string) string {
	if n.Kind == strictyaml.Text && slices.Contains(words, n.Text) {
		return n.Text
	}
	suggestion := ""
	if n.Kind == strictyaml.Text {
		suggestion = didYouMean(n.Text, words)
	}
	d.mistake(n, "%s: %sexpected one of %s, found %s", name, suggestion, strings.Join(words, ", "), n)
	return ""
}

func (d *decoder) boolean(n *node, name string) bool {
	if n.Kind != strictyaml.Boolean || n.Text != "true" && n.Text != "false" {
		d.mistake(n, "%s: expected true or false, found %s", name, n)
	}
	return n.Text == "true"
}

func (d *decoder) entries(n *node, name string) {
	if n.Kind == strictyaml.List && len(n.Items) > maxEntries {
		d.mistake(n, "%d entries are too many: the limit is %d", len(n.Items), maxEntries)
		return
	}
	d.list(n, name, 0, func(n *node, _ string) { d.entry(n) })
}

// didYouMean asks about the word that was probably meant; empty when none is close.
func didYouMean(word string, words []string) string {
	if near := strictyaml.Nearest(word, words); near != "" {
		return "did you mean " + near + "? "
	}
	return ""
}
