package strictyaml

import (
	"fmt"

	"github.com/goccy/go-yaml/token"
)

// checkTokens refuses what is over the limits and what no file of ours needs. It
// looks at tokens because the parser recurses, and takes quadratic time for the keys
// of one mapping.
func checkTokens(name string, tokens token.Tokens, limits Limits) error {
	if len(tokens) > limits.Tokens {
		return inFile(name, "%d YAML tokens are too many%s: the limit is %d", len(tokens), limits.suffix(), limits.Tokens)
	}
	open := nesting{limits: limits}
	for i, t := range tokens {
		feature, refuse := None, ""
		switch t.Type {
		case token.AnchorType, token.AliasType:
			feature, refuse = Alias, "anchors and aliases are not used here: write the value out"
		case token.MergeKeyType:
			feature, refuse = MergeKey, "merge keys are not used here: write the values out"
		case token.TagType, token.DirectiveType:
			feature, refuse = Tag, "YAML tags and directives are not used here"
		case token.MappingKeyType:
			feature, refuse = ComplexKey, `keys are not written with "?" here`
		default:
			refuse = open.add(tokens, i)
		}
		if refuse != "" {
			e := inFile(name, "%s", refuse)
			e.Line, e.Col, e.Feature = t.Position.Line, t.Position.Column, feature
			return e
		}
	}
	return nil
}

// nesting is what the tokens so far lead into: the lists and mappings that are still
// open, and how many keys those mappings have.
type nesting struct {
	limits   Limits
	brackets []int   // for each that is open, how many keys it has
	mappings []level // in block style, from the left
	dashes   int     // of this line
	line     int
}

type level struct{ column, keys int }

// add says what is too much about a token; empty when nothing is.
func (n *nesting) add(tokens token.Tokens, i int) string {
	t := tokens[i]
	if t.Position.Line != n.line {
		n.dashes, n.line = 0, t.Position.Line
	}
	keys := 0
	switch t.Type {
	case token.SequenceStartType, token.MappingStartType:
		n.brackets = append(n.brackets, 0)
	case token.SequenceEndType, token.MappingEndType:
		n.brackets = n.brackets[:max(0, len(n.brackets)-1)]
	case token.SequenceEntryType:
		n.dashes++
		n.close(t.Position.Column)
	case token.MappingValueType:
		if i > 0 {
			keys = n.key(tokens[i-1].Position.Column)
		}
	}
	switch {
	case len(n.brackets) > n.limits.Depth || n.dashes > n.limits.Depth || len(n.mappings) > n.limits.Depth:
		return "nested too deep"
	case keys > n.limits.Keys:
		return fmt.Sprintf("more than %d keys in one mapping", n.limits.Keys)
	}
	return ""
}

// key counts a key, and says how many its mapping has by now.
func (n *nesting) key(column int) int {
	if last := len(n.brackets) - 1; last >= 0 {
		n.brackets[last]++
		return n.brackets[last]
	}
	n.close(column)
	last := len(n.mappings) - 1
	if last < 0 || n.mappings[last].column != column {
		n.mappings = append(n.mappings, level{column: column})
		last++
	}
	n.mappings[last].keys++
	return n.mappings[last].keys
}

// close ends the block mappings to the right of a column.
func (n *nesting) close(column int) {
	for len(n.mappings) > 0 && n.mappings[len(n.mappings)-1].column > column {
		n.mappings = n.mappings[:len(n.mappings)-1]
	}
}
