package vex

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
)

// A record is an entry as a list of words, for what VEX has no place for:
//
//	imgscan: id=EX-2026-003; decision=rescored; expires=2026-12-10; approved-by=@sec-lead; …
//
// In OpenVEX it stands in status_notes, in CycloneDX each word is a property
// "imgscan:id". Keys may repeat. Who approved the entry is there to be read by
// people; it is never read back, since anybody can write it.

// recordPrefix begins a record, and the names of its properties.
const recordPrefix = "imgscan:"

// pair is one word of a record.
type pair struct{ key, value string }

// recordOf is the record of an entry. text is what the statement says itself, so
// that a reason is written twice only when it has to.
func recordOf(e *exceptions.Entry, text string) []pair {
	var r []pair
	add := func(key string, values ...string) {
		for _, value := range values {
			if value != "" {
				r = append(r, pair{key, value})
			}
		}
	}
	add("id", e.ID)
	add("decision", string(e.Decision))
	add("cause", e.Cause)
	add("expires", day(e.Expires))
	add("approved-by", e.ApprovedBy...)
	add("requested-by", e.RequestedBy)
	if text != e.Reason {
		add("reason", e.Reason)
	}
	add("vulnerability", e.Vulnerabilities...)
	add("image", e.Images...)
	for i, p := range e.Packages {
		prefix := "package." + strconv.Itoa(i+1) + "."
		add(prefix+"purl", p.PURL)
		add(prefix+"name", p.Name)
		add(prefix+"source", p.Source)
		add(prefix+"type", p.Type)
		add(prefix+"version", p.Versions...)
		add(prefix+"path", p.Paths...)
	}
	if e.Severity != nil {
		add("severity", e.Severity.String())
	}
	if c := e.CVSS; c != nil {
		add("cvss.base", c.Base)
		add("cvss.vector", c.Vector)
		for _, metric := range slices.Sorted(maps.Keys(c.Modified)) {
			add("cvss.modified", metric+":"+c.Modified[metric])
		}
		for _, metric := range slices.Sorted(maps.Keys(c.Rationale)) {
			add("cvss.rationale", metric+":"+c.Rationale[metric])
		}
		add("cvss.remediation-level", c.RemediationLevel)
	}
	if e.KEVAck {
		add("kev-ack", "true")
	}
	add("review-when", e.ReviewWhen...)
	add("evidence", e.Evidence...)
	add("ticket", e.Ticket)
	if v := e.Vendor; v != nil {
		add("vendor.product", v.Product)
		add("vendor.last-check-in", day(v.LastCheckIn))
		add("vendor.reference", v.Reference)
	}
	if f := e.FedRAMP; f != nil {
		add("fedramp.false-positive", f.FalsePositive)
		add("fedramp.risk-adjustment", f.RiskAdjustment)
		add("fedramp.operational-requirement", f.OperationalRequirement)
		add("fedramp.internet-reachable", boolWord(f.InternetReachable))
		add("fedramp.likely-exploitable", boolWord(f.LikelyExploitable))
		if f.Pain != 0 {
			add("fedramp.pain", strconv.Itoa(f.Pain))
		}
		add("fedramp.deviation-request", f.DeviationRequest)
	}
	return r
}

// day is a date as records have it; empty for none.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

func boolWord(b *bool) string {
	if b == nil {
		return ""
	}
	return strconv.FormatBool(*b)
}

// recordReader restores an entry from the words of a record.
type recordReader struct {
	entry    exceptions.Entry
	packages map[int]*exceptions.Package
	bad      bool
}

// restore is the entry that a record is of, without an approval, and false when it
// is not one that imgscan writes. text is what the statement says itself.
func restore(record []pair, text string) (exceptions.Entry, bool) {
	r := recordReader{packages: make(map[int]*exceptions.Package)}
	r.entry.Reason = text
	for _, word := range record {
		r.word(word.key, word.value)
	}
	for _, n := range slices.Sorted(maps.Keys(r.packages)) {
		r.entry.Packages = append(r.entry.Packages, *r.packages[n])
	}
	e := r.entry
	complete := e.ID != "" && len(e.Vulnerabilities) > 0 && len(e.Images) > 0 && !e.Expires.IsZero() &&
		slices.Contains(finding.Decisions(), e.Decision)
	return e, complete && !r.bad
}

