package config

import (
	"strings"

	"github.com/org/imgscan-action/internal/strictyaml"
)

// listField is a list whose items are written as texts.
type listField[T any] struct {
	to     *[]T
	parse  func(string) (T, error)
	format func(T) string
}

func items[T any](to *[]T, parse func(string) (T, error), format func(T) string) field {
	return listField[T]{to, parse, format}
}

func list[T ~string](to *[]T, parse func(string) (T, error)) field {
	return items(to, parse, func(v T) string { return string(v) })
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
	if n.Kind != strictyaml.List {
		return nil, n.Errorf("expected a list, found %s", n)
	}
	var items []T
	for _, item := range n.Items {
		if item.Kind != strictyaml.Text {
			return nil, item.Errorf("expected a list of texts, found %s in it", item)
		}
		v, err := parse(item.Text)
		if err != nil {
			return nil, item.Wrap(err)
		}
		items = append(items, v)
	}
	return items, nil
}

func (l listField[T]) fromTexts(texts []string) error {
	var items []T
	for _, text := range texts {
		v, err := l.parse(text)
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
		b.WriteString(l.format(item))
	}
	return b.String()
}
