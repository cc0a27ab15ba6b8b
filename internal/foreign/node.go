package foreign

import (
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/strictyaml"
)

// A node is one value of a YAML file. The nil node is a value that is not there.
type node = strictyaml.Node

// get is the value of a mapping's key; nil when there is none. The last one counts
// of a key that is there twice, as it does for the parsers that allow that.
func get(n *node, key string) *node {
	if n == nil {
		return nil
	}
	for _, p := range slices.Backward(n.Pairs) {
		if p.Key.Text == key {
			return p.Value
		}
	}
	return nil
}

// given says whether there is a value at all.
func given(n *node) bool { return n != nil && n.Kind != strictyaml.Null }

// isScalar says whether a value is a text, a number or a boolean.
func isScalar(n *node) bool {
	return given(n) && n.Kind != strictyaml.List && n.Kind != strictyaml.Mapping
}

// scalar is the text of a scalar; empty for anything else.
func scalar(n *node) string {
	if !isScalar(n) {
		return ""
	}
	return strings.TrimSpace(n.Text)
}

// scalars are the texts of a list of scalars; nil when there is no value. ok is
// false when it is something else.
func scalars(n *node) (texts []string, ok bool) {
	if !given(n) {
		return nil, true
	}
	if n.Kind != strictyaml.List {
		return nil, false
	}
	for _, item := range n.Items {
		if !isScalar(item) {
			return nil, false
		}
		texts = append(texts, item.Text)
	}
	return texts, true
}

// unknown are the keys of a mapping that are none of these, in the order of the
// file.
func unknown(n *node, known ...string) []*node {
	var keys []*node
	for _, p := range n.Pairs {
		if !slices.Contains(known, p.Key.Text) {
			keys = append(keys, p.Key)
		}
	}
	return keys
}
