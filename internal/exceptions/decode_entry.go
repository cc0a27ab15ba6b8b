package exceptions

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/cvss"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/strictyaml"
)

func (d *decoder) entry(n *node) {
	e := &Entry{}
	fields := []field{
		{"id", func(n *node, name string) { e.ID = d.id(n, name) }},
		{"vulnerabilities", func(n *node, name string) { e.Vulnerabilities = d.texts(n, name, 1, vulnerability) }},
		{"images", func(n *node, name string) { e.Images = d.texts(n, name, 1, imagePattern) }},
		{"packages", func(n *node, name string) {
			d.list(n, name, 1, func(n *node, _ string) { e.Packages = append(e.Packages, d.pkg(n)) })
		}},
		{"decision", func(n *node, name string) { e.Decision = finding.Decision(d.oneOf(n, name, decisions())) }},
		{"cause", func(n *node, name string) { e.Cause = d.oneOf(n, name, causes()) }},
		{"cvss", func(n *node, _ string) { e.CVSS = d.cvss(n) }},
		{"severity", func(n *node, name string) { e.Severity = d.severity(n, name) }},
		{"reason", func(n *node, name string) { e.Reason = strings.TrimSpace(d.match(n, name, reason)) }},
		{"evidence", func(n *node, name string) { e.Evidence = d.texts(n, name, 0, anyLine) }},
		{"kev_ack", func(n *node, name string) { e.KEVAck = d.boolean(n, name) }},
		{"requested_by", func(n *node, name string) { e.RequestedBy = d.match(n, name, anyLine) }},
		{"approved_by", func(n *node, name string) { e.ApprovedBy = d.texts(n, name, 0, anyLine) }},
		{"approved_on", func(n *node, name string) { e.ApprovedOn = d.date(n, name) }},
		{"expires", func(n *node, name string) { e.Expires = d.date(n, name) }},
		{"review_when", func(n *node, name string) { e.ReviewWhen = d.reviews(n, name) }},
		{"ticket", func(n *node, name string) { e.Ticket = d.match(n, name, anyLine) }},
		{"vendor", func(n *node, _ string) { e.Vendor = d.vendor(n) }},
		{"fedramp", func(n *node, _ string) { e.FedRAMP = d.fedramp(n) }},
	}
	required := []string{"id", "vulnerabilities", "images", "decision", "reason", "approved_by", "expires"}
	if !d.object(n, "an exception", required, fields) {
		return
	}
	d.together(n, e)
	e.At = place(n, "- id: "+e.ID)
	d.file.Entries = append(d.file.Entries, e)
}

// together checks what one key asks of others.
func (d *decoder) together(n *node, e *Entry) {
	has := func(key string) bool { return n.Pair(key) != nil }
	at := func(key string) *node { return n.Pair(key).Value }
	if slices.Contains(e.Vulnerabilities, "*") {
		if len(e.Vulnerabilities) > 1 {
			d.mistake(at("vulnerabilities"), `vulnerabilities: "*" stands alone: it is all of them`)
		}
		if !has("packages") {
			d.mistake(at("vulnerabilities"), `vulnerabilities: "*" needs packages: it is for all vulnerabilities of a package`)
		}
	}
	switch e.Decision {
	case finding.Rescored:
		if !has("cvss") && !has("severity") {
			d.mistake(at("decision"), "decision: rescored needs cvss, or a severity")
		}
	case finding.VendorDependency:
		if !has("vendor") {
			d.mistake(at("decision"), "decision: vendor_dependency needs vendor, with its product and last_check_in")
		}
	case finding.Mitigated:
		allowed := causesOf(finding.Mitigated)
		switch {
		case !has("cause"):
			d.mistake(at("decision"), "decision: mitigated needs a cause: %s", strings.Join(allowed, " or "))
		case e.Cause != "" && !slices.Contains(allowed, e.Cause):
			d.mistake(at("cause"), "cause: expected %s for a decision of mitigated, found %s", strings.Join(allowed, " or "), strictyaml.Quote(e.Cause))
		}
	}
	if len(e.ApprovedBy) > 0 && !has("approved_on") {
		d.mistake(at("approved_by"), "approved_by: somebody has approved it, and approved_on is missing")
	}
}

func (d *decoder) id(n *node, name string) string {
	id := d.match(n, name, identifier)
	if id == "" {
		return ""
	}
	if line, twice := d.lines[id]; twice {
		d.mistake(n, "id: %s is that of another entry, in line %d", strictyaml.Quote(id), line)
	} else {
		d.lines[id] = n.Line
	}
	return id
}

func (d *decoder) date(n *node, name string) time.Time {
	text := d.match(n, name, dateForm)
	if text == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.IsZero() {
		d.mistake(n, "%s: there is no day %s", name, text)
	}
	return t
}

func (d *decoder) severity(n *node, name string) *finding.Severity {
	s, err := finding.ParseSeverity(d.oneOf(n, name, claims()))
	if err != nil {
		return nil // oneOf has said so
	}
	return &s
}

func (d *decoder) reviews(n *node, name string) []string {
	var all []string
	d.list(n, name, 0, func(n *node, name string) {
		word := d.oneOf(n, name, reviews())
		if word != "" && slices.Contains(all, word) {
			d.mistake(n, "%s: %s is there twice", name, word)
		}
		all = append(all, word)
	})
	return all
}

