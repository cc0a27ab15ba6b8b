package intel

import (
	"github.com/org/imgscan-action/internal/cvss"
	"github.com/org/imgscan-action/internal/finding"
)

// Deadline is when CISA's Binding Operational Directive 26-04 wants a vulnerability
// remediated.
type Deadline struct {
	// Days is how long it may take, in calendar days; 0 when Upgrade is set.
	Days int

	// Forensics is set when the directive also wants to know whether the
	// vulnerability has been used.
	Forensics bool

	// Upgrade is set when the next regular upgrade is soon enough.
	Upgrade bool

	// Assumed are the answers, in words, that nobody gave and that were taken for
	// granted; empty when all four were known.
	Assumed []string
}

// question is what the directive asks about a vulnerability in an asset.
type question struct{ kev, exposed, automatable, total bool }

// bod2604 is the directive's table as CERT/CC publishes it with SSVC
// (cisa_bod_26_04_1_0_0.csv), in its order.
var bod2604 = map[question]Deadline{
	{kev: false, exposed: false, automatable: false, total: false}: {Upgrade: true},
	{kev: true, exposed: false, automatable: false, total: false}:  {Days: 14},
	{kev: false, exposed: true, automatable: false, total: false}:  {Days: 60},
	{kev: false, exposed: false, automatable: true, total: false}:  {Days: 60},
	{kev: false, exposed: false, automatable: false, total: true}:  {Upgrade: true},
	{kev: true, exposed: true, automatable: false, total: false}:   {Days: 14},
	{kev: true, exposed: false, automatable: true, total: false}:   {Days: 14},
	{kev: false, exposed: true, automatable: true, total: false}:   {Days: 14},
	{kev: true, exposed: false, automatable: false, total: true}:   {Days: 14},
	{kev: false, exposed: true, automatable: false, total: true}:   {Days: 14},
	{kev: false, exposed: false, automatable: true, total: true}:   {Days: 60},
	{kev: true, exposed: true, automatable: true, total: false}:    {Days: 3},
	{kev: true, exposed: true, automatable: false, total: true}:    {Days: 3, Forensics: true},
	{kev: true, exposed: false, automatable: true, total: true}:    {Days: 3, Forensics: true},
	{kev: false, exposed: true, automatable: true, total: true}:    {Days: 3},
	{kev: true, exposed: true, automatable: true, total: true}:     {Days: 3, Forensics: true},
}

// BOD2604 is the deadline of a vulnerability in an image that is, or is not, exposed
// to the public. vector is the vulnerability's CVSS vector, which may be empty.
//
// Where SSVC has no answer, a vulnerability is taken as automatable, as FedRAMP's
// VER-EVA-AIA demands until there is evidence, and its technical impact as total
// when the base metrics of the vector have all three impacts high, else as partial.
// Where no KEV catalog was read it is taken as not listed.
func BOD2604(c finding.Context, exposed bool, vector string) Deadline {
	q := question{exposed: exposed}
	var assumed []string
	switch {
	case c.Exploited != nil:
		q.kev = *c.Exploited
	case c.KEV != nil:
		q.kev = true
	default:
		assumed = append(assumed, "not in the KEV catalog, in which it was not looked up")
	}
	var ssvc finding.SSVC
	if c.SSVC != nil {
		ssvc = *c.SSVC
	}
	switch ssvc.Automatable {
	case "yes", "no":
		q.automatable = ssvc.Automatable == "yes"
	default:
		q.automatable = true
		assumed = append(assumed, "automatable, as SSVC does not say otherwise")
	}
	switch ssvc.TechnicalImpact {
	case "partial", "total":
		q.total = ssvc.TechnicalImpact == "total"
	default:
		var why string
		q.total, why = impactOf(vector)
		assumed = append(assumed, why)
	}
	deadline := bod2604[q]
	deadline.Assumed = assumed
	return deadline
}

// impactOf judges the technical impact by a CVSS vector, and says so in words.
func impactOf(vector string) (total bool, why string) {
	v, err := cvss.Parse(vector)
	if err != nil {
		return false, "of partial technical impact, as neither SSVC nor a CVSS vector says otherwise"
	}
	// The names and highest values of the impacts in all versions.
	high := 0
	for _, m := range v.Base().Metrics() {
		switch m.Name + ":" + m.Value {
		case "C:H", "I:H", "A:H", "VC:H", "VI:H", "VA:H", "C:C", "I:C", "A:C":
			high++
		}
	}
	if high == 3 {
		return true, "of total technical impact, by the CVSS vector"
	}
	return false, "of partial technical impact, by the CVSS vector"
}
