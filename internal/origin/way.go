package origin

import (
	"path"
	"regexp"
	"strings"

	"golang.org/x/mod/module"

	"github.com/org/imgscan-action/internal/dockerfile"
	"github.com/org/imgscan-action/internal/finding"
)

// way leads from what an install asked for to p, by names, both included; nil
// when it is not known to lead there. Needed is the way there from the nearest of
// all that the instruction asked for.
func (a *Attributor) way(install *dockerfile.Install, p *finding.Package, needed []string) []string {
	switch install.System {
	case "download":
		if path.Base(install.Package) == path.Base(p.Path) {
			return []string{p.Name}
		}
		return nil
	case "pip":
		// What an installed distribution needs is not among what is read of it.
		if pythonName(install.Package) == pythonName(p.Name) {
			return []string{p.Name}
		}
		return nil
	case "npm":
		return nodeWay(install.Package, p)
	case "go":
		return a.goWay(install.Package, p)
	}
	if len(needed) > 0 && needed[0] == install.Package {
		return needed
	}
	return nil
}

// needed is the shortest way from what a step asked package managers for to p,
// through what packages say that they need.
func (a *Attributor) needed(step *dockerfile.Instruction, asked []*dockerfile.Install, p *finding.Package) []string {
	if len(asked) == 0 {
		return nil
	}
	key := request{step, listOf(p)}
	w, known := a.ways[key]
	if !known {
		var names []string
		for _, install := range asked {
			names = append(names, install.Package)
		}
		w = a.tree(p).waysFrom(names)
		a.ways[key] = w
	}
	return w.path(p.Name)
}

// request is what a step asked the keeper of a list for.
type request struct {
	step *dockerfile.Instruction
	list list
}

var pythonSeparators = regexp.MustCompile(`[-_.]+`)

// pythonName is a name in the normal form of PEP 503.
func pythonName(name string) string {
	return strings.ToLower(pythonSeparators.ReplaceAllString(name, "-"))
}

// nodeWay leads through the folders that npm nests packages in:
// "lib/node_modules/npm/node_modules/tar/package.json".
func nodeWay(asked string, p *finding.Package) []string {
	const folder = "node_modules/"
	var names []string
	for _, part := range strings.Split("/"+path.Dir(p.Path)+"/", "/"+folder)[1:] {
		words := strings.SplitN(part, "/", 3)
		name := words[0]
		if strings.HasPrefix(name, "@") && len(words) > 1 {
			name += "/" + words[1]
		}
		names = append(names, name)
	}
	if len(names) == 0 || names[0] != asked {
		return nil
	}
	if names[len(names)-1] != p.Name { // a package inside of a package
		names = append(names, p.Name)
	}
	return names
}

// goWay leads from a program to the modules that it was linked from. The program
// is called like the last element of its import path.
func (a *Attributor) goWay(asked string, p *finding.Package) []string {
	program, _, ok := module.SplitPathVersion(asked)
	if !ok || path.Base(program) != path.Base(p.Path) {
		return nil
	}
	main := ""
	for name := range a.tree(p).names {
		if len(name) > len(main) && (asked == name || strings.HasPrefix(asked, name+"/")) {
			main = name
		}
	}
	switch main {
	case "":
		return nil
	case p.Name:
		return []string{p.Name}
	}
	return []string{main, p.Name}
}
