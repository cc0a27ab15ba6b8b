package config

import (
	"errors"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/strictyaml"
)

// objectsField is a list of objects. Flags cannot set it.
type objectsField[T any] struct {
	to *[]T

	// keys binds what an object can hold to the fields of one.
	keys func(*T) []key

	// check completes an object that was read, which begins at the place at.
	check func(object *T, at string) error

	format func(T) string
}

func objects[T any](to *[]T, keys func(*T) []key, check func(*T, string) error, format func(T) string) field {
	return objectsField[T]{to, keys, check, format}
}

func (o objectsField[T]) fromNode(n *node) error {
	if n.Kind != strictyaml.List {
		return n.Errorf("expected a list, found %s", n)
	}
	var all []T
	for _, item := range n.Items {
		object, err := o.object(item)
		if err != nil {
			return err
		}
		all = append(all, object)
	}
	*o.to = all
	return nil
}

func (o objectsField[T]) object(n *node) (object T, err error) {
	keys := o.keys(&object)
	var names []string
	for _, k := range keys {
		names = append(names, k.name)
	}
	takes := strings.Join(names, ", ")
	if n.Kind != strictyaml.Mapping {
		return object, n.Errorf("expected a mapping with any of %s, found %s", takes, n)
	}
	seen := make(map[string]bool)
	for _, e := range n.Pairs {
		name := e.Key.Text
		i := slices.Index(names, name)
		switch {
		case i < 0:
			suggestion := ""
			if near := strictyaml.Nearest(name, names); near != "" {
				suggestion = "did you mean " + near + "? "
			}
			return object, e.Key.Errorf("unknown key %s: %sexpected any of %s", strictyaml.Quote(name), suggestion, takes)
		case seen[name]:
			return object, e.Key.Errorf("%s is set twice", strictyaml.Quote(name))
		case e.Value.Kind == strictyaml.Null:
			return object, e.Key.Errorf("%s has no value: give it one or leave the key out", name)
		}
		seen[name] = true
		if err := keys[i].field.fromNode(e.Value); err != nil {
			return object, inKey(name, err)
		}
	}
	return object, n.Wrap(o.check(&object, origin(n)))
}

func (o objectsField[T]) fromTexts([]string) error {
	return errors.New("this is set in the configuration file only")
}

func (o objectsField[T]) String() string {
	var all []string
	for _, object := range *o.to {
		all = append(all, o.format(object))
	}
	return strings.Join(all, ", ")
}
