package report

import (
	"fmt"

	"github.com/org/imgscan-action/internal/finding"
)

const inheritedTitle = "Inherited"

// inherited is what came with each base, and what has to happen for it to go; and
// what of the nearest the build has removed. There is none of nothing.
func (d *document) inherited(rep *finding.Report) {
	text := ""
	for _, s := range shares(rep) {
		if words := s.inheritedWords(rep, d.in); words != "" {
			text += "- " + words + "\n"
		}
	}
	if text != "" {
		d.fixed(d.title(inheritedTitle) + text)
	}
}

// inheritedWords is a sentence on what came with a base; empty for what did not.
func (s share) inheritedWords(rep *finding.Report, in ink) string {
	if s.kind != finding.OriginInherited || !rep.Lineage.Known() {
		return ""
	}
	base, n := baseName(rep.Lineage, s.base, in), len(s.findings)
	what := fmt.Sprintf("%s (%s)", plural(n, "finding"), severityWords(s.findings))
	if s.removed {
		return fmt.Sprintf("Your build removed %s of %s.", what, base)
	}
	_, all := tallies(s.findings)
	if all.fixable == 0 {
		return fmt.Sprintf("%s brought %s, %s.", base, what, agree(n, "without a fix", "none with a fix"))
	}
	return fmt.Sprintf("%s brought %s, %d fixable, and the fix has to come with the base: %s.",
		base, what, all.fixable, firstWords(rep.Lineage, s.findings[0].Origin, in))
}
