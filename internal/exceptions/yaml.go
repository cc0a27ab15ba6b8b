package exceptions

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
	"github.com/goccy/go-yaml/token"

	"github.com/org/imgscan-action/internal/finding"
)

// What a file of exceptions never needs and an attack does. The limits hold for
// the tokens, before the parser runs: it recurses, and takes quadratic time for
// the keys of one mapping.
const (
	maxSize   = 4 << 20 // bytes
	maxTokens = 700_000
	maxDepth  = 10
	maxKeys   = 100      // of one mapping
	maxText   = 16 << 10 // bytes of one key or value
	byteOrder = "\uFEFF" // Windows editors put it first
)

// parseYAML reads a file that holds one YAML document; nil when it holds none.
// YAML's anchors, aliases, merge keys, tags and several documents in one file
// are refused.
func parseYAML(file string, src []byte) (root *node, err error) {
	// The parser is not ours: whatever it trips over is the file's fault.
	defer func() {
		if r := recover(); r != nil {
			root, err = nil, inFile(file, "malformed YAML: the parser gave up: %s", firstLine(fmt.Sprint(r)))
		}
	}()
	if len(src) > maxSize {
		return nil, inFile(file, "%d bytes are too many: the limit is %d", len(src), maxSize)
	}
	if !utf8.Valid(src) {
		return nil, inFile(file, "malformed YAML: not UTF-8")
	}
	// With CRLF the lexer's lines and columns drift.
	text := bytes.ReplaceAll(bytes.TrimPrefix(src, []byte(byteOrder)), []byte("\r\n"), []byte("\n"))
	if i := bytes.IndexByte(text, '\r'); i >= 0 {
		line := 1 + bytes.Count(text[:i], []byte("\n"))
		return nil, &Mistake{finding.Line{File: file, Start: line, End: line}, 1, "malformed YAML: a carriage return without a line feed"}
	}
	tokens := lexer.Tokenize(string(text))
	if err := checkTokens(file, tokens); err != nil {
		return nil, err
	}
	parsed, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, malformed(file, err)
	}
	if len(parsed.Docs) > 1 {
		return nil, inFile(file, "several YAML documents in one file: expected one")
	}
	if len(parsed.Docs) == 0 || parsed.Docs[0].Body == nil {
		return nil, nil
	}
	return convert(file, parsed.Docs[0].Body)
}

// checkTokens refuses what is over the limits and what no file of exceptions
// needs.
func checkTokens(file string, tokens token.Tokens) error {
	if len(tokens) > maxTokens {
		return inFile(file, "%d YAML tokens are too many: the limit is %d", len(tokens), maxTokens)
	}
	var depth nesting
	for i, t := range tokens {
		refuse := ""
		switch t.Type {
		case token.AnchorType, token.AliasType:
			refuse = "anchors and aliases are not used here: write the value out, in quotes if it begins with * or &"
		case token.MergeKeyType:
			refuse = "merge keys are not used here: write the values out"
		case token.TagType, token.DirectiveType:
			refuse = "YAML tags and directives are not used here"
		case token.MappingKeyType:
			refuse = `keys are not written with "?" here`
		default:
			refuse = depth.add(tokens, i)
		}
		if refuse != "" {
			at := t.Position
			return &Mistake{finding.Line{File: file, Start: at.Line, End: at.Line}, at.Column, refuse}
		}
	}
	return nil
}

// nesting counts how deep the tokens so far lead, and how many keys the
// mappings have that are still open.
type nesting struct {
	brackets, dashes, line int
	keys                   []level
}

type level struct{ column, keys int }

