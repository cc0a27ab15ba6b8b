package config

import "strings"

// listField is a list of texts.
type listField[T ~string] struct {
	to    *[]T
	parse func(string) (T, error)
}

func list[T ~string](to *[]T, parse func(string) (T, error)) field {
	return listField[T]{to, parse}
}

func (l listField[T]) fromNode(n *node) error {
	items, err := parseItems(n, l.parse)
	if err != nil {
		return err
	}
	*l.to = items
	return nil
}

func parseItems[T any](n *node, parse func(string) (T, error)) ([]T, error) {
	if n.kind != listNode {
		return nil, n.errorf("expected a list, found %s", n)
	}
	var items []T
	for _, item := range n.items {
		if item.kind != textNode {
			return nil, item.errorf("expected a list of texts, found %s in it", item)
		}
		v, err := parse(item.text)
		if err != nil {
			return nil, item.wrap(err)
		}
		items = append(items, v)
	}
	return items, nil
}

func (l listField[T]) fromText(text string) error {
	var items []T
	for _, item := range split(text) {
		v, err := l.parse(item)
		if err != nil {
			return err
		}
		items = append(items, v)
	}
	*l.to = items
	return nil
}

func (l listField[T]) String() string {
	var b strings.Builder
	for i, item := range *l.to {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(string(item))
	}
	return b.String()
}

// split takes a list apart at commas and line ends, and leaves out empty items.
// Commas in braces stay: **/*.{jar,war} is one pattern.
func split(text string) []string {
	var (
		items []string
		item  strings.Builder
		depth int
	)
	flush := func() {
		if s := strings.TrimSpace(item.String()); s != "" {
			items = append(items, s)
		}
		item.Reset()
	}
	for _, r := range text {
		switch {
		case r == '{':
			depth++
		case r == '}' && depth > 0:
			depth--
		case r == '\n', r == ',' && depth == 0:
			flush()
			depth = 0
			continue
		}
		item.WriteRune(r)
	}
	flush()
	return items
}
