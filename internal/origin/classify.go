package origin

import (
	"slices"

	"github.com/org/imgscan-action/internal/finding"
)

// classify says on which side of the FROM line the package is. It needs a known
// lineage.
func (a *Attributor) classify(p finding.Package, o *finding.Origin) {
	if o.Base > 0 {
		o.Kind = finding.OriginInherited
		o.Confidence = a.chain.Bases[o.Base-1].Confidence
		return
	}
	if len(a.chain.Bases) == 0 { // FROM scratch
		o.Kind, o.Confidence = finding.OriginIntroduced, finding.Declared
		return
	}
	if a.chain.Squashed {
		a.estimate(p, o)
		return
	}
	// In the same version it was put there again, as by chown -R, and not upgraded.
	o.Kind, o.Confidence = finding.OriginIntroduced, a.chain.Bases[0].Confidence
	if known, same := a.base.has(p); known && !same {
		o.Kind = finding.OriginUpgraded
	}
}

// estimate classifies a package whose layer says nothing. The packages of the
// base are all there is to go by.
func (a *Attributor) estimate(p finding.Package, o *finding.Origin) {
	if a.in.Base == nil {
		return
	}
	o.Kind, o.Confidence, o.Estimate = finding.OriginIntroduced, finding.Inferred, true
	switch known, same := a.base.has(p); {
	case same:
		from := a.chain.Bases[0].From
		o.Kind, o.Base, o.Line = finding.OriginInherited, 1, from
		o.Instruction = finding.Instruction{Kind: "FROM", Line: from, Confidence: finding.Inferred}
	case known:
		o.Kind = finding.OriginUpgraded
	}
}

// versions are the packages of a base by what stays the same when they are
// upgraded.
type versions map[identity][]string

type identity struct{ kind, name, arch, place string }

func identify(p *finding.Package) identity {
	id := identity{kind: string(p.Class), name: p.Name, arch: p.Arch}
	if p.Class == finding.ClassLanguage {
		id.kind, id.place = p.Type, p.Place()
	}
	return id
}

func versionsOf(packages []finding.Package) versions {
	all := make(versions, len(packages))
	for i := range packages {
		id := identify(&packages[i])
		all[id] = append(all[id], packages[i].FullVersion())
	}
	return all
}

// has says whether the base has the package in any version, and in this one.
func (v versions) has(p finding.Package) (known, same bool) {
	there := v[identify(&p)]
	return len(there) > 0, slices.Contains(there, p.FullVersion())
}
