package foreign

import (
	"fmt"
	"slices"
	"strings"
)

// A node is one value of a YAML file. The nil node is a value that is not there.
type node struct {
	kind  kind
	line  int
	text  string  // of a scalar, without quotes
	items []*node // of a list
	pairs []pair  // of a mapping, in the order of the file
}

type pair struct{ key, value *node }

type kind int

const (
	nullNode kind = iota
	scalarNode
	listNode
	mappingNode
)

// get is the value of a mapping's key; nil when there is none. The last one counts
// of a key that is there twice, as it does for the parsers that allow that.
func (n *node) get(key string) *node {
	if n == nil {
		return nil
	}
	for _, p := range slices.Backward(n.pairs) {
		if p.key.text == key {
			return p.value
		}
	}
	return nil
}

// given says whether there is a value at all.
func (n *node) given() bool { return n != nil && n.kind != nullNode }

// scalar is the text of a scalar; empty for anything else.
func (n *node) scalar() string {
	if n == nil || n.kind != scalarNode {
		return ""
	}
	return strings.TrimSpace(n.text)
}

// scalars are the texts of a list of scalars; nil when there is no value. ok is
// false when it is something else.
func (n *node) scalars() (texts []string, ok bool) {
	if !n.given() {
		return nil, true
	}
	if n.kind != listNode {
		return nil, false
	}
	for _, item := range n.items {
		if item.kind != scalarNode {
			return nil, false
		}
		texts = append(texts, item.text)
	}
	return texts, true
}

// unknown are the keys of a mapping that are none of these, in the order of the
// file.
func (n *node) unknown(known ...string) []*node {
	var keys []*node
	for _, p := range n.pairs {
		if !slices.Contains(known, p.key.text) {
			keys = append(keys, p.key)
		}
	}
	return keys
}

// mapping is an error when the root of a file is something else.
func (n *node) mapping() error {
	if n.given() && n.kind != mappingNode {
		return fmt.Errorf("line %d: expected a mapping", n.line)
	}
	return nil
}
