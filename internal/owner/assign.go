package owner

import (
	"github.com/org/imgscan-action/internal/finding"
)

// Assign names the owners in a report: of its bases, of the image, and of
// everything that has an origin. It says too which findings are shared. It
// replaces what was said of owners before and changes nothing else.
func (o *Owners) Assign(rep *finding.Report) {
	if o == nil {
		o = new(Owners)
	}
	a := assignment{Owners: o, rep: rep, files: make(map[string]ownerOfFile)}
	for i := range rep.Lineage.Bases {
		rep.Lineage.Bases[i].Owner = a.ofBase(i+1, finding.Package{}, "")
	}
	rep.Owner = a.ofBuild(finding.Package{}, dockerfile(rep.Lineage))
	for i := range rep.Findings {
		a.assign(rep.Findings[i].Package, &rep.Findings[i].Origin)
	}
	for i := range rep.Removed {
		a.assign(rep.Removed[i].Package, &rep.Removed[i].Origin)
	}
	for i := range rep.Asked {
		a.assign(rep.Asked[i].Package, &rep.Asked[i].Origin)
	}
	share(rep)
}

// assignment is a report that is being given its owners.
type assignment struct {
	*Owners
	rep *finding.Report

	// files are the answers of CODEOWNERS: there are many findings, few files, and
	// a match is a walk through all lines.
	files map[string]ownerOfFile
}

type ownerOfFile struct {
	owner finding.Owner
	found bool
}

func (a *assignment) assign(pkg finding.Package, origin *finding.Origin) {
	origin.Shared = nil
	switch side(a.rep.Lineage, *origin) {
	case finding.OwnerBase:
		origin.Owner = a.ofBase(baseOf(*origin), pkg, origin.Line.File)
	case finding.OwnerBuilder:
		origin.Owner = a.ofBuilder(origin.Builder, pkg, origin.Line.File)
	case finding.OwnerApp:
		origin.Owner = a.ofBuild(pkg, origin.Line.File)
	}
}

// side says whose a package is. What a base's ONBUILD installs is the base's
// choice, and what was copied from another image is that image's, unless a
// manifest of the repository or a command in the Dockerfile asked for it.
func side(l finding.Lineage, origin finding.Origin) finding.OwnerKind {
	asked := len(origin.Manifests) > 0
	switch {
	case origin.Kind == finding.OriginInherited:
		return finding.OwnerBase
	case origin.Instruction.OnBuild && !asked && len(l.Bases) > 0:
		return finding.OwnerBase
	case origin.Builder != "" && !asked && origin.Asked == "":
		return finding.OwnerBuilder
	}
	return finding.OwnerApp
}

// baseOf is the number of the base that an origin on the side of the bases
// belongs to: an ONBUILD runs above all of them, and is the nearest's.
func baseOf(origin finding.Origin) int { return max(origin.Base, 1) }

// ofBase is the owner of the base with that number, or of a package that came
// with it when pkg has a name.
func (a *assignment) ofBase(number int, pkg finding.Package, file string) finding.Owner {
	if number > len(a.rep.Lineage.Bases) {
		return finding.Owner{Kind: finding.OwnerBase}
	}
	base := a.rep.Lineage.Bases[number-1]
	refs := append([]string{base.Ref}, base.Aliases...)
	if rule := a.rule(newSubject(a.rep, refs, pkg, file)); rule != nil {
		return rule.owner(finding.OwnerBase)
	}
	if vendor := clean(base.Vendor); vendor != "" {
		return finding.Owner{Kind: finding.OwnerBase, Names: []string{vendor}, Because: "metadata of " + base.Ref}
	}
	return official(finding.OwnerBase, base.Ref, base.Tag.State)
}

// ofBuilder is the owner of what was copied from the image ref.
func (a *assignment) ofBuilder(ref string, pkg finding.Package, file string) finding.Owner {
	if rule := a.rule(newSubject(a.rep, []string{ref}, pkg, file)); rule != nil {
		return rule.owner(finding.OwnerBuilder)
	}
	return official(finding.OwnerBuilder, ref, finding.TagNotChecked)
}

// ofBuild is the owner of what the build itself put in and traced to file, or
// of the build as a whole when pkg has no name.
func (a *assignment) ofBuild(pkg finding.Package, file string) finding.Owner {
	if rule := a.rule(newSubject(a.rep, nil, pkg, file)); rule != nil {
		return rule.owner(finding.OwnerApp)
	}
	of, known := a.files[file]
	if !known {
		of.owner, of.found = a.codeowners.owner(file)
		a.files[file] = of
	}
	if of.found {
		return of.owner
	}
	return finding.Owner{Kind: finding.OwnerApp}
}

// dockerfile is the file whose owner owns the build; empty when none is known.
func dockerfile(l finding.Lineage) string {
	if l.Dockerfile == "" && len(l.Bases) > 0 {
		return l.Bases[0].From.File
	}
	return l.Dockerfile
}
