package config

import (
	"fmt"
)

// A node is one value of a file, with its place. It is what is left of YAML
// after parsing: no anchors, no tags, no comments.
type node struct {
	kind    kind
	text    string  // of a scalar, as it was written; without quotes for a text
	items   []*node // of a list
	entries []entry // of a mapping, in the order of the file

	file      string
	line, col int // from 1
}

type entry struct{ key, value *node }

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

// place is where the node is, for people and for editors.
func (n *node) place() string { return fmt.Sprintf("%s:%d:%d", n.file, n.line, n.col) }

// origin is the place as a value's origin: the line is enough to find it.
func (n *node) origin() string { return fmt.Sprintf("%s:%d", n.file, n.line) }

// errorf is an error at the node's place.
func (n *node) errorf(format string, args ...any) error { return n.wrap(fmt.Errorf(format, args...)) }

// wrap puts the node's place before err; nil stays nil.
func (n *node) wrap(err error) error {
	if err == nil {
		return nil
	}
	return &placedError{n.place(), err}
}

// placedError is an error that says where it is.
type placedError struct {
	place string
	err   error
}

func (e *placedError) Error() string { return e.place + ": " + e.err.Error() }
func (e *placedError) Unwrap() error { return e.err }
