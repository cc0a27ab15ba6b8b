package manifest

import (
	"maps"
	"path"
	"slices"
	"strings"
)

// poetryLock reads poetry.lock.
type poetryLock struct{}

func (poetryLock) wants(p string) bool { return path.Base(p) == "poetry.lock" }

func (poetryLock) read(f *file) (*document, error) {
	var v struct {
		Package []struct {
			Name, Version, Category string
			Groups                  []string
			Needs                   map[string]any `toml:"dependencies"`
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
	var entries []entry
	var needs [][]string
	for i, p := range v.Package {
		start, end, err := lines(i, p.Name)
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry{
			name: pythonName(p.Name), version: p.Version, line: f.span(start, end),
			dev: p.Category == "dev" || len(p.Groups) > 0 && !slices.Contains(p.Groups, "main"),
		})
		needs = append(needs, slices.Sorted(maps.Keys(p.Needs)))
	}
	return &document{lock: pythonLock(entries, needs)}, nil
}

// pdmLock reads pdm.lock.
type pdmLock struct{}

func (pdmLock) wants(p string) bool { return path.Base(p) == "pdm.lock" }

func (pdmLock) read(f *file) (*document, error) {
	var v struct {
		Package []struct {
			Name, Version string
			Groups        []string
			Needs         []string `toml:"dependencies"`
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
	var entries []entry
	var needs [][]string
	for i, p := range v.Package {
		start, end, err := lines(i, p.Name)
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry{
			name: pythonName(p.Name), version: p.Version, line: f.span(start, end),
			dev: len(p.Groups) > 0 && !slices.Contains(p.Groups, "default"),
		})
		var names []string
		for _, n := range p.Needs {
			if name, _, ok := parsePythonRequest(n); ok {
				names = append(names, name)
			}
		}
		needs = append(needs, names)
	}
	return &document{lock: pythonLock(entries, needs)}, nil
}

// uvLock reads uv.lock, which has the projects of the workspace among its
// packages.
type uvLock struct{}

func (uvLock) wants(p string) bool { return path.Base(p) == "uv.lock" }

// uvNeed is what a package of uv.lock needs. The version is there when the lock
// file has several.
type uvNeed struct{ Name, Version string }

func (n uvNeed) key() string {
	return joinKeys(pythonName(n.Name)+"@"+n.Version, pythonName(n.Name)+"@")
}

func (uvLock) read(f *file) (*document, error) {
	var v struct {
		Package []struct {
			Name, Version string
			Source        map[string]any
			Needs         []uvNeed            `toml:"dependencies"`
			Optional      map[string][]uvNeed `toml:"optional-dependencies"`
			Dev           map[string][]uvNeed `toml:"dev-dependencies"`
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
	doc := &document{}
	var g lockGraph
	for i, p := range v.Package {
		start, end, err := lines(i, p.Name)
		if err != nil {
			return nil, err
		}
		name := pythonName(p.Name)
		dir, local := uvProject(p.Source)
		var needs []string
		for _, n := range p.Needs {
			needs = append(needs, n.key())
		}
		for _, extra := range slices.Sorted(maps.Keys(p.Optional)) {
			for _, n := range p.Optional[extra] {
				needs = append(needs, n.key())
			}
		}
		g.add(entry{name: name, version: p.Version, line: f.span(start, end), local: local},
			[]string{name + "@" + p.Version, name + "@"}, needs)
		if local && dir != "." {
			doc.members = append(doc.members, dir)
		}
	}
	for _, p := range v.Package {
		dir, local := uvProject(p.Source)
		if !local {
			continue
		}
		asked := slices.Clone(p.Needs)
		for _, extra := range slices.Sorted(maps.Keys(p.Optional)) {
			asked = append(asked, p.Optional[extra]...)
		}
		for _, n := range asked {
			g.ask(n.key(), root{name: pythonName(n.Name), dir: dir})
		}
		for _, group := range slices.Sorted(maps.Keys(p.Dev)) {
			for _, n := range p.Dev[group] {
				g.ask(n.key(), root{name: pythonName(n.Name), dir: dir, dev: true})
			}
		}
	}
	doc.lock = g.done()
	return doc, nil
}

// uvProject is the folder of a package that is a project of the repository.
func uvProject(source map[string]any) (dir string, local bool) {
	for _, kind := range []string{"virtual", "editable"} {
		if d, ok := source[kind].(string); ok {
			return path.Clean(d), true
		}
	}
	return "", false
}

// pipfile reads Pipfile.
type pipfile struct{}

func (pipfile) wants(p string) bool { return path.Base(p) == "Pipfile" }

func (pipfile) read(f *file) (*document, error) {
	var v struct {
		Packages map[string]any `toml:"packages"`
		Dev      map[string]any `toml:"dev-packages"`
	}
	t, err := readTOML(f, &v)
	if err != nil {
		return nil, err
	}
	doc := &document{}
	doc.pythonTable(t, v.Packages, false, "packages")
	doc.pythonTable(t, v.Dev, true, "dev-packages")
	return doc, nil
}

// pipfileLock reads Pipfile.lock, which has no graph.
type pipfileLock struct{}

func (pipfileLock) wants(p string) bool { return path.Base(p) == "Pipfile.lock" }

func (pipfileLock) read(f *file) (*document, error) {
	top, err := readJSON(f)
	if err != nil {
		return nil, err
	}
	l := &lock{rootsUnknown: true}
	for _, section := range []string{"default", "develop"} {
		for _, m := range top.get(section).members() {
			version := m.get("version")
			l.entries = append(l.entries, entry{
				name:    pythonName(m.key),
				version: strings.TrimPrefix(version.text(), "=="),
				line:    f.span(m.start, version.line()),
				dev:     section == "develop",
			})
		}
	}
	return &document{lock: l}, nil
}
