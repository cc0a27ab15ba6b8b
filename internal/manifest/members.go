package manifest

import (
	"path"
	"strings"
)

// members are the folders that belong to a project. The zero value has none.
type members struct {
	folders  map[string]bool
	patterns []string
}

// maxPatterns is how many patterns a project may have. Lock files list folders
// without patterns, as many as there are.
const maxPatterns = 100

func (m *members) add(patterns []string) {
	if m.folders == nil {
		m.folders = make(map[string]bool)
	}
	for _, p := range patterns {
		if !strings.ContainsAny(p, "*?[!") {
			m.folders[path.Clean(p)] = true
		} else if len(m.patterns) < maxPatterns {
			m.patterns = append(m.patterns, p)
		}
	}
}

// has says whether dir is a member. A pattern with "!" takes back what those
// before it gave.
func (m *members) has(dir string) bool {
	member := m.folders[dir]
	for _, p := range m.patterns {
		without, negated := strings.CutPrefix(p, "!")
		if member == negated && matchFolders(strings.Split(path.Clean(without), "/"), strings.Split(dir, "/")) {
			member = !negated
		}
	}
	return member
}

// matchFolders matches folder by folder: "*" in a name as in path.Match, "**" for
// any number of folders.
func matchFolders(pattern, dir []string) bool {
	// As in matching a text with "*", only the last "**" has to be tried again.
	p, d, deep, retry := 0, 0, -1, 0
	for d < len(dir) {
		switch {
		case p < len(pattern) && pattern[p] == "**":
			deep, retry = p, d
			p++
		case p < len(pattern) && matchName(pattern[p], dir[d]):
			p++
			d++
		case deep >= 0:
			retry++
			p, d = deep+1, retry
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == "**" {
		p++
	}
	return p == len(pattern)
}

func matchName(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return err == nil && ok
}
