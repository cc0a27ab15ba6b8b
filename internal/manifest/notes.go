package manifest

import (
	"fmt"
	"slices"
)

// maxNotes is how many notes are kept; the last one then says that there are more.
const maxNotes = 100

// notes collects what was not read.
type notes struct {
	texts   []string
	dropped int
}

// add notes why something at path was not read; line 0 means the file as a
// whole.
func (n *notes) add(path string, line int, why string) {
	if len(n.texts) >= maxNotes {
		n.dropped++
		return
	}
	if line > 0 {
		path = fmt.Sprintf("%s:%d", path, line)
	}
	n.texts = append(n.texts, path+": "+shown(why))
}

func (n *notes) list() []string {
	slices.Sort(n.texts)
	if n.dropped > 0 {
		return append(n.texts, fmt.Sprintf("%d more notes", n.dropped))
	}
	return n.texts
}
