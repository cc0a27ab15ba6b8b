package config

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
)

// What a configuration never needs and an attack does. The parser recurses and
// takes quadratic time, so the limits hold for the tokens, before it runs.
const (
	maxSize   = 1 << 20 // bytes
	maxTokens = 20_000
	maxDepth  = 10
	maxText   = 2000 // bytes of one key or value
)

// parseYAML reads a file that holds one YAML document; nil when it holds none.
// YAML's anchors, aliases, merge keys, tags and several documents in one file
// are refused.
func parseYAML(file string, data []byte) (root *node, err error) {
	// The parser is not ours: whatever it trips over is the file's fault.
	defer func() {
		if r := recover(); r != nil {
			root, err = nil, fmt.Errorf("%s: malformed YAML: the parser gave up: %s", file, firstLine(fmt.Sprint(r)))
		}
	}()
	if len(data) > maxSize {
		return nil, fmt.Errorf("%s: %d bytes are too many for a configuration: the limit is %d", file, len(data), maxSize)
	}
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("%s: malformed YAML: not UTF-8", file)
	}
	data = bytes.TrimPrefix(data, []byte("\uFEFF")) // Windows editors put a byte order mark first
	tokens := lexer.Tokenize(string(data))
	if err := checkTokens(file, tokens); err != nil {
		return nil, err
	}
	parsed, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, malformed(file, err)
	}
	if len(parsed.Docs) > 1 {
		return nil, fmt.Errorf("%s: several YAML documents in one file: expected one", file)
	}
	if len(parsed.Docs) == 0 || parsed.Docs[0].Body == nil {
		return nil, nil
	}
	return convert(file, parsed.Docs[0].Body)
}

// checkTokens refuses what is over the limits and what no configuration needs.
func checkTokens(file string, tokens token.Tokens) error {
	if len(tokens) > maxTokens {
		return fmt.Errorf("%s: %d YAML tokens are too many for a configuration: the limit is %d", file, len(tokens), maxTokens)
	}
	brackets, dashes, line := 0, 0, 0
	for _, t := range tokens {
		if t.Position.Line != line {
			dashes, line = 0, t.Position.Line
		}
		refuse := ""
		switch t.Type {
		case token.AnchorType, token.AliasType:
			refuse = "anchors and aliases are not used here: write the value out"
		case token.MergeKeyType:
			refuse = "merge keys are not used here: write the values out"
		case token.TagType, token.DirectiveType:
			refuse = "YAML tags and directives are not used here"
		case token.MappingKeyType:
			refuse = `keys are not written with "?" here`
		case token.SequenceStartType, token.MappingStartType:
			brackets++
		case token.SequenceEndType, token.MappingEndType:
			brackets--
		case token.SequenceEntryType:
			dashes++
		}
		if brackets > maxDepth || dashes > maxDepth {
			refuse = "nested too deep"
		}
		if refuse != "" {
			return fmt.Errorf("%s:%d:%d: %s", file, t.Position.Line, t.Position.Column, refuse)
		}
	}
	return nil
}

// malformed turns the parser's error, which shows the source over several
// lines, into one line with a place.
func malformed(file string, err error) error {
	var syntax *yaml.SyntaxError
	if !errors.As(err, &syntax) {
		return fmt.Errorf("%s: malformed YAML: %s", file, firstLine(err.Error()))
	}
	if syntax.Token == nil || syntax.Token.Position == nil {
		return fmt.Errorf("%s: malformed YAML: %s", file, firstLine(syntax.Message))
	}
	at := syntax.Token.Position
	return fmt.Errorf("%s:%d:%d: malformed YAML: %s", file, at.Line, at.Column, firstLine(syntax.Message))
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
		n.kind = listNode
		for _, v := range from.Values {
			item, err := convert(file, v)
			if err != nil {
				return nil, err
			}
			n.items = append(n.items, item)
		}
	case *ast.MappingNode:
		return n, n.addEntries(from.Values)
	case *ast.MappingValueNode:
		return n, n.addEntries([]*ast.MappingValueNode{from})
	default:
		return nil, n.errorf("malformed YAML: unexpected %s", strings.ToLower(from.Type().String()))
	}
	if len(n.text) > maxText {
		return nil, n.errorf("%d bytes are too many for one value: the limit is %d", len(n.text), maxText)
	}
	return n, nil
}

func (n *node) addEntries(values []*ast.MappingValueNode) error {
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
		if i == 0 {
			// The parser's place of a block mapping is its first colon.
			n.line, n.col = key.line, key.col
		}
		n.entries = append(n.entries, entry{key, value})
	}
	return nil
}
