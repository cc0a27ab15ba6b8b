package report

import (
	"github.com/org/imgscan-action/internal/finding"
)

// share is the findings of one origin.
type share struct {
	kind     finding.OriginKind
	base     int  // of Lineage.Bases, from 1; 0 when kind is not about a base
	removed  bool // the base has them and the image no longer does
	findings []finding.Finding
}

// shares are the findings by origin, in the order in which a developer cares:
// one for each kind, one for each base that brought any, and last what the
// nearest base has and the image no longer. Shares without a finding are not
// there.
func shares(rep *finding.Report) []share {
	var list []share
	for _, kind := range finding.OriginKinds() {
		if kind != finding.OriginInherited {
			list = append(list, share{kind: kind, findings: ofOrigin(rep.Findings, kind, 0)})
			continue
		}
		for n := range max(len(rep.Lineage.Bases), 1) {
			list = append(list, share{kind: kind, base: n + 1, findings: ofOrigin(rep.Findings, kind, n+1)})
		}
	}
	list = append(list, share{kind: finding.OriginInherited, base: 1, removed: true, findings: rep.Removed})

	var some []share
	for _, s := range list {
		if len(s.findings) > 0 {
			some = append(some, s)
		}
	}
	return some
}

// ofOrigin is the findings of a kind, those of one base where the kind is about
// bases. A kind that nobody set is unknown.
func ofOrigin(findings []finding.Finding, kind finding.OriginKind, base int) []finding.Finding {
	var some []finding.Finding
	for _, f := range findings {
		k := f.Origin.Kind
		if k == "" {
			k = finding.OriginUnknown
		}
		if k == kind && (kind != finding.OriginInherited || max(f.Origin.Base, 1) == base) {
			some = append(some, f)
		}
	}
	return some
}

func (s share) name(l finding.Lineage, in ink) string {
	if s.removed {
		return baseName(l, s.base, in) + " has it, you removed it"
	}
	return originName(l, s.kind, s.base, in)
}

// The titles of numbers that several tables have.
const (
	decidedTitle  = "Decided"
	breakingTitle = "Breaking the policy"
)

// severityTable is the findings by severity as rows of numbers under titles, the
// last row for all of them.
func severityTable(findings []finding.Finding) (titles []string, rows [][]int, names []string) {
	perSeverity, all := tallies(findings)
	titles = []string{"Findings"}
	if all.suppressed > 0 {
		titles = append(titles, decidedTitle)
	}
	titles = append(titles, "Fixable", breakingTitle)
	for _, t := range append(perSeverity, all) {
		if t.total == 0 {
			continue
		}
		row := []int{t.total}
		if all.suppressed > 0 {
			row = append(row, t.suppressed)
		}
		names = append(names, t.name)
		rows = append(rows, append(row, t.fixable, t.breaking))
	}
	return titles, rows, names
}

// originTable is the shares as rows of numbers under titles. It is empty when
// nothing is known of the bases.
func originTable(rep *finding.Report, in ink) (titles []string, rows [][]int, names []string) {
	if !rep.Lineage.Known() {
		return nil, nil, nil
	}
	var parts []part
	for _, s := range shares(rep) {
		parts = append(parts, part{s.name(rep.Lineage, in), s.findings})
	}
	return partTable(parts, rep.Findings)
}

// part is some of the findings under a name.
type part struct {
	name     string
	findings []finding.Finding
}

// partTable is parts of the findings of a report as rows of numbers under titles:
// how many, of which severities, how many were decided not to count, and how many
// break the policy. What does not occur has no column. It is empty without parts.
func partTable(parts []part, everything []finding.Finding) (titles []string, rows [][]int, names []string) {
	if len(parts) == 0 {
		return nil, nil, nil
	}
	occurs := make(map[finding.Severity]bool)
	for _, p := range parts {
		for severity := range finding.Count(p.findings) {
			occurs[severity] = true
		}
	}
	titles = append(titles, "Findings")
	for _, severity := range finding.Severities() {
		if occurs[severity] {
			titles = append(titles, severity.String())
		}
	}
	_, total := tallies(everything)
	if total.suppressed > 0 {
		titles = append(titles, decidedTitle)
	}
	titles = append(titles, breakingTitle)
	for _, p := range parts {
		perSeverity, all := tallies(p.findings)
		row := []int{all.total}
		for i, severity := range finding.Severities() {
			if occurs[severity] {
				row = append(row, perSeverity[i].total)
			}
		}
		if total.suppressed > 0 {
			row = append(row, all.suppressed)
		}
		names = append(names, p.name)
		rows = append(rows, append(row, all.breaking))
	}
	return titles, rows, names
}
