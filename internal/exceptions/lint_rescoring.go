package exceptions

import (
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/cvss"
	"github.com/org/imgscan-action/internal/finding"
)

// rescoring recomputes what an entry claims, and asks for the reasons.
func (l *linter) rescoring(e *Entry) {
	if e.CVSS == nil {
		return
	}
	if missing := unexplained(e.CVSS); len(missing) > 0 {
		l.warn(e, "cvss.rationale does not say why %s is set", strings.Join(missing, ", "))
	}
	if e.CVSS.Base == "" && e.CVSS.Vector == "" {
		l.warn(e, "cvss.base is missing: without the vector that was looked at, nothing can be recomputed")
		return
	}
	var before finding.Rating
	if e.CVSS.Base != "" {
		base, err := cvss.Parse(e.CVSS.Base)
		if err != nil {
			l.error(e, "cvss.base: %v", err)
			return
		}
		base = base.Base()
		before = finding.Rating{Severity: base.Severity(), Score: base.Score(), Vector: base.String(), Version: base.Version()}
	}
	after, err := cvss.Rescore(before, e.CVSS.Vector, e.CVSS.Modified)
	switch {
	case err != nil:
		l.error(e, "cvss: %v", err)
	case e.Severity != nil && *e.Severity != after.Severity && e.CVSS.Base != "":
		l.error(e, "claims %s, its vector says %.1f %s (base %.1f %s)", e.Severity, after.Score, after.Severity, before.Score, before.Severity)
	case e.Severity != nil && *e.Severity != after.Severity:
		l.error(e, "claims %s, its vector says %.1f %s", e.Severity, after.Score, after.Severity)
	}
}

// unexplained lists the metrics that are set and have no rationale.
func unexplained(c *CVSS) []string {
	var missing []string
	for _, name := range set(c) {
		if c.Rationale[name] == "" {
			missing = append(missing, name)
		}
	}
	return missing
}

// set lists the metrics that a rescoring sets, in the order of the
// specifications.
func set(c *CVSS) []string {
	var names []string
	for name := range c.Modified {
		names = append(names, name)
	}
	if whole, err := cvss.Parse(c.Vector); err == nil {
		for _, m := range whole.Metrics() {
			if m.Value != "X" && m.Value != "ND" && slices.Contains(metrics(), m.Name) {
				names = append(names, m.Name)
			}
		}
	}
	order := metrics()
	slices.SortFunc(names, func(a, b string) int { return slices.Index(order, a) - slices.Index(order, b) })
	return names
}
