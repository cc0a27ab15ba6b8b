package policy

import (
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// threshold is the policy in one line: "high or worse or unrated, fixable only;
// inherited: critical or unrated; known exploited". It leaves out what needs a
// source that was not read.
func (p Policy) threshold(sources []finding.ContextSource) string {
	app, base := p.severities(), p.on(SideBase).severities()
	line, only := app, ""
	switch {
	case !p.judges(SideApp):
		line, only = base, ", inherited only"
	case !p.judges(SideBase):
		only = ", not inherited"
	}
	if line != string(Never) {
		line += only
		if !p.Types.all() || !p.Paths.all() {
			line += ", in scope only"
		}
		if p.OnlyIntroduced {
			line += ", new only"
		}
	}
	if p.differs() {
		line += "; inherited: " + base
	}
	if always := p.always(sources); len(always) > 0 {
		line += "; " + strings.Join(always, "; ")
	}
	return line
}

// always is what breaks the policy whatever its severity.
func (p Policy) always(sources []finding.ContextSource) []string {
	read := func(name string) bool {
		return slices.ContainsFunc(sources, func(s finding.ContextSource) bool { return s.Name == name })
	}
	var all []string
	if p.EPSSFailAt > 0 && read("epss") {
		all = append(all, "EPSS "+score(p.EPSSFailAt)+" or more")
	}
	if p.KEV != ExploitedIgnore && read("kev") {
		all = append(all, "known exploited")
	}
	if p.BOD2604 {
		all = append(all, "past a deadline of BOD 26-04")
	}
	return all
}

// severities is what breaks the policy, of what it judges.
func (p Policy) severities() string {
	if p.FailOn == Never {
		return p.FailOn.String()
	}
	line := p.FailOn.String()
	if p.Unknown != UnratedIgnore {
		line += " or unrated"
	}
	if p.OnlyFixable {
		line += ", fixable only"
	}
	return line
}

// differs says whether inherited findings are judged, and not as the others are.
func (p Policy) differs() bool {
	return p.judges(SideApp) && p.judges(SideBase) && p.severities() != p.on(SideBase).severities()
}
