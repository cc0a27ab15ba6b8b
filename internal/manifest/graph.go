package manifest

import (
	"cmp"
	"slices"
)

// reach is the shortest way from what a project asks for to every entry of a
// lock file.
type reach struct {
	from []int // the entry before; -1 for a root, -2 for what nothing reaches
	root []int // the index in lock.roots that the way starts at
	dev  []bool
}

const unreached = -2

// reachOf walks the graph from the roots, in their order, so that of ways of the
// same length the first stays. What is needed only for development comes last.
func reachOf(l *lock) reach {
	r := reach{
		from: slices.Repeat([]int{unreached}, len(l.entries)),
		root: make([]int, len(l.entries)),
		dev:  make([]bool, len(l.entries)),
	}
	for _, dev := range []bool{false, true} {
		var queue []int
		for i, root := range l.roots {
			if root.dev == dev && r.from[root.entry] == unreached {
				r.from[root.entry], r.root[root.entry], r.dev[root.entry] = -1, i, dev
				queue = append(queue, root.entry)
			}
		}
		for len(queue) > 0 {
			at := queue[0]
			queue = queue[1:]
			for _, next := range l.entries[at].needs {
				if r.from[next] == unreached {
					r.from[next], r.root[next], r.dev[next] = at, r.root[at], dev
					queue = append(queue, next)
				}
			}
		}
	}
	return r
}

// reached says whether the project asks, directly or not, for entry i.
func (r reach) reached(i int) bool { return r.from[i] != unreached }

// path leads to entry i, by names; nil when nothing does.
func (r reach) path(l *lock, i int) []string {
	if !r.reached(i) {
		return nil
	}
	var names []string
	for at := i; at >= 0; at = r.from[at] {
		if !l.entries[at].local {
			names = append(names, cmp.Or(l.entries[at].title, l.entries[at].name))
		}
	}
	slices.Reverse(names)
	return names
}
