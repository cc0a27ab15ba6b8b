package manifest

import (
	"cmp"
	"errors"
	"path"
	"strings"
)

// packageLock reads package-lock.json and npm-shrinkwrap.json, of all versions.
type packageLock struct{}

func (packageLock) wants(p string) bool {
	b := path.Base(p)
	return b == "package-lock.json" || b == "npm-shrinkwrap.json"
}

func (packageLock) read(f *file) (*document, error) {
	top, err := readJSON(f)
	if err != nil {
		return nil, err
	}
	doc := &document{name: top.get("name").text()}
	switch {
	case top.get("packages") != nil:
		doc.readPackages(f, top.get("packages"))
	case top.get("dependencies") != nil:
		var t npmTree
		t.readNested(f, top.get("dependencies"), "")
		t.settle()
		doc.lock = t.done()
		// Version 1 has the whole tree and not what was asked for.
		doc.lock.rootsUnknown = true
	default:
		doc.lock = &lock{}
		if !top.object {
			return nil, errors.New("it is not an object")
		}
	}
	return doc, nil
}

// npmTree is the packages of a lock file by where they are installed.
type npmTree struct {
	lockGraph
	waiting []npmNeeds
}

// npmNeeds are tables of dependencies of the entry that is installed at a place.
type npmNeeds struct {
	entry  int
	at     string
	tables []*jsonNode
}

func (t *npmTree) place(e entry, at string, tables ...*jsonNode) {
	t.waiting = append(t.waiting, npmNeeds{len(t.lock.entries), at, tables})
	t.add(e, []string{at}, nil)
}

// settle finds what everything needs, once all of it is in its place.
func (t *npmTree) settle() {
	for _, n := range t.waiting {
		for _, table := range n.tables {
			for _, dep := range table.members() {
				if i, found := t.nearest(n.at, dep.key); found {
					t.lock.entries[n.entry].needs = append(t.lock.entries[n.entry].needs, i)
				}
			}
		}
	}
}

// maxPlace is the length of a place from which needs are looked for; real ones
// are far shorter.
const maxPlace = 1000

// nearest is the package that node finds under a name on behalf of what is at a
// place: in its own node_modules, then in those above it.
func (t *npmTree) nearest(at, name string) (int, bool) {
	for len(at) <= maxPlace && at != "" && at != "." {
		if path.Base(at) != nodeModules {
			if i, found := t.keys[at+"/"+nodeModules+"/"+name]; found {
				return i, true
			}
		}
		at = path.Dir(at)
	}
	i, found := t.keys[nodeModules+"/"+name]
	return i, found
}

// readPackages reads versions 2 and 3, which list packages by where they are
// installed, and the projects of a workspace by their folders.
func (d *document) readPackages(f *file, packages *jsonNode) {
	var t npmTree
	members := packages.members()
	for _, m := range members {
		at := m.key
		tables := []*jsonNode{m.get("dependencies"), m.get("optionalDependencies"), m.get("peerDependencies")}
		switch name := m.get("name").text(); {
		case m.get("link").isTrue():
			// The project itself is another entry.
			t.add(entry{name: at, local: true}, []string{at}, []string{m.get("resolved").text()})
		case !isInstalled(at):
			if at != "" {
				d.members = append(d.members, at)
			}
			t.place(entry{name: at, local: true}, at, tables...)
		default:
			t.place(entry{
				name:    cmp.Or(name, installedName(at)),
				version: m.get("version").text(),
				line:    f.span(m.start, m.get("version").line()),
				dev:     m.get("dev").isTrue() || m.get("devOptional").isTrue(),
				at:      at,
			}, at, tables...)
		}
	}
	for _, m := range members {
		if isInstalled(m.key) {
			continue
		}
		for _, table := range []string{"dependencies", "optionalDependencies", "peerDependencies", "devDependencies"} {
			for _, dep := range m.get(table).members() {
				if i, found := t.nearest(m.key, dep.key); found {
					name, _ := npmAlias(dep.key, dep.text())
					t.lock.roots = append(t.lock.roots, root{
						entry: i, name: name, dir: path.Join(".", m.key), dev: table == "devDependencies",
					})
				}
			}
		}
	}
	t.settle()
	d.lock = t.done()
}

// isInstalled says whether a place is in node_modules, and not a project's.
func isInstalled(at string) bool { return strings.Contains("/"+at, "/"+nodeModules+"/") }

// installedName is the name of the package at a place.
func installedName(at string) string {
	return at[strings.LastIndex(at, nodeModules+"/")+len(nodeModules)+1:]
}

// readNested reads version 1, which nests packages as they are installed.
func (t *npmTree) readNested(f *file, dependencies *jsonNode, above string) {
	if len(above) > maxPlace {
		return
	}
	for _, m := range dependencies.members() {
		at := path.Join(above, nodeModules) + "/" + m.key
		name, version := npmAlias(m.key, m.get("version").text())
		t.place(entry{
			name: name, version: version, line: f.span(m.start, m.get("version").line()), dev: m.get("dev").isTrue(), at: at,
		}, at, m.get("requires"))
		t.readNested(f, m.get("dependencies"), at)
	}
}
