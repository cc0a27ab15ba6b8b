package manifest

import "strings"

// lockGraph collects entries and their needs, by keys, into a lock.
type lockGraph struct {
	lock  lock
	keys  map[string]int
	needs [][]string // of each entry: the keys of which one is the need, nearest first, joined by zero bytes
}

// joinKeys makes the alternatives of one need.
func joinKeys(keys ...string) string { return strings.Join(keys, "\x00") }

func (g *lockGraph) add(e entry, keys []string, needs []string) {
	if g.keys == nil {
		g.keys = make(map[string]int)
	}
	for _, k := range keys {
		if _, taken := g.keys[k]; !taken {
			g.keys[k] = len(g.lock.entries)
		}
	}
	g.lock.entries = append(g.lock.entries, e)
	g.needs = append(g.needs, needs)
}

// find is the first entry of the alternatives.
func (g *lockGraph) find(alternatives string) (int, bool) {
	for k := range strings.SplitSeq(alternatives, "\x00") {
		if i, found := g.keys[k]; found {
			return i, true
		}
	}
	return 0, false
}

// ask adds a root.
func (g *lockGraph) ask(alternatives string, r root) {
	if i, found := g.find(alternatives); found {
		r.entry = i
		g.lock.roots = append(g.lock.roots, r)
	}
}

// done is the lock with the needs that were found.
func (g *lockGraph) done() *lock {
	for i, needs := range g.needs {
		for _, n := range needs {
			if j, found := g.find(n); found {
				g.lock.entries[i].needs = append(g.lock.entries[i].needs, j)
			}
		}
	}
	return &g.lock
}
