package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/strictyaml"
)

// listsField maps names to lists of texts; as texts, name=item.
type listsField struct {
	to        *map[string][]string
	parseName func(string) (string, error)
	parseItem func(string) (string, error)
}

func lists(to *map[string][]string, parseName, parseItem func(string) (string, error)) field {
	return listsField{to, parseName, parseItem}
}

func (l listsField) fromNode(n *node) error {
	if n.Kind != strictyaml.Mapping {
		return n.Errorf("expected a mapping, found %s", n)
	}
	all := make(map[string][]string)
	for _, e := range n.Pairs {
		name, err := l.parseName(e.Key.Text)
		if err != nil {
			return e.Key.Wrap(err)
		}
		if _, twice := all[name]; twice {
			return e.Key.Errorf("%s is there twice", strictyaml.Quote(name))
		}
		if all[name], err = parseItems(e.Value, l.parseItem); err != nil {
			return err
		}
	}
	*l.to = all
	return nil
}

func (l listsField) fromTexts(texts []string) error {
	all := make(map[string][]string)
	for _, pair := range texts {
		left, right, found := strings.Cut(pair, "=")
		if !found {
			return fmt.Errorf("expected NAME=VALUE, found %s", strictyaml.Quote(pair))
		}
		name, err := l.parseName(left)
		if err != nil {
			return err
		}
		item, err := l.parseItem(right)
		if err != nil {
			return err
		}
		all[name] = append(all[name], item)
	}
	*l.to = all
	return nil
}

func (l listsField) String() string {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(*l.to)) {
		for _, item := range (*l.to)[name] {
			pairs = append(pairs, name+"="+item)
		}
	}
	return strings.Join(pairs, ",")
}
