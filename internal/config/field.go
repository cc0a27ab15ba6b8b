package config

import (
	"fmt"
	"strconv"

	"github.com/org/imgscan-action/internal/strictyaml"
)

// A field takes one setting out of a file or out of what flags say, and prints
// it. A field that returns an error has not changed anything.
type field interface {
	// fromNode reads a value of the file. Errors say where they are.
	fromNode(n *node) error

	// fromTexts reads what flags or inputs say: one text for a single value, any
	// number of them for a list.
	fromTexts(texts []string) error

	// String is the value for people, with commas between the items of a list;
	// empty when there is none.
	String() string
}

// single is the text of a field that takes only one.
func single(texts []string) (string, error) {
	if len(texts) != 1 {
		return "", fmt.Errorf("expected one value, found %d", len(texts))
	}
	return texts[0], nil
}

// scalar is a field with a single value, written as text in the file.
type scalar[T any] struct {
	to     *T
	parse  func(string) (T, error)
	format func(T) string
}

func value[T any](to *T, parse func(string) (T, error), format func(T) string) field {
	return scalar[T]{to, parse, format}
}

func text[T ~string](to *T, parse func(string) (T, error)) field {
	return value(to, parse, func(v T) string { return string(v) })
}

func (s scalar[T]) fromNode(n *node) error {
	switch n.Kind {
	case strictyaml.Text:
		return n.Wrap(s.fromText(n.Text))
	case strictyaml.Number, strictyaml.Boolean:
		// What the key takes is the better message, unless only quotes are missing.
		if _, err := s.parse(n.Text); err != nil {
			return n.Wrap(err)
		}
		return n.Errorf("expected a text, found %s: put it in quotes", n)
	}
	return n.Errorf("expected a text, found %s", n)
}

func (s scalar[T]) fromText(text string) error {
	v, err := s.parse(text)
	if err != nil {
		return err
	}
	*s.to = v
	return nil
}

func (s scalar[T]) fromTexts(texts []string) error {
	text, err := single(texts)
	if err != nil {
		return err
	}
	return s.fromText(text)
}

func (s scalar[T]) String() string { return s.format(*s.to) }

// zeroField is a text that may also be written as the number 0.
type zeroField struct{ field }

func orZero(f field) field { return zeroField{f} }

func (z zeroField) fromNode(n *node) error {
	if n.Kind == strictyaml.Number && n.Text == "0" {
		return n.Wrap(z.fromTexts([]string{n.Text}))
	}
	return z.field.fromNode(n)
}

// numberField is a number, written without quotes.
type numberField[T any] struct{ scalar[T] }

func number[T any](to *T, parse func(string) (T, error), format func(T) string) field {
	return numberField[T]{scalar[T]{to, parse, format}}
}

func (f numberField[T]) fromNode(n *node) error {
	if n.Kind != strictyaml.Number {
		return n.Errorf("expected a number, found %s", n)
	}
	return n.Wrap(f.fromText(n.Text))
}

// boolField is true or false.
type boolField struct{ scalar[bool] }

func boolean(to *bool) field {
	return boolField{scalar[bool]{to, parseBool, strconv.FormatBool}}
}

// maybe is true, false, or left open.
func maybe(to **bool) field {
	parse := func(text string) (*bool, error) {
		b, err := parseBool(text)
		return &b, err
	}
	format := func(b *bool) string {
		if b == nil {
			return ""
		}
		return strconv.FormatBool(*b)
	}
	return maybeField{scalar[*bool]{to, parse, format}}
}

type maybeField struct{ scalar[*bool] }

func (b boolField) fromNode(n *node) error  { return fromBoolean(n, b.fromText) }
func (m maybeField) fromNode(n *node) error { return fromBoolean(n, m.fromText) }

func fromBoolean(n *node, set func(string) error) error {
	if n.Kind != strictyaml.Boolean {
		return n.Errorf("expected true or false, found %s", n)
	}
	return n.Wrap(set(n.Text))
}

// parseBool takes the spellings that YAML and the inputs of an action have in
// common.
func parseBool(text string) (bool, error) {
	switch text {
	case "true", "True", "TRUE":
		return true, nil
	case "false", "False", "FALSE":
		return false, nil
	}
	return false, fmt.Errorf("expected true or false, found %q", text)
}
