package manifest

import (
	"errors"
	"path"
	"strings"
)

// packageJSON reads package.json.
type packageJSON struct{}

func (packageJSON) wants(p string) bool { return path.Base(p) == "package.json" }

func (packageJSON) read(f *file) (*document, error) {
	top, err := readJSON(f)
	if err != nil {
		return nil, err
	}
	if !top.object {
		return nil, errors.New("it is not an object")
	}
	doc := &document{name: top.get("name").text()}
	asked := make(map[string]bool)
	for _, table := range []struct {
		key string
		dev bool
	}{{"optionalDependencies", false}, {"dependencies", false}, {"peerDependencies", false}, {"devDependencies", true}} {
		for _, m := range top.get(table.key).members() {
			if asked[m.key] && table.key != "devDependencies" {
				continue // said twice, and npm takes the first in this order
			}
			asked[m.key] = true
			name, want := npmAlias(m.key, m.text())
			doc.requests = append(doc.requests, request{
				name: name, want: want, line: f.span(m.start, m.end), role: roleDirect, dev: table.dev,
			})
		}
	}
	doc.override(f, top.get("overrides"), 0)
	doc.override(f, top.get("resolutions"), 0)
	doc.override(f, top.get("pnpm").get("overrides"), 0)

	workspaces := top.get("workspaces")
	if workspaces != nil && workspaces.object {
		workspaces = workspaces.get("packages")
	}
	for _, w := range workspaces.elements() {
		doc.members = append(doc.members, w.text())
	}
	return doc, nil
}

// npmAlias resolves "npm:NAME@RANGE", which installs NAME under another name.
func npmAlias(name, want string) (realName, realWant string) {
	if target, found := strings.CutPrefix(want, "npm:"); found {
		if i := strings.LastIndexByte(target, '@'); i > 0 {
			return target[:i], target[i+1:]
		}
		if strings.ContainsAny(target, "abcdefghijklmnopqrstuvwxyz@") {
			return target, ""
		}
		return name, target
	}
	return name, want
}

// override adds the lines that replace versions anywhere below. npm nests them,
// with "." for the package itself; yarn and pnpm write paths.
func (d *document) override(f *file, n *jsonNode, depth int) {
	if depth > 8 {
		return
	}
	for _, m := range n.members() {
		if m.object {
			if self := m.get("."); self != nil {
				d.requests = append(d.requests, request{
					name: overridden(m.key), want: self.text(), line: f.span(self.start, self.end), role: roleReplace,
				})
			}
			d.override(f, m, depth+1)
			continue
		}
		if m.key == "." || strings.HasPrefix(m.text(), "$") {
			continue // the latter is the version of the direct request
		}
		_, want := npmAlias(m.key, m.text())
		d.requests = append(d.requests, request{name: overridden(m.key), want: want, line: f.span(m.start, m.end), role: roleReplace})
	}
}

// overridden is the name of the package that the key of an override is about:
// "a", "a@<2", "b>a", "b/a", "**/@s/a".
func overridden(key string) string {
	if i := strings.LastIndexByte(key, '>'); i >= 0 && i+1 < len(key) && key[i+1] != '=' && !strings.Contains(key[:i], "@") {
		key = key[i+1:]
	}
	name := key
	if i := strings.IndexByte(name[min(1, len(name)):], '@'); i >= 0 && !strings.HasSuffix(name[:i+1], "/") {
		name = name[:i+1]
	}
	parts := strings.Split(name, "/")
	if n := len(parts); n > 1 && strings.HasPrefix(parts[n-2], "@") {
		return parts[n-2] + "/" + parts[n-1]
	}
	return parts[len(parts)-1]
}
