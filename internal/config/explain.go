package config

import (
	"slices"
	"strings"
)

// Setting is one key with its value and where the value came from.
type Setting struct {
	Key string

	// Value is for people: the items of a list have commas between them, and of what
	// may be a secret only the name is there. Empty when there is no value.
	Value string

	// Origin is "default", FILE:LINE, or what Override was told.
	Origin string
}

// Explain lists every setting, sorted by key.
func (c Config) Explain() []Setting {
	var settings []Setting
	for _, k := range keys(&c) {
		settings = append(settings, Setting{Key: k.name, Value: k.field.String(), Origin: c.origin(k.name)})
	}
	slices.SortFunc(settings, func(a, b Setting) int { return strings.Compare(a.Key, b.Key) })
	return settings
}

func (c Config) origin(name string) string {
	if origin, ok := c.origins[name]; ok {
		return origin
	}
	return "default"
}

// IsSet says whether a key was given in the file or over it. The name is one
// that Explain lists.
func (c Config) IsSet(name string) bool {
	_, given := c.origins[name]
	return given
}
