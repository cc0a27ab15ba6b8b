package exceptions

import (
	"strconv"
	"strings"
	"time"
)

// width is where lines are broken that can be.
const width = 96

// render writes an entry as the lines of an item of a list, without line breaks.
// Each begins with the indentation.
func render(e Entry, indent string) []string {
	var w writer
	w.entry(e)
	for i, line := range w.lines {
		switch {
		case i == 0:
			w.lines[i] = indent + "- " + line
		case line != "":
			w.lines[i] = indent + "  " + line
		}
	}
	return w.lines
}

// A writer collects the lines of one mapping.
type writer struct{ lines []string }

func (w *writer) entry(e Entry) {
	w.text("id", e.ID)
	w.list("vulnerabilities", e.Vulnerabilities)
	w.list("images", e.Images)
	if len(e.Packages) > 0 {
		w.raw("packages", "")
		for _, p := range e.Packages {
			w.item(p)
		}
	}
	w.text("decision", string(e.Decision))
	w.text("cause", e.Cause)
	if e.CVSS != nil {
		w.block("cvss", func(w *writer) { w.cvss(*e.CVSS) })
	}
	if e.Severity != nil {
		w.text("severity", e.Severity.String())
	}
	if e.Vendor != nil {
		w.block("vendor", func(w *writer) {
			w.text("product", e.Vendor.Product)
			w.date("last_check_in", e.Vendor.LastCheckIn)
			w.text("reference", e.Vendor.Reference)
		})
	}
	w.long("reason", strings.TrimSpace(e.Reason))
	if len(e.Evidence) > 0 {
		w.list("evidence", e.Evidence)
	}
	if e.KEVAck {
		w.raw("kev_ack", "true")
	}
	w.text("requested_by", e.RequestedBy)
	w.list("approved_by", e.ApprovedBy)
	w.date("approved_on", e.ApprovedOn)
	w.date("expires", e.Expires)
	if len(e.ReviewWhen) > 0 {
		w.list("review_when", e.ReviewWhen)
	}
	w.text("ticket", e.Ticket)
	if e.FedRAMP != nil {
		w.block("fedramp", func(w *writer) { w.fedramp(*e.FedRAMP) })
	}
}

func (w *writer) item(p Package) {
	var inner writer
	inner.text("purl", p.PURL)
	inner.text("name", p.Name)
	inner.text("source", p.Source)
	inner.text("type", p.Type)
	if len(p.Versions) > 0 {
		inner.list("versions", p.Versions)
	}
	if len(p.Paths) > 0 {
		inner.list("paths", p.Paths)
	}
	for i, line := range inner.lines {
		w.lines = append(w.lines, []string{"  - ", "    "}[min(i, 1)]+line)
	}
}

func (w *writer) cvss(c CVSS) {
	w.text("base", c.Base)
	w.text("vector", c.Vector)
	if len(c.Modified) > 0 {
		var set []string
		for _, name := range metrics() {
			if value, ok := c.Modified[name]; ok {
				set = append(set, name+": "+flowScalar(value))
			}
		}
		w.raw("modified", "{"+strings.Join(set, ", ")+"}")
	}
	if len(c.Rationale) > 0 {
		w.block("rationale", func(w *writer) {
			for _, name := range metrics() {
				w.text(name, c.Rationale[name])
			}
		})
	}
	w.text("remediation_level", c.RemediationLevel)
}

func (w *writer) fedramp(f FedRAMP) {
	w.text("false_positive", f.FalsePositive)
	w.text("risk_adjustment", f.RiskAdjustment)
	w.text("operational_requirement", f.OperationalRequirement)
	if f.InternetReachable != nil {
		w.raw("internet_reachable", strconv.FormatBool(*f.InternetReachable))
	}
	if f.LikelyExploitable != nil {
		w.raw("likely_exploitable", strconv.FormatBool(*f.LikelyExploitable))
	}
	if f.Pain != 0 {
		w.raw("pain", strconv.Itoa(f.Pain))
	}
	w.text("deviation_request", f.DeviationRequest)
}

func (w *writer) raw(key, value string) {
	w.lines = append(w.lines, strings.TrimRight(key+": "+value, " "))
}

// text writes a text; nothing when it is empty.
func (w *writer) text(key, value string) {
	if value != "" {
		w.raw(key, blockScalar(value))
	}
}

// date writes a day, without quotes; nothing when it is zero.
func (w *writer) date(key string, t time.Time) {
	if !t.IsZero() {
		w.raw(key, t.UTC().Format(time.DateOnly))
	}
}

// long writes a text on several lines if it has them, or needs them.
func (w *writer) long(key, value string) {
	style, lines := ">-", folded(value, width)
	switch {
	case strings.Contains(value, "\n"):
		style, lines = "|-", literal(value)
	case len([]rune(key+": "+value)) <= width:
		w.text(key, value)
		return
	}
	if lines == nil {
		w.raw(key, quoted(value))
		return
	}
	w.raw(key, style)
	for _, line := range lines {
		if line != "" {
			line = "  " + line
		}
		w.lines = append(w.lines, line)
	}
}

// list writes a list in brackets, or one item a line when that is too long.
func (w *writer) list(key string, items []string) {
	if line := flowList(items); len([]rune(key+": "+line)) <= width {
		w.raw(key, line)
		return
	}
	w.raw(key, "")
	for _, item := range items {
		w.lines = append(w.lines, "  - "+blockScalar(item))
	}
}

// block writes a mapping; an empty one as {}.
func (w *writer) block(key string, write func(*writer)) {
	var inner writer
	write(&inner)
	if len(inner.lines) == 0 {
		w.raw(key, "{}")
		return
	}
	w.raw(key, "")
	for _, line := range inner.lines {
		w.lines = append(w.lines, "  "+line)
	}
}

func flowList(items []string) string {
	var all []string
	for _, item := range items {
		all = append(all, flowScalar(item))
	}
	return "[" + strings.Join(all, ", ") + "]"
}
