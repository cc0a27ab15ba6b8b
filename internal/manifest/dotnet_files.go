package manifest

import (
	"path"
	"strings"
)

// dotNetProject reads project files and the files that MSBuild includes for all
// projects below a folder.
type dotNetProject struct{}

func isDotNetProject(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".csproj", ".fsproj", ".vbproj":
		return true
	}
	return false
}

func isDotNetShared(name string) bool {
	switch strings.ToLower(name) {
	case "directory.packages.props", "directory.build.props", "directory.build.targets", "packages.props":
		return true
	}
	return false
}

func (dotNetProject) wants(p string) bool {
	return isDotNetProject(p) || isDotNetShared(path.Base(p))
}

func (dotNetProject) read(f *file) (*document, error) {
	top, err := readXML(f)
	if err != nil {
		return nil, err
	}
	base := path.Base(f.path)
	d := &dotNetFile{
		properties: make(map[string]pomProperty),
		versions:   make(map[string]request),
		shared:     isDotNetShared(base),
	}
	doc := &document{name: strings.TrimSuffix(base, path.Ext(base)), dotNet: d}
	if d.shared {
		doc.name = ""
	}
	for _, group := range top.get("Project").list() {
		switch group.name {
		case "PropertyGroup":
			for _, p := range group.children {
				d.properties[strings.ToLower(p.name)] = pomProperty{p.content, f.span(p.start, p.end)}
				if p.name == "AssemblyName" && p.content != "" && !strings.Contains(p.content, "$(") {
					doc.name = p.content
				}
			}
		case "ItemGroup":
			for _, item := range group.children {
				d.item(f, item)
			}
		}
	}
	return doc, nil
}

func (d *dotNetFile) item(f *file, item *xmlNode) {
	name := item.attribute("Include")
	if name == "" {
		name = item.attribute("Update")
	}
	want, end := item.attribute("VersionOverride"), item.start
	if want == "" {
		want = item.attribute("Version")
	}
	if v := item.get("Version"); v != nil && want == "" {
		want, end = v.text(), v.line()
	} else if len(item.children) == 0 {
		end = item.end // attributes may stand on lines of their own
	}
	if name == "" {
		return
	}
	r := request{name: strings.ToLower(name), want: want, line: f.span(item.start, end), role: roleDirect}
	switch item.name {
	case "PackageReference", "GlobalPackageReference":
		d.references = append(d.references, r)
	case "PackageVersion":
		d.versions[r.name] = r
	}
}

// packagesConfig reads packages.config, the older list of a project's packages.
type packagesConfig struct{}

func (packagesConfig) wants(p string) bool { return strings.EqualFold(path.Base(p), "packages.config") }

func (packagesConfig) read(f *file) (*document, error) {
	top, err := readXML(f)
	if err != nil {
		return nil, err
	}
	doc := &document{}
	for _, p := range top.get("packages").list() {
		if id := p.attribute("id"); id != "" {
			doc.requests = append(doc.requests, request{
				name: strings.ToLower(id), want: p.attribute("version"), line: f.span(p.start, p.end), role: roleDirect,
				dev: p.attribute("developmentDependency") == "true",
			})
		}
	}
	return doc, nil
}

// packagesLock reads packages.lock.json, which has a graph for every target
// framework.
type packagesLock struct{}

func (packagesLock) wants(p string) bool { return path.Base(p) == "packages.lock.json" }

func (packagesLock) read(f *file) (*document, error) {
	top, err := readJSON(f)
	if err != nil {
		return nil, err
	}
	var g lockGraph
	for _, target := range top.get("dependencies").members() {
		for _, p := range target.members() {
			name := strings.ToLower(p.key)
			var needs []string
			for _, n := range p.get("dependencies").members() {
				needs = append(needs, target.key+"|"+strings.ToLower(n.key))
			}
			resolved := p.get("resolved")
			g.add(entry{
				name: name, title: p.key, version: resolved.text(), line: f.span(p.start, resolved.line()), local: p.get("type").text() == "Project",
			}, []string{target.key + "|" + name}, needs)
		}
		for _, p := range target.members() {
			if p.get("type").text() == "Direct" {
				name := strings.ToLower(p.key)
				g.ask(target.key+"|"+name, root{name: name, dir: "."})
			}
		}
	}
	return &document{lock: g.done()}, nil
}
