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
	still := make(map[string]bool, len(found))
	for _, f := range found {
		still[f.Fingerprint("")] = true
	}
	var list []finding.Finding
	for _, f := range there {
		if still[f.Fingerprint("")] {
			continue
		}
		f.Origin = finding.Origin{
			Kind:       finding.OriginInherited,
			Base:       1,
			Confidence: s.lineage.Lineage.Bases[0].Confidence,
			Line:       s.lineage.Lineage.Bases[0].From,
		}
		list = append(list, f)
	}
	return list, nil
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
