package config

import (
	"fmt"
	"maps"
	"strings"

	"github.com/org/imgscan-action/internal/strictyaml"
)

// Override sets the key to what a flag, an input or the environment says. It
// checks the values as they would be checked in the file. A key with a single
// value takes exactly one; a list replaces the file's, and none empties it. What
// is a mapping in the file is a list of NAME=VALUE, so registry.mirrors is one of
// HOST=MIRROR. The origin is how messages name the source: "flag --fail-on".
//
// Overriding policy.mode drops policy.enforce-from and policy.rules, which belong
// to the mode that was replaced: who asks for block gets block, today and for
// everything.
func (c *Config) Override(name string, values []string, origin string) error {
	all := keys(c)
	k := find(all, name)
	if k == nil {
		var names []string
		for _, k := range all {
			names = append(names, k.name)
		}
		return fmt.Errorf("%s: unknown key %s: expected one of %s", origin, strictyaml.Quote(name), strings.Join(names, ", "))
	}
	if err := k.field.fromTexts(values); err != nil {
		return fmt.Errorf("%s: %w", origin, err)
	}
	// Copies of a Config share the map.
	c.origins = maps.Clone(c.origins)
	c.origins[name] = origin
	if name == "policy.mode" {
		c.Policy.EnforceFrom = defaults().Policy.EnforceFrom
		c.Policy.Ladder = defaults().Policy.Ladder
		delete(c.origins, "policy.enforce-from")
		delete(c.origins, "policy.rules")
	}
	return c.check()
}
