// Package strictyaml reads YAML that people write and that an attacker may have
// written: one document of plain mappings, lists and scalars, each with its place.
// What is over the limits, and what of YAML no file of ours needs, is refused before
// the parser runs.
package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
)

// Limits are what a kind of file never exceeds and an attack does.
type Limits struct {
	For    string // what they hold for, in messages, such as "a configuration"; may be empty
	Size   int    // bytes of the file
	Tokens int    // of YAML; keys, values and the characters between them
	Depth  int    // of lists and mappings within each other
	Keys   int    // of one mapping
	Text   int    // bytes of one key or value; 0 means any number
}

// ByteOrderMark is what Windows editors put first. It is no part of the document,
// and no place counts it.
const ByteOrderMark = "\uFEFF"

// Parse reads a file that holds one YAML document; nil when it holds none. The name
// is for places. Anchors, aliases, merge keys, tags, keys written with "?" and several
// documents are refused. A key may be there twice: the caller sees both and says what
// that means. Every error is an *Error.
func Parse(name string, src []byte, limits Limits) (root *Node, err error) {
	// The parser is not ours: whatever it trips over is the file's fault.
	defer func() {
		if r := recover(); r != nil {
			root, err = nil, inFile(name, "malformed YAML: the parser gave up: %s", firstLine(fmt.Sprint(r)))
		}
	}()
	if len(src) > limits.Size {
		return nil, inFile(name, "%d bytes are too many%s: the limit is %d", len(src), limits.suffix(), limits.Size)
	}
	if !utf8.Valid(src) {
		return nil, inFile(name, "malformed YAML: not UTF-8")
	}
	src = bytes.TrimPrefix(src, []byte(ByteOrderMark))
	src = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n")) // with CRLF the lexer's lines and columns drift
	tokens := lexer.Tokenize(string(src))
	if err := checkTokens(name, tokens, limits); err != nil {
		return nil, err
	}
	parsed, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, malformed(name, err)
	}
	if len(parsed.Docs) > 1 {
		return nil, inFile(name, "several YAML documents in one file: expected one")
	}
	if len(parsed.Docs) == 0 || parsed.Docs[0].Body == nil {
		return nil, nil
	}
	c := converter{name, limits.Text}
	return c.node(parsed.Docs[0].Body)
}

func (l Limits) suffix() string {
	if l.For == "" {
		return ""
	}
	return " for " + l.For
}

// malformed turns the parser's error, which shows the source over several lines,
// into one line with a place.
func malformed(name string, err error) error {
	var syntax *yaml.SyntaxError
	if !errors.As(err, &syntax) {
		return inFile(name, "malformed YAML: %s", firstLine(err.Error()))
	}
	e := inFile(name, "malformed YAML: %s", firstLine(syntax.Message))
	if syntax.Token != nil && syntax.Token.Position != nil {
		e.Line, e.Col = syntax.Token.Position.Line, syntax.Token.Position.Column
	}
	return e
}

// firstLine is the first line of a message that may show characters of the file.
func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	s = strings.ReplaceAll(s, "'\t'", "TAB")
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// A converter makes our nodes of the parser's.
type converter struct {
	file    string
	maxText int
}

func (c converter) node(from ast.Node) (*Node, error) {
	n := &Node{File: c.file, Line: 1, Col: 1}
	if t := from.GetToken(); t != nil && t.Position != nil {
		n.Line, n.Col = t.Position.Line, t.Position.Column
	}
	switch from := from.(type) {
	case *ast.NullNode:
		n.Kind = Null
	case *ast.StringNode:
		n.Kind, n.Text = Text, from.Value
	case *ast.LiteralNode:
		n.Kind, n.Text = Text, from.Value.Value
	case *ast.BoolNode:
		n.Kind, n.Text = Boolean, from.GetToken().Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		n.Kind, n.Text = Number, from.GetToken().Value
	case *ast.SequenceNode:
		n.Kind, n.Flow = List, from.IsFlowStyle
		for _, v := range from.Values {
			item, err := c.node(v)
			if err != nil {
				return nil, err
			}
			n.Items = append(n.Items, item)
		}
	case *ast.MappingNode:
		n.Flow = from.IsFlowStyle
		return n, c.addPairs(n, from.Values)
	case *ast.MappingValueNode:
		return n, c.addPairs(n, []*ast.MappingValueNode{from})
	default:
		return nil, n.Errorf("malformed YAML: unexpected %s", strings.ToLower(from.Type().String()))
	}
	if c.maxText > 0 && len(n.Text) > c.maxText {
		return nil, n.Errorf("%d bytes are too many for one value: the limit is %d", len(n.Text), c.maxText)
	}
	return n, nil
}

func (c converter) addPairs(n *Node, values []*ast.MappingValueNode) error {
	n.Kind = Mapping
	for i, v := range values {
		key, err := c.node(v.Key)
		if err != nil {
			return err
		}
		value, err := c.node(v.Value)
		if err != nil {
			return err
		}
		if i == 0 && !n.Flow {
			// The parser's place of a block mapping is its first colon.
			n.Line, n.Col = key.Line, key.Col
		}
		n.Pairs = append(n.Pairs, Pair{key, value})
	}
	return nil
}
