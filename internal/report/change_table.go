package report

import (
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// changeNames are what a table calls the kinds of change.
var changeNames = map[finding.ChangeKind]string{
	finding.ChangeIntroduced:     "introduced",
	finding.ChangeBaseTagMoved:   "base tag moved",
	finding.ChangeNewlyDisclosed: "newly disclosed",
	finding.ChangePreExisting:    "pre-existing",
}

// changeTable is the findings by how they came about, as rows of numbers under
// titles, and last what is resolved. It is empty when there is no comparison.
func changeTable(rep *finding.Report) (titles []string, rows [][]int, names []string) {
	if !rep.Compared.Known() {
		return nil, nil, nil
	}
	var parts []part
	for _, d := range differences(rep) {
		parts = append(parts, part{changeNames[d.kind], d.findings})
	}
	if len(rep.Compared.Resolved) > 0 {
		parts = append(parts, part{"resolved", rep.Compared.Resolved})
	}
	return partTable(parts, rep.Findings)
}

// comparedFacts say what the report was compared with, or why with nothing; none
// when nobody asked.
func comparedFacts(compared *finding.Compared, in ink) []fact {
	if compared == nil {
		return nil
	}
	f := fact{"Compared", "with nothing: " + in.words(compared.Why)}
	if compared.Known() {
		f.value = "with " + in.name(compared.Ref)
		if compared.Digest != "" {
			f.value += ", " + in.name(compared.Digest)
		}
		if compared.From != "" {
			f.value += ", " + in.words(compared.From)
		}
	}
	list := []fact{f}
	for _, note := range compared.Notes {
		list = append(list, fact{"", in.words(note)})
	}
	return list
}

// changeLine is how one finding came about: "pre-existing: ghcr.io/acme/api:main
// has it too". It is empty when that is not known.
func changeLine(c finding.Change, in ink) string {
	name := changeNames[c.Kind]
	if name == "" {
		return ""
	}
	return strings.TrimSuffix(name+": "+in.words(c.Why), ": ")
}
