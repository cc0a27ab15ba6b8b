package origin

import (
	"path"
	"strings"

	"github.com/org/imgscan-action/internal/dockerfile"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/lineage"
)

// trace goes from the layer on to what its instruction did: the command that
// installed the package, or the stage that it was copied from.
func (a *Attributor) trace(p finding.Package, layer lineage.Layer, o *finding.Origin) {
	if from := root(layer.Copied); from != nil {
		o.Builder = from.Ref
	}
	if layer.Step == nil {
		return
	}
	var (
		best   dockerfile.Install
		way    []string
		found  bool
		others []dockerfile.Install
	)
	for _, install := range a.installed(layer.Step) {
		if !installs(install.System, p) {
			continue
		}
		others = append(others, install)
		names := a.way(install, p)
		if names != nil && (!found || len(names) < len(way)) {
			best, way, found = install, names, true
		}
	}
	switch {
	case found:
		o.Path = way
	case len(others) == 1:
		// Nothing in the package database says why, and nothing else could have
		// brought it.
		best = others[0]
	default:
		return
	}
	o.Asked = asked(best)
	if a.in.Lineage.Line != nil && !layer.Instruction.OnBuild && best.Line >= layer.Instruction.Line.Start && best.Line <= layer.Instruction.Line.End {
		o.Line = a.in.Lineage.Line(best.Line, best.Line)
	}
}

// asked is a command as a person would type it for this package alone, with the
// version where it chooses one.
func asked(install dockerfile.Install) string {
	command := install.Manager
	if install.Package == "" {
		return command
	}
	command += " " + install.Package
	if !install.Pinned || install.Version == "" || fromFile(install.Manager) {
		return command
	}
	switch install.System {
	case "pip":
		return command + "==" + install.Version
	case "npm", "go":
		return command + "@" + install.Version
	case "rpm":
		return command + "-" + install.Version
	case "gem", "cargo":
		return command + " --version " + install.Version
	case "composer":
		return command + ":" + install.Version
	}
	return command + "=" + install.Version
}

// installed are the packages that an instruction asks for. A shell is parsed
// once for all packages of its layer.
func (a *Attributor) installed(step *dockerfile.Instruction) []dockerfile.Install {
	all, known := a.installs[step]
	if !known {
		all = step.Installs()
		a.installs[step] = all
	}
	return all
}

// way leads from what an install asked for to p.
func (a *Attributor) way(install dockerfile.Install, p finding.Package) []string {
	if install.System == "download" {
		if path.Base(install.Package) == path.Base(p.Path) {
			return []string{p.Name}
		}
		return nil
	}
	return a.tree.path(install.Package, p)
}

// installs says whether a package manager brings packages of p's type.
func installs(system string, p finding.Package) bool {
	switch system {
	case "dpkg", "apk", "rpm":
		return p.Class == finding.ClassOS
	case "download":
		return p.Class == finding.ClassLanguage
	}
	return p.Class == finding.ClassLanguage && languageOf[system] == p.Type
}

// languageOf is the type of the packages that a language's package manager
// installs.
var languageOf = map[string]string{
	"pip":      "python-pkg",
	"npm":      "node-pkg",
	"gem":      "gemspec",
	"go":       "gobinary",
	"cargo":    "rustbinary",
	"composer": "composer-vendor",
}

// fromFile says whether a command installs files: the version is the file's.
func fromFile(manager string) bool {
	return strings.HasPrefix(manager, "dpkg ") || strings.HasPrefix(manager, "rpm ")
}
