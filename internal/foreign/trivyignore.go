package foreign

import (
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// readTrivyignore reads .trivyignore: an identifier a line, which may be followed by
// exp:YYYY-MM-DD. The comment above a line, or above a block of lines, is the reason,
// and so is one behind the identifier.
func readTrivyignore(im *importer, src []byte) error {
	var above string // the comment in force
	var open bool    // it is still being read
	n := 0
	for line := range strings.Lines(strings.TrimPrefix(string(src), "\uFEFF")) {
		n++
		line = strings.TrimSpace(line)
		comment, isComment := strings.CutPrefix(line, "#")
		switch {
		case line == "":
			above, open = "", false
		case isComment && open:
			above += " " + strings.TrimLeft(comment, "# ")
		case isComment:
			above, open = strings.TrimLeft(comment, "# "), true
		default:
			open = false
			im.trivyLine(im.line(n), line, above)
		}
	}
	return nil
}

func (im *importer) trivyLine(place, line, above string) {
	fields := strings.Fields(line)
	id := fields[0]
	r := rule{place: place, vulnerability: id, decision: finding.RiskAccepted, reason: above}
	// Trivy looks for the date in all of the line, comment included, and drops a line
	// whose first one is none.
	for _, field := range fields[1:] {
		date, found := strings.CutPrefix(field, "exp:")
		if !found {
			continue
		}
		end, err := time.Parse(time.DateOnly, date)
		if err != nil {
			im.lose(place, "%s is no date, so that Trivy drops the line for %s", quote(date), quote(id))
			return
		}
		r.end = end
		break
	}
	if _, behind, found := strings.Cut(line, "#"); found {
		r.reason = behind
	}
	if !isVulnerability(id) {
		im.lose(place, "%s is not the identifier of a vulnerability", quote(id))
		return
	}
	im.add(r)
}
