package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/strictyaml"
)

// maxProblems is how many mistakes are worth reading at once.
const maxProblems = 20

// decode puts the values of a file into c. It goes through the whole file and
// returns every mistake, in the order of the file.
func decode(root *node, c *Config) error {
	if err := checkVersion(root); err != nil {
		return err
	}
	d := decoder{keys: keys(c), config: c}
	d.section("", root)
	if more := len(d.problems) - maxProblems; more > 0 {
		d.problems = append(d.problems[:maxProblems], fmt.Errorf("%s: %d more mistakes", root.File, more))
	}
	return errors.Join(d.problems...)
}

// checkVersion comes first: nothing can be said about the keys of another
// version.
func checkVersion(root *node) error {
	if root.Kind != strictyaml.Mapping {
		return root.Errorf("expected a mapping that begins with version: 1, found %s", root)
	}
	p := root.Pair(versionKey)
	if p == nil {
		return root.Errorf("version is missing: add the line version: 1")
	}
	version := p.Value
	switch {
	case version.Kind != strictyaml.Number:
		return version.Errorf("version: expected the number 1, found %s", version)
	case version.Text != "1":
		return version.Errorf("version: this imgscan reads version 1, and the file is of version %s", version.Text)
	}
	return nil
}

type decoder struct {
	keys     []key
	config   *Config
	problems []error
}

func (d *decoder) section(name string, n *node) {
	if n.Kind != strictyaml.Mapping {
		d.problem(n, "%s: expected a mapping with any of %s, found %s", name, d.names(name), n)
		return
	}
	lines := make(map[string]int) // where each key was first
	for _, e := range n.Pairs {
		full := strings.TrimPrefix(name+"."+e.Key.Text, ".")
		if line, twice := lines[full]; twice {
			d.problem(e.Key, "%s is set twice, first in line %d", strictyaml.Quote(full), line)
			continue
		}
		lines[full] = e.Key.Line
		d.entry(name, full, e)
	}
}

func (d *decoder) entry(section, full string, e strictyaml.Pair) {
	k := find(d.keys, full)
	switch {
	case full == versionKey:
		// checkVersion has seen it.
	case k != nil && e.Value.Kind == strictyaml.Null:
		d.problem(e.Key, "%s has no value: give it one or leave the key out", full)
	case k != nil:
		if err := k.field.fromNode(e.Value); err != nil {
			d.problems = append(d.problems, inKey(full, err))
			return
		}
		d.config.origins[full] = origin(e.Key)
	case slices.Contains(within(d.keys, section), e.Key.Text):
		d.section(full, e.Value)
	default:
		d.problem(e.Key, "unknown key %s: %s%s takes %s", strictyaml.Quote(full), d.suggestion(section, e.Key.Text), sectionName(section), d.names(section))
	}
}

// suggestion asks about what the key was probably meant to be: a key of the
// section with a similar name, or one of another section with the same. It is
// empty when there is none.
func (d *decoder) suggestion(section, name string) string {
	if near := strictyaml.Nearest(name, within(d.keys, section)); near != "" {
		return "did you mean " + near + "? "
	}
	for _, k := range d.keys {
		if strings.HasSuffix(k.name, "."+name) {
			return "did you mean " + k.name + "? "
		}
	}
	return ""
}

func (d *decoder) names(section string) string {
	return strings.Join(within(d.keys, section), ", ")
}

func (d *decoder) problem(n *node, format string, args ...any) {
	d.problems = append(d.problems, n.Errorf(format, args...))
}

func sectionName(section string) string {
	if section == "" {
		return "the file"
	}
	return section
}

// inKey names the key in an error of its value, behind the place.
func inKey(name string, err error) error {
	var at *strictyaml.Error
	if !errors.As(err, &at) {
		return fmt.Errorf("%s: %w", name, err)
	}
	named := *at
	named.Err = fmt.Errorf("%s: %w", name, at.Err)
	return &named
}
