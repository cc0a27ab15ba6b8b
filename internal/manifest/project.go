package manifest

import (
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// project is a lock file, if there is one, with the manifests that it resolves.
type project struct {
	dir       string // of the lock file, else of the manifests
	lock      *lock
	manifests []*document
	dialect   dialect

	reach    reach
	rootsAt  map[int][]int           // of the lock, by the entry that they lead to
	entries  map[string][]int        // of the lock, by name
	requests map[string][]requestRef // by name
}

// requestRef is a request and the manifest that it is in.
type requestRef struct {
	*document
	request
}

// newProjects puts manifests and lock files together. A manifest that no lock
// file claims is a project with the others in its folder.
func newProjects(docs []*document, d dialect) []*project {
	var all []*project
	claimed := make(map[*document]bool)
	manifestsOf := make(map[string][]*document) // by folder
	for _, m := range docs {
		if m.lock == nil {
			manifestsOf[m.dir] = append(manifestsOf[m.dir], m)
		}
	}
	for _, l := range docs {
		if l.lock == nil {
			continue
		}
		p := &project{dir: l.dir, lock: l.lock, dialect: d}
		var among members
		among.add(l.members)
		for _, m := range manifestsOf[l.dir] {
			among.add(m.members)
		}
		for _, m := range docs {
			if m.lock != nil {
				continue
			}
			rel, below := relative(l.dir, m.dir)
			if m.dir == l.dir || below && among.has(rel) && (l.names == nil || slices.Contains(l.names, m.name)) {
				p.manifests = append(p.manifests, m)
				claimed[m] = true
			}
		}
		all = append(all, p)
	}
	alone := make(map[string]*project)
	for _, m := range docs {
		if m.lock != nil || claimed[m] {
			continue
		}
		p := alone[m.dir]
		if p == nil {
			p = &project{dir: m.dir, dialect: d}
			alone[m.dir] = p
			all = append(all, p)
		}
		p.manifests = append(p.manifests, m)
	}
	for _, p := range all {
		p.index()
	}
	return all
}

// How often a project may name the same package and still be believed: a lock
// file by where it is installed, manifests by who asks.
const (
	maxSameEntries  = 1000
	maxSameRequests = 200
)

func (p *project) index() {
	p.requests = make(map[string][]requestRef)
	for _, m := range p.manifests {
		for _, r := range m.requests {
			if len(p.requests[r.name]) < maxSameRequests {
				p.requests[r.name] = append(p.requests[r.name], requestRef{m, r})
			}
		}
	}
	if p.lock == nil {
		return
	}
	p.entries = make(map[string][]int)
	for i, e := range p.lock.entries {
		if !e.local && len(p.entries[e.name]) < maxSameEntries {
			p.entries[e.name] = append(p.entries[e.name], i)
		}
	}
	if p.lock.rootsUnknown {
		p.lock.roots = p.askedFor()
	} else {
		for i := range p.lock.roots {
			p.lock.roots[i].dev = p.lock.roots[i].dev || p.onlyForDevelopment(p.lock.roots[i])
		}
	}
	p.rootsAt = make(map[int][]int)
	for i, r := range p.lock.roots {
		p.rootsAt[r.entry] = append(p.rootsAt[r.entry], i)
	}
	p.reach = reachOf(p.lock)
}

// onlyForDevelopment says whether the manifest knows what the lock file does
// not.
func (p *project) onlyForDevelopment(root root) bool {
	requests := p.requestsOf(root)
	return len(requests) > 0 && !slices.ContainsFunc(requests, func(r requestRef) bool { return !r.dev })
}

// askedFor are the roots of a lock file that does not name them.
func (p *project) askedFor() []root {
	var roots []root
	for _, m := range p.manifests {
		rel, _ := relative(p.dir, m.dir)
		for _, r := range m.requests {
			if i, ok := p.resolve(r.name, r.want); ok && r.role == roleDirect {
				roots = append(roots, root{entry: i, name: r.name, dir: rel, dev: r.dev, line: r.line})
			}
		}
	}
	return roots
}

// resolve is the entry that a request leads to: the one that the lock file gives
// for it, the only one of its name, or the first that the range allows.
func (p *project) resolve(name, want string) (int, bool) {
	for _, descriptor := range []string{name + "@" + want, name + "@npm:" + want} {
		if i, found := p.lock.byDescriptor[descriptor]; found {
			return i, true
		}
	}
	candidates := p.entries[name]
	for _, i := range candidates {
		if len(candidates) == 1 || p.dialect.allows(want, p.lock.entries[i].version) == allowed {
			return i, true
		}
	}
	return 0, false
}

// ask is a package that a project may have brought into the image.
type ask struct {
	name, version string // as the ecosystem compares them
	title         string // the name as it is shown

	// tied is set when something besides name and version says that the package
	// came from the project.
	tied bool

	// is narrows lock entries further; nil takes all.
	is func(entry) bool

	// lockOnly is set when a request without a lock entry proves nothing, as for
	// a package that is installed below another.
	lockOnly bool
}

// find returns the lines of the project for a package.
func (p *project) find(a ask) []finding.Manifest {
	var lines []finding.Manifest
	if p.lock != nil {
		for _, i := range p.entries[a.name] {
			if e := p.lock.entries[i]; sameVersion(e.version, a.version) && (a.is == nil || a.is(e)) {
				lines = append(lines, p.locked(i, a)...)
			}
		}
	}
	if len(lines) == 0 && !a.lockOnly {
		lines = p.requested(a)
	}
	usual := finding.Inferred
	if slices.ContainsFunc(lines, isSure) {
		usual = finding.Declared
	}
	for _, r := range p.requests[a.name] {
		// An override for something that nobody asks for does nothing, unless no lock
		// file tells who asks and the version is the very same.
		if r.role == roleReplace && (p.lock == nil && p.dialect.pins(r.want, a.version) ||
			len(lines) > 0 && p.dialect.allows(r.want, a.version) != forbidden) {
			lines = append(lines, finding.Manifest{Line: r.line, Role: roleReplace, Confidence: p.confidence(r, a, usual)})
		}
	}
	return lines
}

// locked are the lines that lead to entry i: those that ask for it, else the one
// on the shortest way to it, and its own.
func (p *project) locked(i int, a ask) []finding.Manifest {
	e := p.lock.entries[i]
	way := p.reach.path(p.lock, i)
	if len(way) > 0 {
		way[len(way)-1] = a.title
	}
	dev := e.dev || p.reach.reached(i) && p.reach.dev[i]
	own := finding.Manifest{Line: e.line, Role: roleLock, Confidence: finding.Declared, Path: way, Dev: dev}
	if a.tied {
		own.Confidence = finding.Proven
	}
	lines := []finding.Manifest{own}

	direct := false
	for _, at := range p.rootsAt[i] {
		for _, r := range p.requestsOf(p.lock.roots[at]) {
			direct = true
			lines = append(lines, p.direct(r, a, finding.Declared)...)
		}
	}
	if !direct && p.reach.reached(i) && len(way) > 1 {
		for _, r := range p.requestsOf(p.lock.roots[p.reach.root[i]]) {
			lines = append(lines, finding.Manifest{Line: r.line, Role: roleParent, Confidence: finding.Declared, Path: way, Dev: r.dev})
		}
	}
	return lines
}

// requestsOf are the lines that a root stands for.
func (p *project) requestsOf(root root) []requestRef {
	var found []requestRef
	for _, r := range p.requests[root.name] {
		rel, _ := relative(p.dir, r.dir)
		if r.role == roleDirect && rel == root.dir && (root.line.Start == 0 || root.line == r.line) {
			found = append(found, r)
		}
	}
	return found
}

// requested are the lines that ask for a package where no lock file has it.
func (p *project) requested(a ask) []finding.Manifest {
	var lines []finding.Manifest
	for _, r := range p.requests[a.name] {
		if r.role == roleDirect && p.dialect.allows(r.want, a.version) != forbidden {
			lines = append(lines, p.direct(r, a, finding.Inferred)...)
		}
	}
	return lines
}

// direct is the line of a request, and that of the property that it takes the
// version from.
func (p *project) direct(r requestRef, a ask, usual finding.Confidence) []finding.Manifest {
	line := finding.Manifest{
		Line: r.line, Role: roleDirect, Confidence: p.confidence(r, a, usual), Path: []string{a.title}, Dev: r.dev,
	}
	if r.property.Start == 0 {
		return []finding.Manifest{line}
	}
	property := line
	property.Line, property.Role = r.property, roleProperty
	return []finding.Manifest{property, line}
}

// confidence is that of a request: more than usual when it names the version.
func (p *project) confidence(r requestRef, a ask, usual finding.Confidence) finding.Confidence {
	switch {
	case !p.dialect.pins(r.want, a.version):
		return usual
	case a.tied:
		return finding.Proven
	default:
		return finding.Declared
	}
}

// findAll asks every project. What only looks like it counts when no project
// has more, and what several projects match is proven for none.
func findAll(projects []*project, a ask) []finding.Manifest {
	var sure, likely []finding.Manifest
	var dirs []string
	for _, p := range projects {
		found := p.find(a)
		if !slices.ContainsFunc(found, isSure) {
			likely = append(likely, found...)
			continue
		}
		sure = append(sure, found...)
		if !slices.Contains(dirs, p.dir) {
			dirs = append(dirs, p.dir)
		}
	}
	if len(dirs) > 1 {
		doubt(sure)
	}
	if len(sure) > 0 {
		return sure
	}
	return likely
}

func isSure(m finding.Manifest) bool { return m.Confidence != finding.Inferred }

// doubt takes back what was proven.
func doubt(lines []finding.Manifest) {
	for i := range lines {
		if lines[i].Confidence == finding.Proven {
			lines[i].Confidence = finding.Declared
		}
	}
}

// sameVersion compares versions of which one may have a "v" before it.
func sameVersion(a, b string) bool {
	return a != "" && strings.TrimPrefix(a, "v") == strings.TrimPrefix(b, "v")
}

// relative is the way from one folder of the repository down to another; below
// is false when there is none.
func relative(from, to string) (rel string, below bool) {
	switch from {
	case to:
		return ".", true
	case ".":
		return to, true
	}
	rest, found := strings.CutPrefix(to, from+"/")
	return rest, found
}
