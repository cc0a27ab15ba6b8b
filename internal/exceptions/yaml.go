package exceptions

import (
	"bytes"
	"errors"
	"unicode/utf8"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/strictyaml"
)

const maxSize = 4 << 20 // bytes of a file

// limits are what a file of exceptions never needs and an attack does.
func limits() strictyaml.Limits {
	return strictyaml.Limits{Size: maxSize, Tokens: 700_000, Depth: 10, Keys: 100, Text: 16 << 10}
}

// parseYAML reads a file that holds one YAML document; nil when it holds none. Every
// error is a *Mistake.
func parseYAML(file string, src []byte) (*node, error) {
	if m := loneCarriageReturn(file, src); m != nil {
		return nil, m
	}
	root, err := strictyaml.Parse(file, src, limits())
	var e *strictyaml.Error
	if errors.As(err, &e) {
		return nil, mistakeOf(e)
	}
	return root, err
}

// loneCarriageReturn finds a line break of YAML's that is none of ours: edits go by
// lines, and would count others. Parse refuses what is too large or not text.
func loneCarriageReturn(file string, src []byte) *Mistake {
	if len(src) > maxSize || !utf8.Valid(src) {
		return nil
	}
	text := bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	i := bytes.IndexByte(text, '\r')
	if i < 0 {
		return nil
	}
	line := 1 + bytes.Count(text[:i], []byte("\n"))
	return &Mistake{finding.Line{File: file, Start: line, End: line}, 1, "malformed YAML: a carriage return without a line feed"}
}

// mistakeOf is an error of the parser's as one of ours.
func mistakeOf(e *strictyaml.Error) *Mistake {
	m := &Mistake{At: finding.Line{File: e.File, Start: e.Line, End: e.Line}, Column: e.Col, Text: e.Err.Error()}
	if e.Feature == strictyaml.Alias {
		m.Text += `, in quotes if it begins with * or &` // as the glob for all images does
	}
	return m
}
