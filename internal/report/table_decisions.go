package report

import (
	"github.com/org/imgscan-action/internal/finding"
)

// hidden says how many findings the table leaves out, and how to see them.
func (t *table) hidden(decided []finding.Finding) {
	words := decidedWords(decided)
	if words == "" {
		return
	}
	if !t.ShowSuppressed {
		words += "; see " + agree(len(decided), "it", "them") + " with --show suppressed"
	}
	t.line("")
	wrap(&t.b, "", "", words, t.Width)
}

// decided lists the findings that were decided not to count, with what was decided
// and by whom, where somebody asked to see them.
func (t *table) decided(rep *finding.Report, decided []finding.Finding) {
	if !t.ShowSuppressed || len(decided) == 0 {
		return
	}
	t.title("Decided, and not counted: " + plural(len(decided), "finding"))
	g := grid{columns: []column{
		{title: "Severity"},
		{title: "Vulnerability", least: 16},
		{title: "Package", least: 12},
		{title: "Installed", least: 10},
		{title: "Decision", least: 12},
		{title: "Entry", least: 12},
		{title: "Until"},
	}}
	for _, f := range decided {
		d := f.Disposition
		g.add([]cell{
			{f.Rating.Severity.String(), severityStyle(f.Rating.Severity)},
			{clean(f.ID), plain},
			{clean(f.Package.Name), plain},
			{clean(f.Package.FullVersion()), plain},
			{decisionWords(d.Decision), plain},
			{plainInk.name(d.Entry), plain},
			{untilWords(d), plain},
		}, append([]string{reasonWords(d, plainInk)}, remarks(rep, f, plainInk)...))
	}
	g.write(&t.b, t.Width, t.Color)
}

// decisions says how the decisions fared.
func (t *table) decisions(rep *finding.Report) {
	lines := appliedWords(rep.Findings, plainInk)
	for _, e := range rep.Triage.Expiring {
		lines = append(lines, expiringWords(rep, e, plainInk))
	}
	for _, u := range rep.Triage.Unused {
		lines = append(lines, unusedWords(u, plainInk))
	}
	if claims := idleClaims(rep.Findings); claims != "" {
		lines = append(lines, claims)
	}
	if len(lines) == 0 {
		return
	}
	t.title(decisionsTitle)
	for _, words := range lines {
		wrap(&t.b, "  - ", "    ", words, t.Width)
	}
}
