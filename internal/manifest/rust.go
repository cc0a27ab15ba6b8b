package manifest

import (
	"slices"

	"github.com/org/imgscan-action/internal/finding"
)

// rustSystem joins the crates of Rust binaries with Cargo.toml and Cargo.lock.
type rustSystem struct {
	projects []*project
}

func newRustSystem(docs []*document) system {
	// A member of a workspace may take the version from the workspace's own table.
	workspace := make(map[string]request)
	for _, d := range docs {
		for _, r := range d.requests {
			if r.role == roleProperty {
				workspace[r.name] = r
			}
		}
	}
	for _, d := range docs {
		kept := d.requests[:0:0]
		for _, r := range d.requests {
			if w, found := workspace[r.name]; found && r.want == inWorkspace {
				r.want, r.property = w.want, w.line
			}
			if r.role != roleProperty {
				kept = append(kept, r)
			}
		}
		d.requests = kept
	}
	return &rustSystem{newProjects(docs, cargoRange)}
}

func (s *rustSystem) find(p finding.Package, siblings []finding.Package) []finding.Manifest {
	roots := rootCrates(p, siblings)
	projects := slices.DeleteFunc(slices.Clone(s.projects), func(pr *project) bool { return !pr.builds(roots) })
	return findAll(projects, ask{name: p.Name, title: p.Name, version: p.Version, tied: true})
}

// rootCrates are the crates of a binary that no other crate of it needs: the one
// that it was built from.
func rootCrates(p finding.Package, siblings []finding.Package) []string {
	needed := make(map[string]bool)
	for _, s := range siblings {
		for _, id := range s.DependsOn {
			needed[id] = true
		}
	}
	var roots []string
	for _, s := range siblings {
		if s.Type == p.Type && s.Path == p.Path && !needed[s.ID] {
			roots = append(roots, s.Name)
		}
	}
	return roots
}

// builds says whether one of the crates is a crate of the repository that the
// project is about.
func (p *project) builds(crates []string) bool {
	if p.lock != nil && slices.ContainsFunc(p.lock.entries, func(e entry) bool { return e.local && slices.Contains(crates, e.name) }) {
		return true
	}
	return slices.ContainsFunc(p.manifests, func(m *document) bool { return m.name != "" && slices.Contains(crates, m.name) })
}
