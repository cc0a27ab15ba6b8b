package catalog

import (
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// maxNamed is how many things a gap names of those that it is about.
const maxNamed = 3

// replacedModules is the gap that modules leave which a program was built with
// and which go by another name in it: a folder has no version, and a fork is
// listed under its own path. Advisories about the original are then not matched.
// Another version of the same path is what is listed, and no gap.
func replacedModules(deps []*debug.Module) []finding.Gap {
	var named []string
	count := 0
	for _, d := range deps {
		if d == nil || d.Replace == nil || d.Replace.Path == d.Path {
			continue
		}
		if count++; count <= maxNamed {
			named = append(named, fmt.Sprintf("%s by %s", module(d), module(d.Replace)))
		}
	}
	if count == 0 {
		return nil
	}
	return []finding.Gap{{
		Kind:   finding.GapReplaced,
		Detail: shortened("built with replaced modules, about which no advisories are matched: " + listed(named, count)),
	}}
}

// module is the path of a module and its version. What the go command writes for
// a folder is no version.
func module(m *debug.Module) string {
	if m.Version == "" || m.Version == "(devel)" {
		return m.Path
	}
	return m.Path + " " + m.Version
}

// listed is the names of some of count things as a list for a person.
func listed(names []string, count int) string {
	list := strings.Join(names, ", ")
	if more := count - len(names); more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return list
}
