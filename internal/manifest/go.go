package manifest

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/org/imgscan-action/internal/finding"
)

// goSystem joins the modules of Go binaries with go.mod files.
type goSystem struct {
	modules []*document
	works   []*document
}

func newGoSystem(docs []*document) system {
	s := &goSystem{}
	for _, d := range docs {
		if d.goMod.isWork {
			s.works = append(s.works, d)
		} else {
			s.modules = append(s.modules, d)
		}
	}
	return s
}

func (s *goSystem) find(p finding.Package, siblings []finding.Package) []finding.Manifest {
	main, known := goMain(p, siblings)
	if !known {
		return nil
	}
	var lines []finding.Manifest
	modules := 0
	for _, m := range s.modules {
		if m.name == main {
			if found := s.inModule(m, p, main); len(found) > 0 {
				lines = append(lines, found...)
				modules++
			}
		}
	}
	if modules > 1 {
		doubt(lines)
	}
	return lines
}

// goMain is the path of the main module of the binary that p is in: the one
// package of it that has dependencies, which Trivy says of no other.
func goMain(p finding.Package, siblings []finding.Package) (string, bool) {
	for _, s := range append([]finding.Package{p}, siblings...) {
		if s.Type == p.Type && s.Path == p.Path && len(s.DependsOn) > 0 {
			return s.Name, true
		}
	}
	return "", false
}

// inModule are the lines for p where m is the main module, in its go.mod and in
// the workspace that m may be in.
func (s *goSystem) inModule(m *document, p finding.Package, main string) []finding.Manifest {
	work := s.workOf(m)
	switch p.Name {
	case "stdlib":
		return goToolchain(m, work, p.Version)
	case main:
		return []finding.Manifest{{Line: m.goMod.module, Role: roleDirect, Confidence: finding.Declared, Path: []string{main}}}
	}

	// A binary names what a module was replaced by; replace lines of the workspace
	// go before those of its modules.
	peers := s.peers(m, work)
	scopes := peers
	if work != nil {
		scopes = append([]*document{work}, peers...)
	}
	for _, d := range scopes {
		if lines := goReplaced(d, p, peers); len(lines) > 0 {
			return lines
		}
	}
	return goRequired(m, peers, p)
}

// workOf is the go.work that uses the module; nil when none does.
func (s *goSystem) workOf(m *document) *document {
	i := slices.IndexFunc(s.works, func(w *document) bool { return slices.Contains(w.goMod.uses, m.dir) })
	if i < 0 {
		return nil
	}
	return s.works[i]
}

// peers are the modules whose go.mod files choose versions together: m first,
// then the others of its workspace.
func (s *goSystem) peers(m, work *document) []*document {
	peers := []*document{m}
	if work != nil {
		for _, other := range s.modules {
			if other != m && slices.Contains(work.goMod.uses, other.dir) {
				peers = append(peers, other)
			}
		}
	}
	return peers
}

// goToolchain is the line that chooses the Go version, and with it the standard
// library: a builder that has a later one uses it, so it is proven only if equal.
func goToolchain(m, work *document, version string) []finding.Manifest {
	var lines []finding.Manifest
	for _, d := range []*document{work, m} {
		if d == nil || d.goMod.toolchain.Start == 0 {
			continue
		}
		line := finding.Manifest{Line: d.goMod.toolchain, Role: roleToolchain, Confidence: finding.Declared}
		if strings.TrimPrefix(d.goMod.version, "go") == strings.TrimPrefix(version, "v") {
			line.Confidence = finding.Proven
		}
		lines = append(lines, line)
	}
	return lines
}

// goReplaced are the replace line in d that put p into the binary and the
// require lines that it overrides; empty when p was not put there so.
func goReplaced(d *document, p finding.Package, peers []*document) []finding.Manifest {
	for _, r := range d.goMod.replaces {
		if !replacedBy(r, p.Name) {
			continue
		}
		requires := goLines(peers, r.oldPath)
		if r.oldVersion != "" {
			requires = slices.DeleteFunc(requires, func(q request) bool { return q.want != r.oldVersion })
		}
		if len(requires) == 0 && r.newVersion != p.Version {
			continue // of a version that the build does not use
		}
		replace := finding.Manifest{Line: r.line, Role: roleReplace, Confidence: finding.Declared, Path: []string{p.Name}}
		if r.newVersion == p.Version {
			replace.Confidence = finding.Proven
		}
		lines := []finding.Manifest{replace}
		for _, q := range requires {
			lines = append(lines, finding.Manifest{Line: q.line, Role: roleDirect, Confidence: finding.Declared, Path: []string{p.Name}})
		}
		return lines
	}
	return nil
}

// replacedBy says whether a package of a binary is what r replaces with. Folders
// are written as in go.mod.
func replacedBy(r goReplace, name string) bool {
	if r.newVersion == "" {
		return path.Clean(r.newPath) == path.Clean(name)
	}
	return r.newPath == name
}

// goRequired are the require lines for p. In a workspace the highest version
// wins, so the lines with that of the binary go alone if there are any.
func goRequired(m *document, peers []*document, p finding.Package) []finding.Manifest {
	requires := goLines(peers, p.Name)
	if i := slices.IndexFunc(requires, func(r request) bool { return r.want == p.Version }); i >= 0 {
		requires = slices.DeleteFunc(requires, func(r request) bool { return r.want != p.Version })
	} else if own := goLines([]*document{m}, p.Name); len(own) > 0 {
		requires = own
	} else {
		slices.SortStableFunc(requires, func(a, b request) int {
			return cmp.Compare(semver.Compare(b.want, a.want), 0)
		})
		requires = requires[:min(1, len(requires))]
	}
	var lines []finding.Manifest
	for _, r := range requires {
		line := finding.Manifest{Line: r.line, Role: roleDirect, Confidence: finding.Declared}
		if !r.indirect {
			line.Path = []string{p.Name} // else go.mod does not tell who asks for it
		}
		if r.want == p.Version {
			line.Confidence = finding.Proven
		}
		lines = append(lines, line)
	}
	return lines
}

// goLines are the require lines for a module path.
func goLines(docs []*document, module string) []request {
	var found []request
	for _, d := range docs {
		for _, r := range d.goMod.requires {
			if r.name == module {
				found = append(found, r)
			}
		}
	}
	return found
}
