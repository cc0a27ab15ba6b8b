package exceptions

import (
	"fmt"

	"github.com/org/imgscan-action/internal/finding"
)

// A node is one value of a file, with its place. It is what is left of YAML
// after parsing: no anchors, no tags, no comments.
type node struct {
	kind  kind
	text  string  // of a scalar; without quotes for a text
	items []*node // of a list
	pairs []pair  // of a mapping, in the order of the file
	flow  bool    // of a list or mapping: written in brackets

	file      string
	line, col int // from 1; the column is in characters
}

type pair struct{ key, value *node }

type kind int

const (
	nullNode kind = iota
	textNode
	numberNode
	booleanNode
	listNode
	mappingNode
)

// String describes the node for a message: what it is rather than all of it.
func (n *node) String() string {
	switch n.kind {
	case textNode:
		return "the text " + quote(n.text)
	case numberNode:
		return "the number " + n.text
	case booleanNode:
		return n.text
	case listNode:
		return "a list"
	case mappingNode:
		return "a mapping"
	}
	return "nothing"
}

// mistake is an error at the node's place.
func (n *node) mistake(format string, args ...any) *Mistake {
	return &Mistake{
		At:     finding.Line{File: n.file, Start: n.line, End: n.line},
		Column: n.col,
		Text:   fmt.Sprintf(format, args...),
	}
}

// pair is the entry of a mapping with a key; nil when it has none.
func (n *node) pair(key string) *pair {
	for i := range n.pairs {
		if n.pairs[i].key.text == key {
			return &n.pairs[i]
		}
	}
	return nil
}
