package gate

import (
	"context"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/match"
)

// removed are the findings of the nearest base that the image does not have.
// Only packages that the image lacks, or has in another version, are matched
// again.
func removed(ctx context.Context, matcher match.Matcher, s subject, found []finding.Finding) ([]finding.Finding, error) {
	kept := make(map[installed]bool, len(s.inventory.Packages))
	for _, p := range s.inventory.Packages {
		kept[installedAs(p)] = true
	}
	gone := s.base
	gone.Packages = nil
	for _, p := range s.base.Packages {
		if !kept[installedAs(p)] {
			gone.Packages = append(gone.Packages, p)
		}
	}
	if len(gone.Packages) == 0 {
		return nil, nil
	}
	there, _, err := matcher.Match(ctx, gone)
	if err != nil {
		return nil, err
	}
	still := make(map[weakness]bool, len(found))
	for _, f := range found {
		still[weaknessOf(f)] = true
	}
	var list []finding.Finding
	for _, f := range there {
		if still[weaknessOf(f)] {
			continue
		}
		f.Origin = s.removedFrom(f.Package)
		list = append(list, f)
	}
	return list, nil
}

// removedFrom is where a package of the nearest base came from.
func (s subject) removedFrom(p finding.Package) finding.Origin {
	bases, base := s.lineage.Lineage.Bases, 1
	if bases[0].Layers > 0 { // or else the layers are those of another image
		base = max(base, s.lineage.Layers[p.LayerIndex].Base)
	}
	return finding.Origin{
		Kind:       finding.OriginInherited,
		Base:       base,
		Confidence: bases[base-1].Confidence,
		Line:       bases[0].From,
	}
}

// installed is a package in one version and one place.
type installed struct{ kind, name, version, arch, path string }

func installedAs(p finding.Package) installed {
	i := installed{kind: p.Type, name: p.Name, version: p.FullVersion(), arch: p.Arch}
	if p.Class == finding.ClassLanguage {
		i.path = p.Path
	}
	return i
}

// weakness is a vulnerability of a package in one place, in whatever version.
type weakness struct{ id, kind, name, place string }

func weaknessOf(f finding.Finding) weakness {
	w := weakness{id: f.ID, kind: f.Package.Type, name: f.Package.Name}
	if f.Package.Class == finding.ClassLanguage {
		w.place = f.Package.Place()
	}
	return w
}
