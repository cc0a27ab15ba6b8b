package report

import (
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// The part of the JSON report that says what was decided, by whom, and what else
// is known of a vulnerability. A project without decisions and without context has
// none of it; where there is any, every finding has its own.

type jsonTriage struct {
	Files      []string       `json:"files"`
	From       string         `json:"from,omitempty"`
	ByDecision []jsonDecision `json:"byDecision"`
	Unused     []jsonUnused   `json:"unused"`
	Expiring   []jsonExpiring `json:"expiring"`
}

type jsonDecision struct {
	Decision   finding.Decision `json:"decision"`
	Findings   int              `json:"findings"`
	Suppressed int              `json:"suppressed"`
}

type jsonUnused struct {
	Entry  string    `json:"entry"`
	At     *jsonLine `json:"at,omitempty"`
	Cause  string    `json:"cause"`
	Detail string    `json:"detail,omitempty"`
}

type jsonExpiring struct {
	Entry    string    `json:"entry"`
	At       *jsonLine `json:"at,omitempty"`
	Expires  jsonDay   `json:"expires"`
	Findings int       `json:"findings"`
}

type jsonDisposition struct {
	Suppressed   bool             `json:"suppressed"`
	Decision     finding.Decision `json:"decision,omitempty"`
	Cause        string           `json:"cause,omitempty"`
	Entry        string           `json:"entry,omitempty"`
	At           *jsonLine        `json:"at,omitempty"`
	Vendor       bool             `json:"vendor,omitempty"`
	Reason       string           `json:"reason,omitempty"`
	Evidence     []string         `json:"evidence,omitempty"`
	RequestedBy  string           `json:"requestedBy,omitempty"`
	ApprovedBy   []string         `json:"approvedBy,omitempty"`
	ApprovedOn   jsonDay          `json:"approvedOn,omitzero"`
	Expires      jsonDay          `json:"expires,omitzero"`
	Ticket       string           `json:"ticket,omitempty"`
	RatingBefore *jsonRating      `json:"ratingBefore,omitempty"`
	Review       string           `json:"review,omitempty"`
	Lapses       jsonDay          `json:"lapses,omitzero"`
	Shadowed     []string         `json:"shadowed,omitempty"`
	Lapsed       []jsonLapsed     `json:"lapsed,omitempty"`
	Claims       []jsonClaim      `json:"claims,omitempty"`
}

type jsonLapsed struct {
	Entry      string    `json:"entry"`
	At         *jsonLine `json:"at,omitempty"`
	Why        string    `json:"why"`
	ApprovedBy []string  `json:"approvedBy,omitempty"`
	Expires    jsonDay   `json:"expires,omitzero"`
}

type jsonClaim struct {
	Author        string    `json:"author"`
	Document      string    `json:"document"`
	Status        string    `json:"status"`
	Justification string    `json:"justification,omitempty"`
	Statement     string    `json:"statement,omitempty"`
	Timestamp     time.Time `json:"timestamp,omitzero"`
	Acts          bool      `json:"acts"`
	Why           string    `json:"why,omitempty"`
}

// jsonContext has a null for what nobody looked up or no source knows.
type jsonContext struct {
	Exploited *bool         `json:"exploited"`
	KEV       *jsonKEV      `json:"kev"`
	EPSS      *jsonEPSS     `json:"epss"`
	SSVC      *jsonSSVC     `json:"ssvc"`
	Deadline  *jsonDeadline `json:"deadline"`
}

type jsonKEV struct {
	Added      jsonDay `json:"added,omitzero"`
	Due        jsonDay `json:"due,omitzero"`
	Ransomware bool    `json:"ransomware"`
	Action     string  `json:"action,omitempty"`
}

type jsonEPSS struct {
	Score      float64 `json:"score"`
	Percentile float64 `json:"percentile"`
}

type jsonSSVC struct {
	Exploitation    string `json:"exploitation,omitempty"`
	Automatable     string `json:"automatable,omitempty"`
	TechnicalImpact string `json:"technicalImpact,omitempty"`
}

type jsonDeadline struct {
	Days      int      `json:"days,omitempty"`
	Forensics bool     `json:"forensics,omitempty"`
	Upgrade   bool     `json:"upgrade,omitempty"`
	Due       jsonDay  `json:"due,omitzero"`
	Assumed   []string `json:"assumed,omitempty"`
}

type jsonSource struct {
	Name   string    `json:"name"`
	File   string    `json:"file,omitempty"`
	SHA256 string    `json:"sha256,omitempty"`
	Date   time.Time `json:"date,omitzero"`
	Notes  []string  `json:"notes,omitempty"`
}

type jsonForecast struct {
	From     time.Time       `json:"from"`
	Why      string          `json:"why"`
	Breaking int             `json:"breaking"`
	Blocking int             `json:"blocking"`
	Judged   finding.Outcome `json:"judged"`
	Outcome  finding.Outcome `json:"outcome"`
}

// jsonDay is a day, as "2026-12-10"; the zero value is none.
type jsonDay time.Time

// IsZero lets omitzero leave it out.
func (d jsonDay) IsZero() bool { return time.Time(d).IsZero() }

// MarshalText writes the day in UTC.
func (d jsonDay) MarshalText() ([]byte, error) { return []byte(day(time.Time(d))), nil }

// addTriage completes a report of which something was decided or looked up, and
// leaves any other alone.
func (doc *jsonReport) addTriage(rep *finding.Report) {
	for _, s := range rep.Sources {
		doc.Sources = append(doc.Sources, jsonSource{s.Name, s.File, s.SHA256, s.Date.UTC(), s.Notes})
	}
	for _, f := range rep.Forecast {
		doc.Forecast = append(doc.Forecast, jsonForecast{f.From.UTC(), f.Why, f.Breaking, f.Blocking, f.Judged, f.Outcome})
	}
	doc.Pending = rep.Pending

	if decidedOn(rep) {
		doc.Triage = newJSONTriage(rep)
		for i, f := range rep.Findings {
			doc.Findings[i].Disposition = newJSONDisposition(f.Disposition)
		}
	}
	if lookedUp(rep) {
		for i, f := range rep.Findings {
			doc.Findings[i].Context = newJSONContext(f.Context)
		}
	}
}

// decidedOn says whether decisions were laid over the findings of the report.
func decidedOn(rep *finding.Report) bool {
	if t := rep.Triage; len(t.Files)+len(t.Unused)+len(t.Expiring) > 0 {
		return true
	}
	for i := range rep.Findings {
		if d := &rep.Findings[i].Disposition; d.Decision != "" || d.Suppressed || len(d.Lapsed)+len(d.Claims) > 0 {
			return true
		}
	}
	return false
}

// lookedUp says whether any source of context was read.
func lookedUp(rep *finding.Report) bool {
	if len(rep.Sources) > 0 {
		return true
	}
	for i := range rep.Findings {
		if rep.Findings[i].Context != (finding.Context{}) {
			return true
		}
	}
	return false
}

func newJSONTriage(rep *finding.Report) *jsonTriage {
	t := rep.Triage
	doc := &jsonTriage{
		Files:      t.Files,
		From:       t.From,
		ByDecision: []jsonDecision{},
		Unused:     make([]jsonUnused, len(t.Unused)),
		Expiring:   make([]jsonExpiring, len(t.Expiring)),
	}
	if doc.Files == nil {
		doc.Files = []string{}
	}
	for _, c := range countDecisions(rep.Findings) {
		doc.ByDecision = append(doc.ByDecision, jsonDecision{c.decision, c.findings, c.suppressed})
	}
	for i, u := range t.Unused {
		doc.Unused[i] = jsonUnused{u.Entry, newJSONLine(u.At), u.Cause, u.Detail}
	}
	for i, e := range t.Expiring {
		doc.Expiring[i] = jsonExpiring{e.Entry, newJSONLine(e.At), jsonDay(e.Expires), e.Findings}
	}
	return doc
}

func newJSONDisposition(d finding.Disposition) *jsonDisposition {
	doc := &jsonDisposition{
		Suppressed:  d.Suppressed,
		Decision:    d.Decision,
		Cause:       d.Cause,
		Entry:       d.Entry,
		At:          newJSONLine(d.At),
		Vendor:      d.Vendor,
		Reason:      d.Reason,
		Evidence:    d.Evidence,
		RequestedBy: d.RequestedBy,
		ApprovedBy:  d.ApprovedBy,
		ApprovedOn:  jsonDay(d.ApprovedOn),
		Expires:     jsonDay(d.Expires),
		Ticket:      d.Ticket,
		Review:      d.Review,
		Lapses:      jsonDay(d.Lapses),
		Shadowed:    d.Shadowed,
	}
	if d.Before != nil {
		doc.RatingBefore = new(newJSONRating(*d.Before))
	}
	for _, l := range d.Lapsed {
		doc.Lapsed = append(doc.Lapsed, jsonLapsed{l.Entry, newJSONLine(l.At), l.Why, l.ApprovedBy, jsonDay(l.Expires)})
	}
	for _, c := range d.Claims {
		doc.Claims = append(doc.Claims, jsonClaim{
			c.Author, c.Document, c.Status, c.Justification, c.Statement, c.Timestamp.UTC(), c.Acts, c.Why,
		})
	}
	return doc
}

func newJSONContext(c finding.Context) *jsonContext {
	doc := &jsonContext{Exploited: c.Exploited}
	if k := c.KEV; k != nil {
		doc.KEV = &jsonKEV{jsonDay(k.Added), jsonDay(k.Due), k.Ransomware, k.Action}
	}
	if c.EPSS != nil {
		doc.EPSS = new(jsonEPSS(*c.EPSS))
	}
	if c.SSVC != nil {
		doc.SSVC = new(jsonSSVC(*c.SSVC))
	}
	if d := c.Deadline; d != nil {
		doc.Deadline = &jsonDeadline{d.Days, d.Forensics, d.Upgrade, jsonDay(d.Due), d.Assumed}
	}
	return doc
}
