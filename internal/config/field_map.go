package config

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/strictyaml"
)

// mapField maps names to texts; as texts, name=text. Messages do not repeat the
// texts, which may be secrets.
type mapField struct {
	to        *map[string]string
	parseName func(string) (string, error)
	parse     func(string) (string, error)
	show      func(string) string // what people get to see of a text
}

func mapping(to *map[string]string, parseName, parse func(string) (string, error), show func(string) string) field {
	return mapField{to, parseName, parse, show}
}

func (m mapField) fromNode(n *node) error {
	if n.Kind != strictyaml.Mapping {
		return n.Errorf("expected a mapping, found %s", n)
	}
	all := make(map[string]string)
	for _, e := range n.Pairs {
		name, err := m.parseName(e.Key.Text)
		if err != nil {
			return e.Key.Wrap(err)
		}
		if _, twice := all[name]; twice {
			return e.Key.Errorf("%s is there twice", strictyaml.Quote(name))
		}
		switch e.Value.Kind {
		case strictyaml.Text:
		case strictyaml.Number, strictyaml.Boolean:
			return e.Value.Errorf("expected a text: put the value of %s in quotes", name)
		default:
			return e.Value.Errorf("expected a text as the value of %s", name)
		}
		if all[name], err = m.parse(e.Value.Text); err != nil {
			return e.Value.Wrap(err)
		}
	}
	*m.to = all
	return nil
}

func (m mapField) fromTexts(texts []string) error {
	all := make(map[string]string)
	for _, pair := range texts {
		left, right, found := strings.Cut(pair, "=")
		if !found {
			return errors.New("expected NAME=VALUE, found a text without =")
		}
		name, err := m.parseName(left)
		if err != nil {
			return err
		}
		if all[name], err = m.parse(right); err != nil {
			return err
		}
	}
	*m.to = all
	return nil
}

func (m mapField) String() string {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(*m.to)) {
		pairs = append(pairs, name+"="+m.show((*m.to)[name]))
	}
	return strings.Join(pairs, ",")
}
