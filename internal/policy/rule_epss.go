package policy

import (
	"fmt"
	"strconv"
)

// ruleEPSS makes findings count whose exploitation is likely, whatever their
// severity. What spares a severe finding spares them too.
func ruleEPSS(f subject, p Policy) (word, string) {
	if !p.escalates(f) {
		return silent, ""
	}
	return breaks, fmt.Sprintf("the EPSS score %s is at or above %s", score(f.Context.EPSS.Score), score(p.EPSSFailAt))
}

// escalates says whether the EPSS score of a finding makes up for its severity.
func (p Policy) escalates(f subject) bool {
	return p.EPSSFailAt > 0 && f.Context.EPSS != nil && f.Context.EPSS.Score >= p.EPSSFailAt
}

func score(s float64) string { return strconv.FormatFloat(s, 'f', -1, 64) }
