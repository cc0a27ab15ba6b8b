package manifest

import (
	"path"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// javaSystem joins jars with Maven's pom.xml and Gradle's files.
type javaSystem struct {
	poms   *pomSet
	gradle []*project
}

func newJavaSystem(docs []*document) system {
	s := &javaSystem{poms: newPOMSet(docs)}
	resolveGradle(docs)
	var gradle []*document
	for _, d := range docs {
		if d.pom == nil {
			gradle = append(gradle, d)
		}
	}
	s.gradle = newProjects(gradle, mavenRange)
	return s
}

func (s *javaSystem) find(p finding.Package, siblings []finding.Package) []finding.Manifest {
	outer := outermostArchive(p.Path)
	var inArchive bool
	var own []*document
	for _, sibling := range siblings {
		if sibling.Path != outer {
			continue
		}
		inArchive = true
		own = append(own, s.poms.byName[sibling.Name]...)
	}
	poms := s.poms.all
	switch {
	case len(own) > 0:
		poms = s.poms.closure(own)
	case inArchive && outer != p.Path:
		return nil // the archive says that it is somebody else's
	}
	a := ask{name: p.Name, title: p.Name, version: p.Version}
	lines := append(s.poms.find(poms, a), findAll(s.gradle, a)...)
	if slices.ContainsFunc(lines, isSure) {
		lines = slices.DeleteFunc(lines, func(m finding.Manifest) bool { return !isSure(m) })
	}
	return lines
}

// outermostArchive is the file of the image that an archive is in, which may be
// that itself.
func outermostArchive(p string) string {
	parts := strings.Split(p, "/")
	i := slices.IndexFunc(parts, func(part string) bool {
		return slices.Contains([]string{".jar", ".war", ".ear", ".par"}, strings.ToLower(path.Ext(part)))
	})
	if i < 0 {
		return p
	}
	return strings.Join(parts[:i+1], "/")
}
