package manifest

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// dotNetSystem joins the libraries of .NET applications with project files,
// central lists of versions and packages.lock.json.
type dotNetSystem struct {
	projects []*project
	names    []string // of all project files, in lower case
}

// dotNetFile is what an MSBuild file says, with its properties not yet filled
// in.
type dotNetFile struct {
	properties map[string]pomProperty // by name in lower case
	references []request
	versions   map[string]request // central ones, by name
	shared     bool               // it is for all projects below its folder
}

func newDotNetSystem(docs []*document) system {
	s := &dotNetSystem{}
	shared := make(map[string][]*dotNetFile) // by folder
	for _, d := range docs {
		if d.dotNet != nil && d.dotNet.shared {
			shared[d.dir] = append(shared[d.dir], d.dotNet)
		}
	}
	for _, d := range docs {
		if d.dotNet == nil {
			continue
		}
		resolveDotNet(d, shared)
		if !d.dotNet.shared {
			s.names = append(s.names, strings.ToLower(d.name))
		}
	}
	s.projects = newProjects(docs, nuGetRange)
	return s
}

func (s *dotNetSystem) find(p finding.Package, siblings []finding.Package) []finding.Manifest {
	a := ask{name: strings.ToLower(p.Name), title: p.Name, version: p.Version}
	if p.Type != "dotnet-core" {
		return findAll(s.projects, a)
	}
	// The file that lists the libraries is named after the application.
	app := strings.ToLower(strings.TrimSuffix(path.Base(p.Path), ".deps.json"))
	if !slices.Contains(s.names, app) {
		return nil
	}
	a.tied = true
	var lines []finding.Manifest
	for _, pr := range s.projects {
		if slices.ContainsFunc(pr.manifests, func(m *document) bool { return strings.ToLower(m.name) == app }) {
			lines = append(lines, findAll([]*project{pr}, a)...)
		}
	}
	if len(lines) == 0 {
		// What another project of the repository brought.
		a.tied = false
		lines = findAll(s.projects, a)
	}
	return lines
}

var msBuildUse = regexp.MustCompile(`\$\(([\w.]{1,200})\)`)

// resolveDotNet turns the references of a project into requests, with the
// central versions and the properties of the files above it.
func resolveDotNet(d *document, shared map[string][]*dotNetFile) {
	scope := []*dotNetFile{d.dotNet}
	for dir := d.dir; ; dir = path.Dir(dir) {
		scope = append(scope, shared[dir]...)
		if dir == "." {
			break
		}
	}
	for _, r := range d.dotNet.references {
		if r.want == "" {
			for _, f := range scope {
				if v, found := f.versions[r.name]; found {
					r.want, r.property = v.want, v.line
					break
				}
			}
		}
		r.want = msBuildUse.ReplaceAllStringFunc(r.want, func(use string) string {
			for _, f := range scope {
				if v, found := f.properties[strings.ToLower(use[2:len(use)-1])]; found {
					r.property = v.line
					return v.value
				}
			}
			return use
		})
		d.requests = append(d.requests, r)
	}
}
