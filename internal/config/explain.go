package config

import (
	"slices"
	"strings"
)

// Setting is one key with its value and where the value came from.
type Setting struct {
	Key string

	// Value is as Override takes it; empty when there is none.
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
