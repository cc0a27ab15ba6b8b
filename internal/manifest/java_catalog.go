package manifest

import (
	"maps"
	"path"
	"slices"
	"strings"
)

// versionCatalog reads Gradle's lists of libraries and versions,
// gradle/libs.versions.toml.
type versionCatalog struct{}

func (versionCatalog) wants(p string) bool { return strings.HasSuffix(path.Base(p), ".versions.toml") }

func (versionCatalog) read(f *file) (*document, error) {
	var v struct {
		Versions  map[string]any `toml:"versions"`
		Libraries map[string]any `toml:"libraries"`
	}
	t, err := readTOML(f, &v)
	if err != nil {
		return nil, err
	}
	doc := &document{}
	for _, alias := range slices.Sorted(maps.Keys(v.Libraries)) {
		place := t.place("libraries", alias)
		r := request{line: t.lineOf(place), role: roleDirect}
		switch library := v.Libraries[alias].(type) {
		case string:
			if parts := strings.Split(library, ":"); len(parts) == 3 {
				r.name, r.want = parts[0]+":"+parts[1], parts[2]
			}
		case map[string]any:
			r.name = catalogModule(library)
			r.want = catalogVersion(library["version"])
			if ref := versionRef(library["version"]); ref != "" {
				r.want = catalogVersion(v.Versions[ref])
				r.property = t.lineOf(t.place("versions", ref))
			}
		}
		if r.name != "" && r.want != "" && place.start > 0 {
			doc.requests = append(doc.requests, r)
		}
	}
	return doc, nil
}

func catalogModule(library map[string]any) string {
	if module, ok := library["module"].(string); ok {
		return module
	}
	group, _ := library["group"].(string)
	name, _ := library["name"].(string)
	if group == "" || name == "" {
		return ""
	}
	return group + ":" + name
}

func versionRef(version any) string {
	table, _ := version.(map[string]any)
	ref, _ := table["ref"].(string)
	return ref
}

// catalogVersion is a version, plain or in a table of constraints.
func catalogVersion(version any) string {
	switch v := version.(type) {
	case string:
		return v
	case map[string]any:
		for _, key := range []string{"strictly", "require", "prefer"} {
			if s, ok := v[key].(string); ok {
				return s
			}
		}
	}
	return ""
}
