package origin

import (
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// list is what declares packages: the distribution's database, which is the zero
// value, or a file of a language. An ID says nothing outside its own.
type list struct{ kind, path string }

func listOf(p *finding.Package) list {
	if p.Class == finding.ClassOS {
		return list{}
	}
	return list{p.Type, p.Path}
}

// tree is which package of a list needs which. Packages go by name: what dpkg
// knows of them names no architecture.
type tree struct {
	nodes []node
	names map[string][]int
}

type node struct {
	name  string
	needs []int // by name
}

// tree is that of p's list. It is grown when the first package of it is asked
// about.
func (a *Attributor) tree(p *finding.Package) *tree {
	l := listOf(p)
	t, known := a.trees[l]
	if !known {
		t = newTree(a.listed(l))
		a.trees[l] = t
	}
	return t
}

// listed are the packages of a list.
func (a *Attributor) listed(l list) []*finding.Package {
	if l == (list{}) {
		all := make([]*finding.Package, 0, len(a.in.Packages))
		for i := range a.in.Packages {
			if p := &a.in.Packages[i]; p.Class == finding.ClassOS {
				all = append(all, p)
			}
		}
		return all
	}
	var all []*finding.Package
	for _, i := range a.files[l.path] {
		if p := &a.in.Packages[i]; p.Type == l.kind {
			all = append(all, p)
		}
	}
	return all
}

func newTree(packages []*finding.Package) *tree {
	t := &tree{nodes: make([]node, len(packages)), names: make(map[string][]int, len(packages))}
	ids := make(map[string]int, len(packages))
	for i, p := range packages {
		t.nodes[i].name = p.Name
		t.names[p.Name] = append(t.names[p.Name], i)
		if p.ID != "" {
			ids[p.ID] = i
		}
	}
	for i, p := range packages {
		needs := make([]int, 0, len(p.DependsOn))
		for _, id := range p.DependsOn {
			if j, ok := ids[id]; ok {
				needs = append(needs, j)
			}
		}
		slices.SortStableFunc(needs, func(a, b int) int { return strings.Compare(t.nodes[a].name, t.nodes[b].name) })
		t.nodes[i].needs = needs
	}
	return t
}

// ways are the shortest ways from some packages to all others: what comes before
// each node. Of several equally short ones it is that from the package that was
// asked for first, and then the first by name.
type ways struct {
	tree   *tree
	before []int
}

// What comes before nodes at the start of a way, and before those that none
// leads to.
const (
	atStart = -1
	nowhere = -2
)

func (t *tree) waysFrom(asked []string) ways {
	w := ways{t, slices.Repeat([]int{nowhere}, len(t.nodes))}
	var queue []int
	reach := func(before, i int) {
		if w.before[i] == nowhere {
			w.before[i] = before
			queue = append(queue, i)
		}
	}
	for _, name := range asked {
		for _, i := range t.names[name] {
			reach(atStart, i)
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		for _, next := range t.nodes[queue[0]].needs {
			reach(queue[0], next)
		}
	}
	return w
}

// path is the way to a package, by names, both ends included; nil when there is
// none.
func (w ways) path(name string) []string {
	var shortest []string
	for _, i := range w.tree.names[name] {
		var names []string
		for ; i >= 0 && w.before[i] != nowhere; i = w.before[i] {
			names = append(names, w.tree.nodes[i].name)
		}
		if len(names) > 0 && (shortest == nil || len(names) < len(shortest)) {
			shortest = names
		}
	}
	slices.Reverse(shortest)
	return shortest
}