// word takes one word. Words that are not known may be those of a later version.
func (r *recordReader) word(key, value string) {
	e := &r.entry
	section, rest, _ := strings.Cut(key, ".")
	switch section {
	case "id":
		e.ID = value
	case "decision":
		e.Decision = finding.Decision(value)
	case "cause":
		e.Cause = value
	case "expires":
		e.Expires = r.date(value)
	case "requested-by":
		e.RequestedBy = value
	case "reason":
		e.Reason = value
	case "vulnerability":
		e.Vulnerabilities = append(e.Vulnerabilities, value)
	case "image":
		e.Images = append(e.Images, value)
	case "package":
		r.pkg(rest, value)
	case "severity":
		severity, err := finding.ParseSeverity(value)
		r.bad = r.bad || err != nil
		e.Severity = &severity
	case "cvss":
		r.cvss(rest, value)
	case "kev-ack":
		e.KEVAck = value == "true"
	case "review-when":
		e.ReviewWhen = append(e.ReviewWhen, value)
	case "evidence":
		e.Evidence = append(e.Evidence, value)
	case "ticket":
		e.Ticket = value
	case "vendor":
		r.vendor(rest, value)
	case "fedramp":
		r.fedRAMP(rest, value)
	}
}

func (r *recordReader) pkg(key, value string) {
	number, field, _ := strings.Cut(key, ".")
	n, err := strconv.Atoi(number)
	if err != nil {
		r.bad = true
		return
	}
	p := r.packages[n]
	if p == nil {
		p = new(exceptions.Package)
		r.packages[n] = p
	}
	switch field {
	case "purl":
		p.PURL = value
	case "name":
		p.Name = value
	case "source":
		p.Source = value
	case "type":
		p.Type = value
	case "version":
		p.Versions = append(p.Versions, value)
	case "path":
		p.Paths = append(p.Paths, value)
	}
}

func (r *recordReader) cvss(key, value string) {
	if r.entry.CVSS == nil {
		r.entry.CVSS = new(exceptions.CVSS)
	}
	c := r.entry.CVSS
	metric, text, _ := strings.Cut(value, ":")
	switch key {
	case "base":
		c.Base = value
	case "vector":
		c.Vector = value
	case "modified":
		if c.Modified == nil {
			c.Modified = make(map[string]string)
		}
		c.Modified[metric] = text
	case "rationale":
		if c.Rationale == nil {
			c.Rationale = make(map[string]string)
		}
		c.Rationale[metric] = text
	case "remediation-level":
		c.RemediationLevel = value
	}
}

func (r *recordReader) vendor(key, value string) {
	if r.entry.Vendor == nil {
		r.entry.Vendor = new(exceptions.Vendor)
	}
	v := r.entry.Vendor
	switch key {
	case "product":
		v.Product = value
	case "last-check-in":
		v.LastCheckIn = r.date(value)
	case "reference":
		v.Reference = value
	}
}

func (r *recordReader) fedRAMP(key, value string) {
	if r.entry.FedRAMP == nil {
		r.entry.FedRAMP = new(exceptions.FedRAMP)
	}
	f := r.entry.FedRAMP
	switch key {
	case "false-positive":
		f.FalsePositive = value
	case "risk-adjustment":
		f.RiskAdjustment = value
	case "operational-requirement":
		f.OperationalRequirement = value
	case "internet-reachable":
		f.InternetReachable = r.truth(value)
	case "likely-exploitable":
		f.LikelyExploitable = r.truth(value)
	case "pain":
		n, err := strconv.Atoi(value)
		r.bad = r.bad || err != nil
		f.Pain = n
	case "deviation-request":
		f.DeviationRequest = value
	}
}

func (r *recordReader) date(value string) time.Time {
	t, err := time.Parse(time.DateOnly, value)
	r.bad = r.bad || err != nil
	return t
}

func (r *recordReader) truth(value string) *bool {
	b, err := strconv.ParseBool(value)
	r.bad = r.bad || err != nil
	return &b
}
