package manifest

import (
	"fmt"
	"strconv"
	"strings"
)

// indentNode is a key of a file that is nested by indentation. A nil node is one
// that is not there; its methods say that it is empty.
//
// It is the part of YAML in which package managers write their own files: block
// mappings, lists of scalars, flow mappings on one line, comments. A YAML library
// would read more, but recursively, and tell wrong lines for some files.
type indentNode struct {
	key, value string
	line       int
	children   []*indentNode
}

// maxIndentDepth is how deep such a file may be nested; real ones need six.
const maxIndentDepth = 32

// readIndented reads a file of keys; the separator is ":" in YAML and " " in
// yarn's first format, where keys of blocks end with ":" too.
func readIndented(f *file, separator string) (*indentNode, error) {
	root := &indentNode{}
	type level struct {
		indent int
		node   *indentNode
	}
	open := []level{{-1, root}}
	var pending *indentNode // a key that "? " announced
	for i, raw := range f.lines() {
		text := strings.TrimLeft(raw, " ")
		indent := len(raw) - len(text)
		text = strings.TrimRight(text, " \t")
		if text == "" || text[0] == '#' || text[0] == '%' || indent == 0 && (text == "---" || text == "...") {
			continue
		}
		if text[0] == '\t' {
			return root, &lineError{i + 1, "a tab indents the line"}
		}
		if strings.HasPrefix(text, "- ") || text == "-" {
			// List items may stand as far left as their key does.
			for len(open) > 1 && open[len(open)-1].indent > indent {
				open = open[:len(open)-1]
			}
			parent := open[len(open)-1].node
			parent.children = append(parent.children, &indentNode{value: scalar(strings.TrimPrefix(text[1:], " ")), line: i + 1})
			continue
		}
		for open[len(open)-1].indent >= indent {
			open = open[:len(open)-1]
		}
		parent := open[len(open)-1].node
		if rest, found := strings.CutPrefix(text, "? "); found {
			pending = &indentNode{key: scalar(rest), line: i + 1}
			parent.children = append(parent.children, pending)
			continue
		}
		node := pending
		if rest, found := strings.CutPrefix(text, ":"); found && pending != nil {
			node.value = scalar(strings.TrimSpace(rest))
		} else {
			key, value, ok := cutKey(text, separator)
			if !ok {
				// The continuation of a long text, which nobody here needs.
				continue
			}
			node = &indentNode{key: key, line: i + 1}
			if strings.HasPrefix(value, "{") {
				node.children = flowMapping(value, i+1)
			} else {
				node.value = scalar(value)
			}
			parent.children = append(parent.children, node)
		}
		pending = nil
		if len(open) > maxIndentDepth {
			return root, &lineError{i + 1, fmt.Sprintf("it is nested more than %d deep", maxIndentDepth)}
		}
		open = append(open, level{indent, node})
	}
	return root, nil
}

// cutKey splits a line at the end of its key.
func cutKey(text, separator string) (key, value string, ok bool) {
	if text == "" {
		return "", "", false
	}
	end := quoted(text)
	if end == 0 {
		if separator == ":" {
			if end = strings.Index(text, ": "); end < 0 {
				end = len(text) - 1
				if text[end] != ':' {
					return "", "", false
				}
			}
		} else if strings.HasSuffix(text, ":") {
			return strings.TrimSuffix(text, ":"), "", true
		} else if end = strings.IndexByte(text, ' '); end < 0 {
			return "", "", false
		}
	}
	rest := text[end:]
	switch {
	case strings.HasPrefix(rest, ":"):
		rest = rest[1:]
	case separator == " " && strings.HasPrefix(rest, " "):
	case separator == " " && strings.HasPrefix(rest, ","):
		// A yarn key of several descriptors, each quoted or not.
		return strings.TrimSuffix(text, ":"), "", strings.HasSuffix(text, ":")
	default:
		return "", "", false
	}
	return scalar(text[:end]), strings.TrimSpace(rest), true
}

// quoted is the length of the quoted text that s begins with; 0 when it is not
// quoted.
func quoted(s string) int {
	if s == "" || s[0] != '"' && s[0] != '\'' {
		return 0
	}
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && s[0] == '"':
			i++
		case s[i] == s[0]:
			if s[0] == '\'' && i+1 < len(s) && s[i+1] == '\'' {
				i++
				continue
			}
			return i + 1
		}
	}
	return 0
}

// scalar is a value without its quotes or the comment after it.
func scalar(s string) string {
	switch n := quoted(s); {
	case n == 0:
		if i := strings.Index(s, " #"); i >= 0 {
			s = strings.TrimSpace(s[:i])
		}
		return s
	case s[0] == '\'':
		return strings.ReplaceAll(s[1:n-1], "''", "'")
	default:
		if text, err := strconv.Unquote(s[:n]); err == nil {
			return text
		}
		return s[1 : n-1]
	}
}

// maxFlow is the length of the longest mapping on a line that is read.
const maxFlow = 4096

// flowMapping reads "{a: b, c: d}"; what is nested in it is left out.
func flowMapping(s string, line int) []*indentNode {
	if len(s) > maxFlow {
		return nil
	}
	var nodes []*indentNode
	s = strings.TrimPrefix(s, "{")
	for s != "" && s[0] != '}' {
		end := quoted(s)
		for end < len(s) && s[end] != ',' && s[end] != '}' {
			if n := quoted(s[end:]); n > 0 {
				end += n
			} else {
				end++
			}
		}
		if key, value, ok := cutKey(strings.TrimSpace(s[:end]), ":"); ok {
			nodes = append(nodes, &indentNode{key: key, value: scalar(value), line: line})
		}
		if end >= len(s) || s[end] == '}' {
			break
		}
		s = strings.TrimLeft(s[end+1:], " ")
	}
	return nodes
}

// get is the value of a key. Of several the last counts: where a file holds two
// documents, the second is the one about the project.
func (n *indentNode) get(key string) *indentNode {
	if n == nil {
		return nil
	}
	for i := len(n.children) - 1; i >= 0; i-- {
		if n.children[i].key == key {
			return n.children[i]
		}
	}
	return nil
}

func (n *indentNode) list() []*indentNode {
	if n == nil {
		return nil
	}
	return n.children
}

func (n *indentNode) text() string {
	if n == nil {
		return ""
	}
	return n.value
}

// at is the line of a node; 0 when it is not there.
func (n *indentNode) at() int {
	if n == nil {
		return 0
	}
	return n.line
}
