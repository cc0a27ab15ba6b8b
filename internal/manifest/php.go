package manifest

import (
	"path"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// phpSystem joins what Composer installed with composer.json and composer.lock.
type phpSystem struct {
	projects []*project
}

func newPHPSystem(docs []*document) system {
	return &phpSystem{newProjects(docs, composerRange)}
}

func (s *phpSystem) find(p finding.Package, _ []finding.Package) []finding.Manifest {
	return findAll(s.projects, ask{name: strings.ToLower(p.Name), title: p.Name, version: p.Version, tied: true})
}

// composerJSON reads composer.json.
type composerJSON struct{}

func (composerJSON) wants(p string) bool { return path.Base(p) == "composer.json" }

func (composerJSON) read(f *file) (*document, error) {
	top, err := readJSON(f)
	if err != nil {
		return nil, err
	}
	doc := &document{name: top.get("name").text()}
	for _, table := range []string{"require", "require-dev"} {
		for _, m := range top.get(table).members() {
			if strings.Contains(m.key, "/") { // the others are PHP and its extensions
				doc.requests = append(doc.requests, request{
					name: strings.ToLower(m.key), want: m.text(), line: f.span(m.start, m.end), role: roleDirect, dev: table == "require-dev",
				})
			}
		}
	}
	return doc, nil
}

// composerLock reads composer.lock.
type composerLock struct{}

func (composerLock) wants(p string) bool { return path.Base(p) == "composer.lock" }

func (composerLock) read(f *file) (*document, error) {
	top, err := readJSON(f)
	if err != nil {
		return nil, err
	}
	var g lockGraph
	for _, table := range []string{"packages", "packages-dev"} {
		for _, p := range top.get(table).elements() {
			name := strings.ToLower(p.get("name").text())
			if name == "" {
				continue
			}
			var needs []string
			for _, n := range p.get("require").members() {
				needs = append(needs, strings.ToLower(n.key))
			}
			g.add(entry{
				name:    name,
				version: p.get("version").text(),
				line:    f.span(p.get("name").line(), p.get("version").line()),
				dev:     table == "packages-dev",
			}, []string{name}, needs)
		}
	}
	l := g.done()
	l.rootsUnknown = true
	return &document{lock: l}, nil
}
