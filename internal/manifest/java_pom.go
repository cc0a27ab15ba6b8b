package manifest

import (
	"path"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// pomXML reads pom.xml.
type pomXML struct{}

// pom is what a pom.xml says, with its properties not yet filled in.
type pom struct {
	group, artifact, version string
	parent                   *pomParent // nil when it has none
	properties               map[string]pomProperty
	dependencies             []pomDependency
	managed                  []pomDependency
}

type pomParent struct {
	group, artifact, version string
	path                     string // from the root of the repository; empty for a parent that is elsewhere
	line                     finding.Line
}

type pomProperty struct {
	value string
	line  finding.Line
}

type pomDependency struct {
	group, artifact, version string
	line                     finding.Line // from the name to the version
	test, bom                bool
}

func (pomXML) wants(p string) bool {
	b := path.Base(p)
	return b == "pom.xml" || strings.HasSuffix(b, ".pom")
}

func (pomXML) read(f *file) (*document, error) {
	top, err := readXML(f)
	if err != nil {
		return nil, err
	}
	project := top.get("project")
	if project == nil {
		return nil, &lineError{1, "it has no project"}
	}
	p := &pom{
		group:      project.get("groupId").text(),
		artifact:   project.get("artifactId").text(),
		version:    project.get("version").text(),
		properties: make(map[string]pomProperty),
	}
	if parent := project.get("parent"); parent != nil {
		p.parent = &pomParent{
			group:    parent.get("groupId").text(),
			artifact: parent.get("artifactId").text(),
			version:  parent.get("version").text(),
			line:     f.span(parent.get("artifactId").line(), parent.get("version").line()),
		}
		where := "../pom.xml"
		if r := parent.get("relativePath"); r != nil {
			where = r.text()
		}
		if where != "" {
			p.parent.path = path.Join(path.Dir(f.path), where)
			if path.Ext(where) == "" {
				p.parent.path = path.Join(p.parent.path, "pom.xml")
			}
		}
	}
	for _, n := range project.get("properties").list() {
		p.properties[n.name] = pomProperty{n.text(), f.span(n.start, n.end)}
	}
	p.dependencies = pomDependencies(f, project.get("dependencies"))
	p.managed = pomDependencies(f, project.get("dependencyManagement", "dependencies"))
	for _, profile := range project.get("profiles").list() {
		p.dependencies = append(p.dependencies, pomDependencies(f, profile.get("dependencies"))...)
		p.managed = append(p.managed, pomDependencies(f, profile.get("dependencyManagement", "dependencies"))...)
	}
	return &document{name: p.artifact, pom: p}, nil
}

// maxDependencies is how many entries of a list count; the longest real lists of
// versions have some two thousand.
const maxDependencies = 5000

func pomDependencies(f *file, list *xmlNode) []pomDependency {
	var found []pomDependency
	for _, n := range list.list() {
		if n.name != "dependency" || len(found) >= maxDependencies {
			continue
		}
		found = append(found, pomDependency{
			group:    n.get("groupId").text(),
			artifact: n.get("artifactId").text(),
			version:  n.get("version").text(),
			line:     f.span(n.get("artifactId").line(), n.get("version").line()),
			test:     n.get("scope").text() == "test",
			bom:      n.get("scope").text() == "import",
		})
	}
	return found
}
