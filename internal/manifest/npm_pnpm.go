package manifest

import (
	"errors"
	"path"
	"strings"
)

// pnpmLock reads pnpm-lock.yaml, versions 5 to 9.
type pnpmLock struct{}

func (pnpmLock) wants(p string) bool { return path.Base(p) == "pnpm-lock.yaml" }

func (pnpmLock) read(f *file) (*document, error) {
	top, err := readIndented(f, ":")
	if err != nil {
		return nil, err
	}
	if top.get("lockfileVersion") == nil {
		return nil, errors.New("it has no lockfileVersion")
	}
	// Version 9 keeps what a package needs apart, once for every set of peers.
	needs := make(map[string][]string)
	for _, s := range top.get("snapshots").list() {
		name, version := pnpmKey(s.key)
		id := name + "@" + version
		needs[id] = append(needs[id], pnpmNeeds(s)...)
	}
	var g lockGraph
	for _, block := range top.get("packages").list() {
		name, version := pnpmKey(block.key)
		id := name + "@" + version
		e := entry{name: name, version: version, line: f.span(block.line, block.line), dev: block.get("dev").text() == "true"}
		if n, v := block.get("name"), block.get("version"); v != nil {
			// Not from a registry, so that the key is an address.
			if e.version = v.text(); n != nil {
				e.name = n.text()
			}
		}
		g.add(e, []string{id}, append(pnpmNeeds(block), needs[id]...))
	}

	doc := &document{}
	if importers := top.get("importers"); importers != nil {
		for _, i := range importers.list() {
			if i.key != "." {
				doc.members = append(doc.members, i.key)
			}
			pnpmRoots(&g, i, path.Clean(i.key))
		}
	} else {
		pnpmRoots(&g, top, ".")
	}
	doc.lock = g.done()
	return doc, nil
}

// pnpmRoots adds what the project in dir asks for.
func pnpmRoots(g *lockGraph, importer *indentNode, dir string) {
	for _, table := range []string{"dependencies", "optionalDependencies", "devDependencies"} {
		for _, dep := range importer.get(table).list() {
			version := dep.value
			if v := dep.get("version"); v != nil {
				version = v.text()
			}
			id := pnpmID(dep.key, version)
			name, _ := cutDescriptor(id)
			g.ask(id, root{name: name, dir: dir, dev: table == "devDependencies"})
		}
	}
}

func pnpmNeeds(block *indentNode) []string {
	var needs []string
	for _, table := range []string{"dependencies", "optionalDependencies"} {
		for _, dep := range block.get(table).list() {
			needs = append(needs, pnpmID(dep.key, dep.value))
		}
	}
	return needs
}

// pnpmID is "name@version" of a dependency; for an alias, the value has the name.
func pnpmID(name, value string) string {
	bare, _, _ := strings.Cut(value, "(")
	if strings.HasPrefix(bare, "/") || strings.Contains(bare[min(1, len(bare)):], "@") && !strings.Contains(bare, "_") {
		n, v := pnpmKey(value)
		return n + "@" + v
	}
	bare, _, _ = strings.Cut(bare, "_")
	return name + "@" + bare
}

// pnpmKey splits the key of a package and leaves out its peers:
// "/@s/name/1.0.0_peer@2.0.0" in version 5, "/@s/name@1.0.0(peer@2.0.0)" in 6,
// the same without the first slash in 9.
func pnpmKey(key string) (name, version string) {
	key, _, _ = strings.Cut(strings.TrimPrefix(key, "/"), "(")
	words := 1
	if strings.HasPrefix(key, "@") {
		words = 2
	}
	if parts := strings.SplitN(key, "/", words+1); len(parts) > words && !strings.Contains(parts[words-1][min(1, len(parts[words-1])):], "@") {
		version, _, _ = strings.Cut(parts[words], "_")
		return strings.Join(parts[:words], "/"), version
	}
	return cutDescriptor(key)
}

// pnpmWorkspace reads the overrides and members of a pnpm workspace.
type pnpmWorkspace struct{}

func (pnpmWorkspace) wants(p string) bool { return path.Base(p) == "pnpm-workspace.yaml" }

func (pnpmWorkspace) read(f *file) (*document, error) {
	top, err := readIndented(f, ":")
	if err != nil {
		return nil, err
	}
	doc := &document{}
	for _, p := range top.get("packages").list() {
		doc.members = append(doc.members, p.value)
	}
	for _, o := range top.get("overrides").list() {
		_, want := npmAlias(o.key, o.value)
		doc.requests = append(doc.requests, request{name: overridden(o.key), want: want, line: f.span(o.line, o.line), role: roleReplace})
	}
	return doc, nil
}
