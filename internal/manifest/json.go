package manifest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// jsonNode is a JSON value with its place. A nil node is one that is not there;
// its methods say that it is empty.
type jsonNode struct {
	key        string // in an object
	start, end int    // lines: of the key or the beginning of the value, and of its end
	scalar     any    // string, json.Number, bool or nil
	object     bool
	children   []*jsonNode
}

// The limits of a JSON file.
const (
	maxJSONDepth = 200
	maxJSONNodes = 1_000_000
)

// readJSON reads a file that holds one JSON value.
func readJSON(f *file) (*jsonNode, error) {
	r := &jsonReader{file: f, decoder: json.NewDecoder(strings.NewReader(f.text)), left: maxJSONNodes}
	r.decoder.UseNumber()
	node, err := r.value(0)
	if err == nil {
		if _, err = r.decoder.Token(); errors.Is(err, io.EOF) {
			return node, nil
		}
		err = cmpErr(err, "there is text after the value")
	}
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return nil, &lineError{f.lineAt(max(0, int(syntax.Offset)-1)), err.Error()}
	case errors.Is(err, io.EOF):
		err = io.ErrUnexpectedEOF
	}
	return nil, &lineError{r.line(), err.Error()}
}

func cmpErr(err error, otherwise string) error {
	if err != nil {
		return err
	}
	return errors.New(otherwise)
}

type jsonReader struct {
	file    *file
	decoder *json.Decoder
	left    int // values that may still be read
}

// line is that of the last byte of the last token.
func (r *jsonReader) line() int {
	return r.file.lineAt(max(0, int(r.decoder.InputOffset())-1))
}

func (r *jsonReader) value(depth int) (*jsonNode, error) {
	token, err := r.decoder.Token()
	if err != nil {
		return nil, err
	}
	if r.left--; r.left < 0 {
		return nil, fmt.Errorf("it has more than %d values", maxJSONNodes)
	}
	if depth > maxJSONDepth {
		return nil, fmt.Errorf("it is nested more than %d deep", maxJSONDepth)
	}
	node := &jsonNode{start: r.line()}
	switch token {
	case json.Delim('{'):
		node.object = true
		for r.decoder.More() {
			key, err := r.decoder.Token()
			if err != nil {
				return nil, err
			}
			line := r.line()
			child, err := r.value(depth + 1)
			if err != nil {
				return nil, err
			}
			child.key, _ = key.(string)
			child.start = line
			node.children = append(node.children, child)
		}
		_, err = r.decoder.Token()
	case json.Delim('['):
		for r.decoder.More() {
			child, err := r.value(depth + 1)
			if err != nil {
				return nil, err
			}
			node.children = append(node.children, child)
		}
		_, err = r.decoder.Token()
	default:
		node.scalar = token
	}
	node.end = r.line()
	return node, err
}

// get is the value of a key; of keys that repeat, the last counts, as it does in
// JavaScript.
func (n *jsonNode) get(key string) *jsonNode {
	if n == nil || !n.object {
		return nil
	}
	for i := len(n.children) - 1; i >= 0; i-- {
		if n.children[i].key == key {
			return n.children[i]
		}
	}
	return nil
}

// members are the keys and values of an object, in order; of a key that repeats,
// the last.
func (n *jsonNode) members() []*jsonNode {
	if n == nil || !n.object {
		return nil
	}
	last := make(map[string]*jsonNode, len(n.children))
	for _, c := range n.children {
		last[c.key] = c
	}
	members := make([]*jsonNode, 0, len(last))
	for _, c := range n.children {
		if last[c.key] == c {
			members = append(members, c)
		}
	}
	return members
}

// elements are those of an array.
func (n *jsonNode) elements() []*jsonNode {
	if n == nil || n.object {
		return nil
	}
	return n.children
}

// text is a string; empty for anything else.
func (n *jsonNode) text() string {
	if n == nil {
		return ""
	}
	s, _ := n.scalar.(string)
	return s
}

func (n *jsonNode) isTrue() bool { return n != nil && n.scalar == true }

// line is where a node starts; 0 when it is not there.
func (n *jsonNode) line() int {
	if n == nil {
		return 0
	}
	return n.start
}
