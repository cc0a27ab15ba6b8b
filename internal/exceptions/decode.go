package exceptions

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
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
	d := decoder{file: &File{Name: root.file}, lines: make(map[string]int)}
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
	if root.kind != mappingNode {
		return root.mistake("expected a mapping that begins with version: 1, found %s", root)
	}
	p := root.pair(versionKey)
	switch {
	case p == nil:
		return root.mistake("version is missing: add the line version: 1")
	case p.value.kind != numberNode:
		return p.value.mistake("version: expected the number 1, found %s", p.value)
	case p.value.text != "1":
		return p.value.mistake("version: this imgscan reads version 1, and the file is of version %s", p.value.text)
	}
	return nil
}

type decoder struct {
	file     *File
	lines    map[string]int // where each id is
	mistakes []*Mistake
}

func (d *decoder) mistake(n *node, format string, args ...any) {
	d.mistakes = append(d.mistakes, n.mistake(format, args...))
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
	if n.kind != mappingNode {
		d.mistake(n, "%s: expected a mapping with any of %s, found %s", what, strings.Join(names, ", "), n)
		return false
	}
	lines := make(map[string]int) // where each key was first
	for _, p := range n.pairs {
		name := p.key.text
		i := slices.Index(names, name)
		line, twice := lines[name]
		lines[name] = p.key.line
		switch {
		case i < 0 || p.key.kind != textNode:
			d.mistake(p.key, "unknown key %s: %s%s takes %s", quote(name), didYouMean(name, names), what, strings.Join(names, ", "))
		case twice:
			d.mistake(p.key, "%s is set twice, first in line %d", name, line)
			lines[name] = line
		case p.value.kind == nullNode && name == exceptionsKey:
			d.mistake(p.key, "%s has no value: write %s: [] for none", name, name)
		case p.value.kind == nullNode:
			d.mistake(p.key, "%s has no value: give it one or leave the key out", name)
		default:
			fields[i].read(p.value, name)
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
	case n.kind != listNode:
		d.mistake(n, "%s: expected a list, found %s", name, n)
	case len(n.items) < least:
		d.mistake(n, "%s: the list is empty: give it an item%s", name, orLeaveOut(name))
	default:
		for _, item := range n.items {
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
	case n.kind != textNode && f.pattern.MatchString(n.text):
		d.mistake(n, "%s: expected %s, found %s: put it in quotes", name, f.want, n)
	case n.kind != textNode:
		d.mistake(n, "%s: expected %s, found %s", name, f.want, n)
	case !f.pattern.MatchString(n.text):
		d.mistake(n, "%s: expected %s, found %s", name, f.want, n)
	default:
		if f.check != nil {
			if err := f.check(n.text); err != nil {
				d.mistake(n, "%s: %v", name, err)
				return ""
			}
		}
		return n.text
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
			d.mistake(n, "%s: %s is there twice", name, quote(text))
		}
		seen[text] = true
		all = append(all, text)
	})
	return all
}

// oneOf reads a word of a list; empty when it is not one.
func (d *decoder) oneOf(n *node, name string, words []string) string {
	if n.kind == textNode && slices.Contains(words, n.text) {
		return n.text
	}
	suggestion := ""
	if n.kind == textNode {
		suggestion = didYouMean(n.text, words)
	}
	d.mistake(n, "%s: %sexpected one of %s, found %s", name, suggestion, strings.Join(words, ", "), n)
	return ""
}

func (d *decoder) boolean(n *node, name string) bool {
	if n.kind != booleanNode || n.text != "true" && n.text != "false" {
		d.mistake(n, "%s: expected true or false, found %s", name, n)
	}
	return n.text == "true"
}

func (d *decoder) entries(n *node, name string) {
	if n.kind == listNode && len(n.items) > maxEntries {
		d.mistake(n, "%d entries are too many: the limit is %d", len(n.items), maxEntries)
		return
	}
	d.list(n, name, 0, func(n *node, _ string) { d.entry(n) })
}

// place is the node as a place in the repository.
func (n *node) place(text string) finding.Line {
	return finding.Line{File: n.file, Start: n.line, End: n.lastLine(), Text: finding.LineText(text)}
}

// lastLine is the last line on which something of the node begins.
func (n *node) lastLine() int {
	last := n.line
	for _, item := range n.items {
		last = max(last, item.lastLine())
	}
	for _, p := range n.pairs {
		last = max(last, p.value.lastLine())
	}
	return last
}
