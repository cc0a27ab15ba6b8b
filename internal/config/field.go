package config

import "fmt"

// A field takes one setting out of a file or out of the text of a flag, and
// prints it again. A field that returns an error has not changed anything.
type field interface {
	// fromNode reads a value of the file. Errors say where they are.
	fromNode(n *node) error

	// fromText reads the text of a flag or an input.
	fromText(text string) error

	// String is the value as fromText would read it.
	String() string
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
	switch n.kind {
	case textNode:
		return n.wrap(s.fromText(n.text))
	case numberNode, booleanNode:
		// What the key takes is the better message, unless only quotes are missing.
		if _, err := s.parse(n.text); err != nil {
			return n.wrap(err)
		}
		return n.errorf("expected a text, found %s: put it in quotes", n)
	}
	return n.errorf("expected a text, found %s", n)
}

func (s scalar[T]) fromText(text string) error {
	v, err := s.parse(text)
	if err != nil {
		return err
	}
	*s.to = v
	return nil
}

func (s scalar[T]) String() string { return s.format(*s.to) }

// zeroField is a text that may also be written as the number 0.
type zeroField struct{ field }

func orZero(f field) field { return zeroField{f} }

func (z zeroField) fromNode(n *node) error {
	if n.kind == numberNode && n.text == "0" {
		return n.wrap(z.fromText(n.text))
	}
	return z.field.fromNode(n)
}

// boolField is true or false.
type boolField struct{ to *bool }

func boolean(to *bool) field { return boolField{to} }

func (b boolField) fromNode(n *node) error {
	if n.kind != booleanNode {
		return n.errorf("expected true or false, found %s", n)
	}
	return n.wrap(b.fromText(n.text))
}

// fromText takes the spellings that YAML and the inputs of an action have in
// common.
func (b boolField) fromText(text string) error {
	switch text {
	case "true", "True", "TRUE":
		*b.to = true
	case "false", "False", "FALSE":
		*b.to = false
	default:
		return fmt.Errorf("expected true or false, found %q", text)
	}
	return nil
}

func (b boolField) String() string { return fmt.Sprint(*b.to) }