func (d *decoder) pkg(n *node) Package {
	var p Package
	ok := d.object(n, "a package", nil, []field{
		{"purl", func(n *node, name string) { p.PURL = d.match(n, name, packageURL) }},
		{"name", func(n *node, name string) { p.Name = d.match(n, name, anyLine) }},
		{"source", func(n *node, name string) { p.Source = d.match(n, name, anyLine) }},
		{"type", func(n *node, name string) { p.Type = d.match(n, name, anyLine) }},
		{"versions", func(n *node, name string) { p.Versions = d.texts(n, name, 1, glob) }},
		{"paths", func(n *node, name string) { p.Paths = d.texts(n, name, 1, glob) }},
	})
	selects := func(key string) bool { return n.Pair(key) != nil }
	if ok && !slices.ContainsFunc([]string{"purl", "name", "source", "paths"}, selects) {
		d.mistake(n, "a package: expected purl, name, source or paths: without one it is any package")
	}
	return p
}

func (d *decoder) cvss(n *node) *CVSS {
	c := &CVSS{}
	ok := d.object(n, "cvss", nil, []field{
		{"base", func(n *node, name string) { c.Base = d.match(n, name, baseVector) }},
		{"vector", func(n *node, name string) { c.Vector = d.match(n, name, wholeVector) }},
		{"modified", func(n *node, name string) { c.Modified = d.metrics(n, name, metricValue) }},
		{"rationale", func(n *node, name string) { c.Rationale = d.metrics(n, name, anyLine) }},
		{"remediation_level", func(n *node, name string) { c.RemediationLevel = d.oneOf(n, name, remediationLevels()) }},
	})
	if !ok {
		return nil
	}
	modified, vector := n.Pair("modified"), n.Pair("vector")
	switch {
	case modified == nil && vector == nil:
		d.mistake(n, "cvss: expected modified, the metrics that are set, or vector, the whole vector")
	case modified != nil && vector != nil:
		d.mistake(n, "cvss: expected modified or vector, found both")
	case modified != nil && len(c.Modified) == 0 && modified.Value.Kind == strictyaml.Mapping && len(modified.Value.Pairs) == 0:
		d.mistake(modified.Value, "modified: expected a metric, found none")
	case c.Base != "" && len(c.Modified) > 0 && !slices.Contains(valuesOf(c.Modified), ""):
		d.settable(modified.Value, c)
	}
	return c
}

// settable checks that the metrics are some of the vector that was approved.
func (d *decoder) settable(n *node, c *CVSS) {
	base, err := cvss.Parse(c.Base)
	if err != nil {
		return // match has said so
	}
	if _, err := base.Set(c.Modified); err != nil {
		d.mistake(n, "modified: %v", err)
	}
}

func (d *decoder) metrics(n *node, name string, f form) map[string]string {
	all := make(map[string]string)
	var fields []field
	for _, metric := range metrics() {
		fields = append(fields, field{metric, func(n *node, metric string) { all[metric] = d.match(n, name+": "+metric, f) }})
	}
	d.object(n, name, nil, fields)
	if len(all) == 0 {
		return nil
	}
	return all
}

func valuesOf(m map[string]string) []string {
	var all []string
	for _, name := range metrics() {
		if value, ok := m[name]; ok {
			all = append(all, value)
		}
	}
	return all
}

func (d *decoder) vendor(n *node) *Vendor {
	v := &Vendor{}
	d.object(n, "vendor", []string{"product", "last_check_in"}, []field{
		{"product", func(n *node, name string) { v.Product = d.match(n, name, anyLine) }},
		{"last_check_in", func(n *node, name string) { v.LastCheckIn = d.date(n, name) }},
		{"reference", func(n *node, name string) { v.Reference = d.match(n, name, anyLine) }},
	})
	return v
}

func (d *decoder) fedramp(n *node) *FedRAMP {
	f := &FedRAMP{}
	flag := func(n *node, name string) *bool { b := d.boolean(n, name); return &b }
	d.object(n, "fedramp", nil, []field{
		{"false_positive", func(n *node, name string) { f.FalsePositive = d.oneOf(n, name, deviations()) }},
		{"risk_adjustment", func(n *node, name string) { f.RiskAdjustment = d.oneOf(n, name, deviations()) }},
		{"operational_requirement", func(n *node, name string) { f.OperationalRequirement = d.oneOf(n, name, deviations()) }},
		{"internet_reachable", func(n *node, name string) { f.InternetReachable = flag(n, name) }},
		{"likely_exploitable", func(n *node, name string) { f.LikelyExploitable = flag(n, name) }},
		{"pain", func(n *node, name string) { f.Pain = d.pain(n, name) }},
		{"deviation_request", func(n *node, name string) { f.DeviationRequest = d.match(n, name, anyLine) }},
	})
	return f
}

func (d *decoder) pain(n *node, name string) int {
	pain, err := strconv.Atoi(n.Text)
	if n.Kind != strictyaml.Number || err != nil || pain < 1 || pain > 5 {
		d.mistake(n, "%s: expected a number from 1 to 5, found %s", name, n)
		return 0
	}
	return pain
}
