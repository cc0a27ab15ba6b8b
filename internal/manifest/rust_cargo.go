package manifest

import (
	"maps"
	"path"
	"slices"
	"strings"
)

// cargoTOML reads Cargo.toml.
type cargoTOML struct{}

func (cargoTOML) wants(p string) bool { return path.Base(p) == "Cargo.toml" }

// inWorkspace stands for the range of a dependency that the workspace gives.
const inWorkspace = "workspace = true"

type cargoTables struct {
	Requests map[string]any `toml:"dependencies"`
	Dev      map[string]any `toml:"dev-dependencies"`
	Build    map[string]any `toml:"build-dependencies"`
}

func (cargoTOML) read(f *file) (*document, error) {
	var v struct {
		Package struct {
			Name string `toml:"name"`
		} `toml:"package"`
		cargoTables
		Target    map[string]cargoTables `toml:"target"`
		Workspace struct {
			Members  []string       `toml:"members"`
			Exclude  []string       `toml:"exclude"`
			Requests map[string]any `toml:"dependencies"`
		} `toml:"workspace"`
	}
	t, err := readTOML(f, &v)
	if err != nil {
		return nil, err
	}
	doc := &document{name: v.Package.Name, members: v.Workspace.Members}
	for _, e := range v.Workspace.Exclude {
		doc.members = append(doc.members, "!"+e)
	}
	doc.cargoTables(t, v.cargoTables)
	for _, target := range slices.Sorted(maps.Keys(v.Target)) {
		doc.cargoTables(t, v.Target[target], "target", target)
	}
	doc.cargoTable(t, v.Workspace.Requests, request{role: roleProperty}, "workspace", "dependencies")
	return doc, nil
}

func (d *document) cargoTables(t *tomlFile, tables cargoTables, path ...string) {
	path = slices.Clip(path)
	d.cargoTable(t, tables.Requests, request{role: roleDirect}, append(path, "dependencies")...)
	d.cargoTable(t, tables.Build, request{role: roleDirect, dev: true}, append(path, "build-dependencies")...)
	d.cargoTable(t, tables.Dev, request{role: roleDirect, dev: true}, append(path, "dev-dependencies")...)
}

func (d *document) cargoTable(t *tomlFile, table map[string]any, like request, path ...string) {
	for _, name := range slices.Sorted(maps.Keys(table)) {
		r := like
		place := t.place(append(slices.Clone(path), name)...)
		r.name, r.want = name, tableVersion(table[name])
		if inner, isTable := table[name].(map[string]any); isTable {
			if renamed, ok := inner["package"].(string); ok {
				r.name = renamed
			}
			if inner["workspace"] == true {
				r.want = inWorkspace
			}
			if inner["version"] != nil {
				place.end = max(place.end, t.place(append(slices.Clone(path), name, "version")...).end)
			}
		}
		if r.line = t.lineOf(place); place.start > 0 {
			d.requests = append(d.requests, r)
		}
	}
}

// cargoLock reads Cargo.lock. What has no source there is a crate of the
// repository.
type cargoLock struct{}

func (cargoLock) wants(p string) bool { return path.Base(p) == "Cargo.lock" }

func (cargoLock) read(f *file) (*document, error) {
	var v struct {
		Package []struct {
			Name, Version, Source string
			Needs                 []string `toml:"dependencies"`
		} `toml:"package"`
	}
	t, err := readTOML(f, &v)
	if err != nil {
		return nil, err
	}
	lines, err := t.packageLines(len(v.Package))
	if err != nil {
		return nil, err
	}
	var g lockGraph
	doc := &document{members: []string{"**"}, names: []string{}}
	for i, p := range v.Package {
		start, end, err := lines(i, p.Name)
		if err != nil {
			return nil, err
		}
		if p.Source == "" {
			doc.names = append(doc.names, p.Name)
		}
		var needs []string
		for _, n := range p.Needs {
			needs = append(needs, cargoKey(n))
		}
		g.add(entry{name: p.Name, version: p.Version, line: f.span(start, end), local: p.Source == ""},
			[]string{p.Name + " " + p.Version, p.Name}, needs)
	}
	// Cargo.lock does not tell what is for development, and where the crates of the
	// repository are: the manifests do.
	doc.lock = g.done()
	doc.lock.rootsUnknown = true
	return doc, nil
}

// cargoKey is "name" or "name version" of "name version (source)".
func cargoKey(need string) string {
	need, _, _ = strings.Cut(need, " (")
	return need
}