// add says what is too much about a token; empty when nothing is.
func (n *nesting) add(tokens token.Tokens, i int) string {
	t := tokens[i]
	if t.Position.Line != n.line {
		n.dashes, n.line = 0, t.Position.Line
	}
	switch t.Type {
	case token.SequenceStartType, token.MappingStartType:
		n.brackets++
	case token.SequenceEndType, token.MappingEndType:
		n.brackets--
	case token.SequenceEntryType:
		n.dashes++
		n.close(t.Position.Column)
	case token.MappingValueType:
		if n.brackets > 0 || i == 0 {
			break
		}
		column := tokens[i-1].Position.Column
		n.close(column)
		if last := len(n.keys) - 1; last >= 0 && n.keys[last].column == column {
			n.keys[last].keys++
		} else {
			n.keys = append(n.keys, level{column, 1})
		}
		if n.keys[len(n.keys)-1].keys > maxKeys {
			return fmt.Sprintf("more than %d keys in one mapping", maxKeys)
		}
	}
	if n.brackets > maxDepth || n.dashes > maxDepth || len(n.keys) > maxDepth {
		return "nested too deep"
	}
	return ""
}

// close ends the mappings to the right of a column.
func (n *nesting) close(column int) {
	for len(n.keys) > 0 && n.keys[len(n.keys)-1].column > column {
		n.keys = n.keys[:len(n.keys)-1]
	}
}

func inFile(file, format string, args ...any) error {
	return &Mistake{At: finding.Line{File: file}, Text: fmt.Sprintf(format, args...)}
}

// malformed turns the parser's error, which shows the source over several
// lines, into one line with a place.
func malformed(file string, err error) error {
	var syntax *yaml.SyntaxError
	if !errors.As(err, &syntax) {
		return inFile(file, "malformed YAML: %s", firstLine(err.Error()))
	}
	m := &Mistake{At: finding.Line{File: file}, Text: "malformed YAML: " + firstLine(syntax.Message)}
	if syntax.Token != nil && syntax.Token.Position != nil {
		at := syntax.Token.Position
		m.At.Start, m.At.End, m.Column = at.Line, at.Line, at.Column
	}
	return m
}

// firstLine is the first line of a message that may show characters of the
// file.
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

// convert makes our node of the parser's.
func convert(file string, from ast.Node) (*node, error) {
	n := &node{file: file, line: 1, col: 1}
	if t := from.GetToken(); t != nil && t.Position != nil {
		n.line, n.col = t.Position.Line, t.Position.Column
	}
	switch from := from.(type) {
	case *ast.NullNode:
		n.kind = nullNode
	case *ast.StringNode:
		n.kind, n.text = textNode, from.Value
	case *ast.LiteralNode:
		n.kind, n.text = textNode, from.Value.Value
	case *ast.BoolNode:
		n.kind, n.text = booleanNode, from.GetToken().Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		n.kind, n.text = numberNode, from.GetToken().Value
	case *ast.SequenceNode:
		n.kind, n.flow = listNode, from.IsFlowStyle
		for _, v := range from.Values {
			item, err := convert(file, v)
			if err != nil {
				return nil, err
			}
			n.items = append(n.items, item)
		}
	case *ast.MappingNode:
		n.flow = from.IsFlowStyle
		return n, n.addPairs(from.Values)
	case *ast.MappingValueNode:
		return n, n.addPairs([]*ast.MappingValueNode{from})
	default:
		return nil, n.mistake("malformed YAML: unexpected %s", strings.ToLower(from.Type().String()))
	}
	if len(n.text) > maxText {
		return nil, n.mistake("%d bytes are too many for one value: the limit is %d", len(n.text), maxText)
	}
	return n, nil
}

func (n *node) addPairs(values []*ast.MappingValueNode) error {
	n.kind = mappingNode
	for i, v := range values {
		key, err := convert(n.file, v.Key)
		if err != nil {
			return err
		}
		value, err := convert(n.file, v.Value)
		if err != nil {
			return err
		}
		if i == 0 && !n.flow {
			// The parser's place of a block mapping is its first colon.
			n.line, n.col = key.line, key.col
		}
		n.pairs = append(n.pairs, pair{key, value})
	}
	return nil
}
