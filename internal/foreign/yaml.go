package foreign

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// What an ignore file never needs and an attack does. The limits hold for the
// tokens, before the parser runs: it recurses, and takes quadratic time for the keys
// of one mapping.
const (
	maxTokens = 200_000
	maxDepth  = 12
	maxKeys   = 2000 // of one mapping: a file of Snyk's has one for each vulnerability
)

// parseYAML reads a file that holds one YAML document; nil when it holds none.
// YAML's anchors, aliases, merge keys, tags and several documents in one file are
// refused.
func parseYAML(src []byte) (root *node, err error) {
	// The parser is not ours: whatever it trips over is the file's fault.
	defer func() {
		if r := recover(); r != nil {
			root, err = nil, fmt.Errorf("malformed YAML: the parser gave up: %s", plain(fmt.Sprint(r), 200))
		}
	}()
	if len(src) > maxSize {
		return nil, fmt.Errorf("%d bytes are too many: the limit is %d", len(src), maxSize)
	}
	if !utf8.Valid(src) {
		return nil, errors.New("malformed YAML: not UTF-8")
	}
	// Windows editors put a byte order mark first, and with CRLF the lexer's lines
	// drift.
	src = bytes.TrimPrefix(src, []byte("\uFEFF"))
	src = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	tokens := lexer.Tokenize(string(src))
	if err := checkTokens(tokens); err != nil {
		return nil, err
	}
	parsed, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, malformed(err)
	}
	if len(parsed.Docs) > 1 {
		return nil, errors.New("several YAML documents in one file: expected one")
	}
	if len(parsed.Docs) == 0 || parsed.Docs[0].Body == nil {
		return nil, nil
	}
	return convert(parsed.Docs[0].Body)
}

// checkTokens refuses what is over the limits and what no ignore file needs.
func checkTokens(tokens token.Tokens) error {
	if len(tokens) > maxTokens {
		return fmt.Errorf("%d YAML tokens are too many: the limit is %d", len(tokens), maxTokens)
	}
	var depth nesting
	for i, t := range tokens {
		refuse := ""
		switch t.Type {
		case token.AnchorType, token.AliasType:
			refuse = "anchors and aliases are not read here: write the value out, in quotes if it begins with * or &"
		case token.MergeKeyType:
			refuse = "merge keys are not read here: write the values out"
		case token.TagType, token.DirectiveType:
			refuse = "YAML tags and directives are not read here"
		case token.MappingKeyType:
			refuse = `keys with "?" are not read here`
		default:
			refuse = depth.add(tokens, i)
		}
		if refuse != "" {
			return fmt.Errorf("line %d: %s", t.Position.Line, refuse)
		}
	}
	return nil
}

// nesting counts how deep the tokens so far lead, and how many keys the mappings
// have that are still open.
type nesting struct {
	brackets, dashes, line int
	flowKeys               int // of all mappings within the brackets that are open
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
		if n.brackets++; n.brackets == 1 {
			n.flowKeys = 0
		}
	case token.SequenceEndType, token.MappingEndType:
		n.brackets--
	case token.SequenceEntryType:
		n.dashes++
		n.close(t.Position.Column)
	case token.MappingValueType:
		switch {
		case i == 0:
		case n.brackets > 0:
			n.flowKeys++
		default:
			n.key(tokens[i-1].Position.Column)
		}
	}
	last := len(n.keys) - 1
	switch {
	case n.brackets > maxDepth || n.dashes > maxDepth || len(n.keys) > maxDepth:
		return "nested too deep"
	case n.flowKeys > maxKeys || last >= 0 && n.keys[last].keys > maxKeys:
		return fmt.Sprintf("more than %d keys in one mapping", maxKeys)
	}
	return ""
}

// key counts a key that stands in a column.
func (n *nesting) key(column int) {
	n.close(column)
	if last := len(n.keys) - 1; last >= 0 && n.keys[last].column == column {
		n.keys[last].keys++
		return
	}
	n.keys = append(n.keys, level{column, 1})
}

// close ends the mappings to the right of a column.
func (n *nesting) close(column int) {
	for len(n.keys) > 0 && n.keys[len(n.keys)-1].column > column {
		n.keys = n.keys[:len(n.keys)-1]
	}
}

// malformed turns the parser's error, which shows the source over several lines,
// into one line with a place.
func malformed(err error) error {
	var syntax *yaml.SyntaxError
	if errors.As(err, &syntax) && syntax.Token != nil && syntax.Token.Position != nil {
		return fmt.Errorf("line %d: malformed YAML: %s", syntax.Token.Position.Line, plain(syntax.Message, 200))
	}
	return fmt.Errorf("malformed YAML: %s", plain(err.Error(), 200))
}

// convert makes our node of the parser's.
func convert(from ast.Node) (*node, error) {
	n := &node{line: 1}
	if t := from.GetToken(); t != nil && t.Position != nil {
		n.line = t.Position.Line
	}
	switch from := from.(type) {
	case *ast.NullNode:
		n.kind = nullNode
	case *ast.StringNode:
		n.kind, n.text = scalarNode, from.Value
	case *ast.LiteralNode:
		n.kind, n.text = scalarNode, from.Value.Value
	case *ast.BoolNode, *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		n.kind, n.text = scalarNode, from.GetToken().Value
	case *ast.SequenceNode:
		n.kind = listNode
		for _, v := range from.Values {
			item, err := convert(v)
			if err != nil {
				return nil, err
			}
			n.items = append(n.items, item)
		}
	case *ast.MappingNode:
		return n, n.addPairs(from.Values)
	case *ast.MappingValueNode:
		return n, n.addPairs([]*ast.MappingValueNode{from})
	default:
		return nil, fmt.Errorf("line %d: malformed YAML: unexpected %s", n.line, plain(from.Type().String(), 50))
	}
	return n, nil
}

func (n *node) addPairs(values []*ast.MappingValueNode) error {
	n.kind = mappingNode
	for i, v := range values {
		key, err := convert(v.Key)
		if err != nil {
			return err
		}
		value, err := convert(v.Value)
		if err != nil {
			return err
		}
		if i == 0 {
			n.line = key.line // the parser's place of a block mapping is its first colon
		}
		n.pairs = append(n.pairs, pair{key, value})
	}
	return nil
}
