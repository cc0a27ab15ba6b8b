package manifest

import (
	"path"
	"strings"
)

// yarnLock reads yarn.lock, both the first format and that of yarn 2 and later
// ("berry"), which is YAML.
type yarnLock struct{}

func (yarnLock) wants(p string) bool { return path.Base(p) == "yarn.lock" }

func (yarnLock) read(f *file) (*document, error) {
	if strings.Contains(f.text, "\n__metadata:") || strings.HasPrefix(f.text, "__metadata:") {
		return readBerry(f)
	}
	top, err := readIndented(f, " ")
	if err != nil {
		return nil, err
	}
	var g lockGraph
	for _, block := range top.list() {
		descriptors := yarnDescriptors(block.key)
		if len(descriptors) == 0 {
			continue
		}
		alias, want := cutDescriptor(descriptors[0])
		name, _ := npmAlias(alias, want)
		version := block.get("version")
		g.add(entry{name: name, version: version.text(), line: f.span(block.line, version.at())},
			descriptors, yarnNeeds(block, "dependencies", "optionalDependencies"))
	}
	return &document{lock: yarnRoots(&g)}, nil
}

// yarnRoots leaves it to package.json to say what was asked for.
func yarnRoots(g *lockGraph) *lock {
	l := g.done()
	l.rootsUnknown = true
	l.byDescriptor = g.keys
	return l
}

func yarnNeeds(block *indentNode, tables ...string) []string {
	var needs []string
	for _, t := range tables {
		for _, dep := range block.get(t).list() {
			needs = append(needs, joinKeys(dep.key+"@"+dep.value, dep.key+"@npm:"+dep.value))
		}
	}
	return needs
}

// readBerry reads the later format. It lists the projects of the workspace too.
func readBerry(f *file) (*document, error) {
	top, err := readIndented(f, ":")
	if err != nil {
		return nil, err
	}
	doc := &document{}
	var g lockGraph
	for _, block := range top.list() {
		if block.key == "__metadata" {
			continue
		}
		name, reference := cutDescriptor(block.get("resolution").text())
		e := entry{name: name, version: block.get("version").text(), line: f.span(block.line, block.get("version").at())}
		if dir, found := strings.CutPrefix(reference, "workspace:"); found {
			e.local = true
			if dir != "." {
				doc.members = append(doc.members, dir)
			}
		}
		g.add(e, yarnDescriptors(block.key), yarnNeeds(block, "dependencies", "optionalDependencies"))
	}
	doc.lock = yarnRoots(&g)
	return doc, nil
}

// yarnDescriptors are the requests that a block of yarn.lock answers.
func yarnDescriptors(key string) []string {
	var all []string
	for d := range strings.SplitSeq(key, ",") {
		if d = strings.Trim(strings.TrimSpace(d), `"`); d != "" {
			all = append(all, d)
		}
	}
	return all
}

// cutDescriptor splits "name@range"; the name may begin with "@".
func cutDescriptor(d string) (name, want string) {
	if i := strings.IndexByte(d[min(1, len(d)):], '@'); i >= 0 {
		return d[:i+1], d[i+2:]
	}
	return d, ""
}
