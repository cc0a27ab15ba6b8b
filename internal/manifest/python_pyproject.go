package manifest

import (
	"maps"
	"path"
	"slices"
)

// pyProject reads pyproject.toml: the standard tables, and those of Poetry, PDM
// and uv.
type pyProject struct{}

func (pyProject) wants(p string) bool { return path.Base(p) == "pyproject.toml" }

// pyProjectFile is the part of pyproject.toml that asks for packages.
type pyProjectFile struct {
	Project struct {
		Name     string           `toml:"name"`
		Requests []any            `toml:"dependencies"`
		Optional map[string][]any `toml:"optional-dependencies"`
	} `toml:"project"`
	Groups map[string][]any `toml:"dependency-groups"` // PEP 735
	Tool   struct {
		Poetry struct {
			Name     string         `toml:"name"`
			Requests map[string]any `toml:"dependencies"`
			Dev      map[string]any `toml:"dev-dependencies"`
			Groups   map[string]struct {
				Requests map[string]any `toml:"dependencies"`
			} `toml:"group"`
		} `toml:"poetry"`
		PDM struct {
			Dev map[string][]any `toml:"dev-dependencies"`
		} `toml:"pdm"`
		UV struct {
			Dev         []any `toml:"dev-dependencies"`
			Overrides   []any `toml:"override-dependencies"`
			Constraints []any `toml:"constraint-dependencies"`
			Workspace   struct {
				Members []string `toml:"members"`
			} `toml:"workspace"`
		} `toml:"uv"`
	} `toml:"tool"`
}

func (pyProject) read(f *file) (*document, error) {
	var p pyProjectFile
	t, err := readTOML(f, &p)
	if err != nil {
		return nil, err
	}
	doc := &document{name: pythonName(p.Project.Name), members: p.Tool.UV.Workspace.Members}
	if doc.name == "" {
		doc.name = pythonName(p.Tool.Poetry.Name)
	}
	doc.pythonList(t, p.Project.Requests, request{role: roleDirect}, "project", "dependencies")
	for _, extra := range slices.Sorted(maps.Keys(p.Project.Optional)) {
		doc.pythonList(t, p.Project.Optional[extra], request{role: roleDirect}, "project", "optional-dependencies", extra)
	}
	for _, group := range slices.Sorted(maps.Keys(p.Groups)) {
		doc.pythonList(t, p.Groups[group], request{role: roleDirect, dev: true}, "dependency-groups", group)
	}
	for _, group := range slices.Sorted(maps.Keys(p.Tool.PDM.Dev)) {
		doc.pythonList(t, p.Tool.PDM.Dev[group], request{role: roleDirect, dev: true}, "tool", "pdm", "dev-dependencies", group)
	}
	doc.pythonList(t, p.Tool.UV.Dev, request{role: roleDirect, dev: true}, "tool", "uv", "dev-dependencies")
	doc.pythonList(t, p.Tool.UV.Overrides, request{role: roleReplace}, "tool", "uv", "override-dependencies")
	doc.pythonList(t, p.Tool.UV.Constraints, request{role: roleReplace}, "tool", "uv", "constraint-dependencies")
	doc.pythonTable(t, p.Tool.Poetry.Requests, false, "tool", "poetry", "dependencies")
	doc.pythonTable(t, p.Tool.Poetry.Dev, true, "tool", "poetry", "dev-dependencies")
	for _, group := range slices.Sorted(maps.Keys(p.Tool.Poetry.Groups)) {
		doc.pythonTable(t, p.Tool.Poetry.Groups[group].Requests, true, "tool", "poetry", "group", group, "dependencies")
	}
	return doc, nil
}

// pythonList adds the requirements of an array, each at its own line.
func (d *document) pythonList(t *tomlFile, list []any, like request, path ...string) {
	place := t.place(path...)
	for i, v := range list {
		text, _ := v.(string)
		name, want, ok := parsePythonRequest(text)
		if !ok {
			continue
		}
		like.name, like.want, like.line = name, want, t.lineOf(place)
		if len(place.elements) == len(list) {
			like.line = t.file.span(place.elements[i], place.elements[i])
		}
		if like.line.Start > 0 {
			d.requests = append(d.requests, like)
		}
	}
}

// pythonTable adds the requirements of a table as Poetry and Pipenv write it.
func (d *document) pythonTable(t *tomlFile, table map[string]any, dev bool, path ...string) {
	for _, name := range slices.Sorted(maps.Keys(table)) {
		if name == "python" && path[0] == "tool" {
			continue
		}
		place := t.place(append(slices.Clone(path), name)...)
		want := tableVersion(table[name])
		if inner, isTable := table[name].(map[string]any); isTable && inner["version"] != nil {
			// Written as a table of its own, it begins with the name and has the version
			// further down.
			if v := t.place(append(slices.Clone(path), name, "version")...); v.start > place.start {
				place.end = v.end
			}
		}
		if place.start > 0 {
			d.requests = append(d.requests, request{
				name: pythonName(name), want: want, line: t.lineOf(place), role: roleDirect, dev: dev,
			})
		}
	}
}

// tableVersion is the range in a value that is the range itself, or a table with
// a version; empty when there is none.
func tableVersion(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case map[string]any:
		want, _ := v["version"].(string)
		return want
	}
	return ""
}
