package origin

import (
	"strings"

	"github.com/org/imgscan-action/internal/dockerfile"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/lineage"
)

// trace goes from the layer on to what its instruction did: the command that
// installed the package, or the stage that it was copied from.
func (a *Attributor) trace(p finding.Package, layer lineage.Layer, o *finding.Origin) {
	if layer.Copied != nil {
		made := makerOf(layer, p.Path)
		o.Builder = root(made.Image).Ref
		if line, ok := a.compiler(p, made); ok {
			o.Manifests = append(o.Manifests, line)
		}
	}
	if layer.Step == nil {
		return
	}
	best, way := a.install(layer.Step, &p, o)
	if best == nil {
		return
	}
	o.Asked, o.Path = asked(*best), way
	if a.in.Lineage.Line != nil {
		o.Line = a.in.Lineage.Line(best.Line, best.Line)
	}
}

// install is what a step was asked for and brought p, and the way from there to
// p; nil when that is not known. The way is nil when nothing says why p is needed
// and nothing else could have brought it.
func (a *Attributor) install(step *dockerfile.Instruction, p *finding.Package, o *finding.Origin) (best *dockerfile.Install, way []string) {
	var others []*dockerfile.Install
	all := a.installed(step)
	for i := range all {
		if installs(all[i].System, p) {
			others = append(others, &all[i])
		}
	}
	needed := a.needed(step, others, p)
	for _, install := range others {
		if names := a.way(install, p, needed); names != nil && (way == nil || len(names) < len(way)) {
			best, way = install, names
		}
	}
	// What was there before may have been upgraded with everything else, and what a
	// manifest asks for was not asked for here.
	if best == nil && len(others) == 1 && o.Kind != finding.OriginUpgraded && len(o.Manifests) == 0 {
		best = others[0]
	}
	return best, way
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

// installs says whether a package manager brings packages of p's type.
func installs(system string, p *finding.Package) bool {
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

// asked is a command as a person would type it for this package alone, with the
// version where it chooses one.
func asked(install dockerfile.Install) string {
	command := install.Manager + " " + install.Package
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

// fromFile says whether a command installs files: the version is the file's.
func fromFile(manager string) bool {
	return strings.HasPrefix(manager, "dpkg ") || strings.HasPrefix(manager, "rpm ")
}
