package origin

import (
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// tree is which package needs which. Packages of the distribution are one
// graph; those of a language are one for each file that lists them.
type tree struct {
	nodes []node
	byKey map[nodeKey]int

	// named are the nodes with a name, for what a command asked for.
	named map[string][]int
}

type node struct {
	name  string
	class finding.Class
	needs []string // IDs in the same graph
	graph string
}

type nodeKey struct{ graph, id string }

// graphOf separates the graphs. An ID says nothing outside its own.
func graphOf(p *finding.Package) string {
	if p.Class == finding.ClassOS {
		return "os"
	}
	return p.Type + " " + p.Path
}

func newTree(packages []finding.Package) *tree {
	t := &tree{
		nodes: make([]node, len(packages)),
		byKey: make(map[nodeKey]int, len(packages)),
		named: make(map[string][]int, len(packages)),
	}
	for i := range packages {
		p := &packages[i]
		graph := graphOf(p)
		t.nodes[i] = node{name: p.Name, class: p.Class, needs: p.DependsOn, graph: graph}
		if p.ID != "" {
			t.byKey[nodeKey{graph, p.ID}] = i
		}
		t.named[p.Name] = append(t.named[p.Name], i)
	}
	return t
}

// path is the shortest way from a package called asked to p, by names, both
// included; nil when none leads there. Of several equally short ones it is the
// first by name.
func (t *tree) path(asked string, p finding.Package) []string {
	graph := graphOf(&p)
	from := make(map[int]int)
	var queue []int
	for _, i := range t.named[asked] {
		if t.nodes[i].graph == graph {
			from[i] = -1
			queue = append(queue, i)
		}
	}
	for len(queue) > 0 {
		i := queue[0]
		queue = queue[1:]
		if t.nodes[i].name == p.Name {
			var names []string
			for ; i >= 0; i = from[i] {
				names = append(names, t.nodes[i].name)
			}
			slices.Reverse(names)
			return names
		}
		for _, next := range t.sorted(graph, t.nodes[i].needs) {
			if _, seen := from[next]; !seen {
				from[next] = i
				queue = append(queue, next)
			}
		}
	}
	return nil
}

// sorted are the nodes with the given IDs, by name.
func (t *tree) sorted(graph string, ids []string) []int {
	var found []int
	for _, id := range ids {
		if i, ok := t.byKey[nodeKey{graph, id}]; ok {
			found = append(found, i)
		}
	}
	slices.SortStableFunc(found, func(a, b int) int { return strings.Compare(t.nodes[a].name, t.nodes[b].name) })
	return found
}
