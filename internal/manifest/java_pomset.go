package manifest

import (
	"regexp"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// pomSet is the pom.xml files of a repository, which refer to each other.
type pomSet struct {
	all    []*document
	byPath map[string]*document
	byName map[string][]*document // by "group:artifact"
}

func newPOMSet(docs []*document) *pomSet {
	s := &pomSet{byPath: make(map[string]*document), byName: make(map[string][]*document)}
	for _, d := range docs {
		if d.pom != nil {
			s.all = append(s.all, d)
			s.byPath[d.path] = d
		}
	}
	for _, d := range s.all {
		group := d.pom.group
		if group == "" && d.pom.parent != nil {
			group = d.pom.parent.group
		}
		s.byName[group+":"+d.pom.artifact] = append(s.byName[group+":"+d.pom.artifact], d)
	}
	return s
}

// maxParents is how long a chain of parents is followed, and how deep properties
// are filled in.
const maxParents = 20

// lineage is a pom.xml and its parents in the repository, the nearest first;
// external is the last one's parent line when that parent is elsewhere.
func (s *pomSet) lineage(d *document) (chain []*document, external finding.Line) {
	for range maxParents {
		chain = append(chain, d)
		parent := d.pom.parent
		if parent == nil {
			return chain, finding.Line{}
		}
		next := s.byPath[parent.path]
		if next == nil || next.pom.artifact != parent.artifact {
			next = nil
			if named := s.byName[parent.group+":"+parent.artifact]; len(named) == 1 {
				next = named[0]
			}
		}
		if next == nil {
			return chain, parent.line
		}
		d = next
	}
	return chain, finding.Line{}
}

// closure is the pom.xml files that decide about what is in the archives of
// some: their parents, and the modules of the repository that they need.
func (s *pomSet) closure(start []*document) []*document {
	var found []*document
	seen := make(map[*document]bool)
	for queue := start; len(queue) > 0; queue = queue[1:] {
		d := queue[0]
		if seen[d] {
			continue
		}
		seen[d] = true
		found = append(found, d)
		chain, _ := s.lineage(d)
		queue = append(queue, chain...)
		for _, dep := range d.pom.dependencies {
			queue = append(queue, s.byName[s.expand(chain, dep.group).text+":"+dep.artifact]...)
		}
	}
	return found
}

var pomReference = regexp.MustCompile(`\$\{([^${}]{1,200})\}`)

// expansion is a text with its properties filled in.
type expansion struct {
	text  string
	known bool           // all properties were found
	lines []finding.Line // of the properties that were used
}

// expand fills in the properties of a text, as the first of the chain sees them.
func (s *pomSet) expand(chain []*document, text string) expansion {
	e := expansion{text: text, known: true}
	for range maxParents {
		at := pomReference.FindStringSubmatchIndex(e.text)
		if at == nil || len(e.text) > 4096 {
			break
		}
		value, line, found := property(chain, e.text[at[2]:at[3]])
		if !found {
			e.known = false
			return e
		}
		if line.Start > 0 {
			e.lines = append(e.lines, line)
		}
		e.text = e.text[:at[0]] + value + e.text[at[1]:]
	}
	e.known = !strings.Contains(e.text, "${")
	return e
}

func property(chain []*document, name string) (value string, line finding.Line, found bool) {
	for _, d := range chain {
		if p, ok := d.pom.properties[name]; ok {
			return p.value, p.line, true
		}
	}
	own := chain[0].pom
	bare := strings.TrimPrefix(strings.TrimPrefix(name, "project."), "pom.")
	if parent, isParent := strings.CutPrefix(bare, "parent."); isParent && own.parent != nil {
		switch parent {
		case "version":
			return own.parent.version, own.parent.line, true
		case "groupId":
			return own.parent.group, finding.Line{}, true
		}
	}
	for _, d := range chain {
		switch {
		case bare == "version" && d.pom.version != "":
			return d.pom.version, finding.Line{}, true
		case bare == "groupId" && d.pom.group != "":
			return d.pom.group, finding.Line{}, true
		case d.pom.parent == nil:
		case bare == "version":
			return d.pom.parent.version, d.pom.parent.line, true
		case bare == "groupId":
			return d.pom.parent.group, finding.Line{}, true
		}
	}
	return "", finding.Line{}, false
}

// find are the lines of some pom.xml files for a package. Maven resolves no
// graph into a file, so that what nobody asks for by name has no line.
func (s *pomSet) find(poms []*document, a ask) []finding.Manifest {
	var lines []finding.Manifest
	requested := false
	for _, d := range poms {
		chain, external := s.lineage(d)
		for _, dep := range d.pom.dependencies {
			if s.named(chain, dep, a.name) {
				found := s.requested(chain, external, dep, a)
				requested = requested || len(found) > 0
				lines = append(lines, found...)
			}
		}
	}
	if requested {
		return lines
	}
	for _, d := range poms {
		chain, _ := s.lineage(d)
		for _, dep := range d.pom.managed {
			if version := s.expand(chain, dep.version); s.named(chain, dep, a.name) && version.text == a.version {
				lines = append(lines, finding.Manifest{Line: dep.line, Role: roleReplace, Confidence: finding.Declared, Path: []string{a.name}})
				lines = append(lines, propertyLines(version, dep.test, a)...)
			}
		}
	}
	return lines
}

func (s *pomSet) named(chain []*document, dep pomDependency, name string) bool {
	return strings.HasSuffix(name, ":"+dep.artifact) && s.expand(chain, dep.group).text+":"+dep.artifact == name
}

// requested are the lines for a dependency: where its version is written, which
// may be a property or the dependencyManagement of a parent, and itself.
func (s *pomSet) requested(chain []*document, external finding.Line, dep pomDependency, a ask) []finding.Manifest {
	direct := finding.Manifest{Line: dep.line, Role: roleDirect, Confidence: finding.Declared, Path: []string{a.name}, Dev: dep.test}
	lines := []finding.Manifest{direct}
	written := dep.version
	if written == "" {
		if m, found := s.managed(chain, a.name); found {
			managed := direct
			managed.Line, managed.Role = m.line, roleProperty
			lines = append(lines, managed)
			written = m.version
		}
	}
	if written == "" {
		return s.managedElsewhere(chain, external, direct)
	}
	version := s.expand(chain, written)
	lines = append(lines, propertyLines(version, dep.test, a)...)
	switch {
	case version.text == a.version:
		return lines
	case !version.known && external.Start > 0, version.known && strings.ContainsAny(version.text, "[(,"):
		// A property that a parent elsewhere defines, or a range.
		for i := range lines {
			lines[i].Confidence = finding.Inferred
		}
		return lines
	}
	return nil
}

func propertyLines(version expansion, test bool, a ask) []finding.Manifest {
	var lines []finding.Manifest
	for _, l := range version.lines {
		lines = append(lines, finding.Manifest{Line: l, Role: roleProperty, Confidence: finding.Declared, Path: []string{a.name}, Dev: test})
	}
	return lines
}

// managed is the nearest dependencyManagement entry for a package.
func (s *pomSet) managed(chain []*document, name string) (pomDependency, bool) {
	for _, d := range chain {
		for _, m := range d.pom.managed {
			if !m.bom && s.named(chain, m, name) {
				return m, true
			}
		}
	}
	return pomDependency{}, false
}

// managedElsewhere are the lines for a dependency whose version comes from a
// parent or a list of versions outside the repository: theirs are the ones to
// change.
func (s *pomSet) managedElsewhere(chain []*document, external finding.Line, direct finding.Manifest) []finding.Manifest {
	direct.Confidence = finding.Inferred
	lines := []finding.Manifest{direct}
	parent := direct
	parent.Role = roleParent
	if external.Start > 0 {
		parent.Line = external
		lines = append(lines, parent)
	}
	for _, d := range chain {
		for _, m := range d.pom.managed {
			if m.bom {
				parent.Line = m.line
				lines = append(lines, parent)
			}
		}
	}
	return lines
}
