package foreign

import (
	"errors"
	"fmt"

	"github.com/org/imgscan-action/internal/strictyaml"
)

const (
	maxTokens = 200_000
	maxKeys   = 2000 // of one mapping: a file of Snyk's has one for each vulnerability
)

// limits are what an ignore file never needs and an attack does.
func limits() strictyaml.Limits {
	return strictyaml.Limits{Size: maxSize, Tokens: maxTokens, Depth: 12, Keys: maxKeys}
}

// parseYAML reads a file that holds one YAML document; nil when it holds none. Errors
// do not name the file, which who asks for it does.
func parseYAML(src []byte) (*node, error) {
	root, err := strictyaml.Parse("", src, limits())
	var e *strictyaml.Error
	switch {
	case !errors.As(err, &e):
		return root, err
	case e.Line == 0:
		return nil, errors.New(sentence(e))
	}
	return nil, fmt.Errorf("line %d: %s", e.Line, sentence(e))
}

// parseMapping reads a file that holds one mapping; it has no pairs when the file
// holds nothing.
func parseMapping(src []byte) ([]strictyaml.Pair, error) {
	root, err := parseYAML(src)
	if err != nil || !given(root) {
		return nil, err
	}
	if root.Kind != strictyaml.Mapping {
		return nil, fmt.Errorf("line %d: expected a mapping", root.Line)
	}
	return root.Pairs, nil
}

// sentence says what is wrong with a file that its own tool may well read.
func sentence(e *strictyaml.Error) string {
	switch e.Feature {
	case strictyaml.Alias:
		return "anchors and aliases are not read here: write the value out, in quotes if it begins with * or &"
	case strictyaml.MergeKey:
		return "merge keys are not read here: write the values out"
	case strictyaml.Tag:
		return "YAML tags and directives are not read here"
	case strictyaml.ComplexKey:
		return `keys with "?" are not read here`
	}
	return plain(e.Err.Error(), 200)
}
