package policy

// threshold is the policy in one line: "high or worse or unrated, fixable only;
// inherited: critical or unrated".
func (p Policy) threshold() string {
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
	}
	if p.differs() {
		line += "; inherited: " + base
	}
	return line
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
