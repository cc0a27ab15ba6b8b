package strictyaml

import "fmt"

// A Node is one value of a file, with its place. It is what is left of YAML after
// parsing: no anchors, no tags, no comments.
type Node struct {
	Kind  Kind
	Text  string  // of a scalar, as it was written; without quotes for a text
	Items []*Node // of a list
	Pairs []Pair  // of a mapping, in the order of the file; a key may be there twice
	Flow  bool    // of a list or mapping: written in brackets

	File string // the name that Parse was given

	// Line and Col are where the node begins, from 1, in characters: its bracket when
	// it is in flow style, the first key of another mapping.
	Line, Col int
}

// A Pair is one entry of a mapping. The value is of kind Null when there is none.
type Pair struct{ Key, Value *Node }

// A Kind is what a node is.
type Kind int

// The kinds of nodes.
const (
	Null Kind = iota
	Text
	Number
	Boolean
	List
	Mapping
)

// String describes the node for a message: what it is rather than all of it.
func (n *Node) String() string {
	switch n.Kind {
	case Text:
		return "the text " + Quote(n.Text)
	case Number:
		return "the number " + n.Text
	case Boolean:
		return n.Text
	case List:
		return "a list"
	case Mapping:
		return "a mapping"
	}
	return "nothing"
}

// Pair is the entry of a mapping with a key, the first of several; nil when there is
// none.
func (n *Node) Pair(key string) *Pair {
	for i := range n.Pairs {
		if n.Pairs[i].Key.Text == key {
			return &n.Pairs[i]
		}
	}
	return nil
}

// Head is where a message points to: the first key of a mapping that has one, and any
// other node itself.
func (n *Node) Head() *Node {
	if len(n.Pairs) > 0 {
		return n.Pairs[0].Key
	}
	return n
}

// Errorf is an error at the node's head.
func (n *Node) Errorf(format string, args ...any) *Error { return n.at(fmt.Errorf(format, args...)) }

// Wrap puts the place of the node's head before err; nil stays nil.
func (n *Node) Wrap(err error) error {
	if err == nil {
		return nil
	}
	return n.at(err)
}

func (n *Node) at(err error) *Error {
	head := n.Head()
	return &Error{File: head.File, Line: head.Line, Col: head.Col, Err: err}
}
