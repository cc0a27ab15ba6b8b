package triage

import (
	"fmt"
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/cvss"
	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
)

// checkIn is for how many days after it was asked a vendor may be waited for.
const checkIn = 30

// trigger is an event after which an entry has to be looked at again.
type trigger struct {
	why string

	// lapses is the first day on which the entry does not act; zero for something
	// that ought to be looked at and takes nothing away.
	lapses time.Time
}

// review says why an entry has to be looked at again, and when it lapses. Both are
// zero when nothing is due; a reason without a day takes nothing away.
//
// Nothing remembers when a fact became one, so the date is taken from the data: the
// day on which a vulnerability was added to the KEV catalog, and otherwise the day
// on which its record last changed. A fact whose date is not known, or not after the
// approval, or in the future, may be as old as the approval, and the grace counts from
// there. A record that keeps changing gives more grace than it should, until the entry
// ends.
func (o Options) review(e *exceptions.Entry, f *finding.Finding) (string, time.Time) {
	var triggers []trigger
	if t := o.newBase(e, f); t.why != "" {
		triggers = append(triggers, t)
	}
	for _, event := range e.ReviewWhen {
		var t trigger
		switch event {
		case "fix_available":
			t = o.fixAvailable(e, f)
		case "kev_listed":
			t = o.kevListed(e, f)
		case "score_increased":
			t = o.scoreIncreased(e, f)
		case "package_changed":
			t = packageChanged(e)
		}
		if t.why != "" {
			triggers = append(triggers, t)
		}
	}
	if e.Decision == finding.VendorDependency && e.Vendor != nil {
		triggers = append(triggers, o.vendorAsked(e.Vendor))
	}

	var reasons []string
	var lapses time.Time
	for _, t := range triggers {
		reasons = append(reasons, t.why)
		if !t.lapses.IsZero() && (lapses.IsZero() || t.lapses.Before(lapses)) {
			lapses = t.lapses
		}
	}
	return strings.Join(reasons, "; "), lapses
}

// since is a trigger for something that became true at a time.
func (o Options) since(e *exceptions.Entry, when time.Time, why string) trigger {
	if when.Before(e.ApprovedOn) || when.After(o.Now) {
		when = e.ApprovedOn
	}
	return trigger{why: why, lapses: day(day(when).Add(max(o.StaleGrace, 0)))}
}

func (o Options) fixAvailable(e *exceptions.Entry, f *finding.Finding) trigger {
	if !f.Fixable() {
		return trigger{}
	}
	return o.since(e, f.Modified, "a fix is available in "+f.FixedIn)
}

// kevListed is about a listing that the approver cannot have known. An entry
// without kev_ack does not get as far.
func (o Options) kevListed(e *exceptions.Entry, f *finding.Finding) trigger {
	if f.Context.KEV == nil || !f.Context.KEV.Added.After(e.ApprovedOn) {
		return trigger{}
	}
	return o.since(e, f.Context.KEV.Added, "the vulnerability was added to the KEV catalog on "+date(f.Context.KEV.Added))
}

// newBase is about a rescoring whose subject is no longer what was rescored. It needs
// no review_when: the metrics were approved for that vector.
func (o Options) newBase(e *exceptions.Entry, f *finding.Finding) trigger {
	if e.CVSS == nil || e.CVSS.Base == "" || sameBase(e.CVSS.Base, f.Rating.Vector) {
		return trigger{}
	}
	now := f.Rating.Vector
	if now == "" {
		now = "missing"
	}
	return o.since(e, f.Modified, fmt.Sprintf("the base vector is %s and not %s", now, e.CVSS.Base))
}

func sameBase(a, b string) bool {
	x, err := cvss.Parse(a)
	if err != nil {
		return false
	}
	y, err := cvss.Parse(b)
	return err == nil && x.Base().String() == y.Base().String()
}

// scoreIncreased compares with what the entry says the rating was. An entry that
// rescores names a vector and is about its base; any other may name a severity.
func (o Options) scoreIncreased(e *exceptions.Entry, f *finding.Finding) trigger {
	switch {
	case e.CVSS != nil && e.CVSS.Base != "":
		return trigger{} // newBase is stricter
	case e.Severity == nil || rescores(e):
		return trigger{why: "whether the score has increased cannot be told: the entry does not say what it was"}
	case f.Rating.Severity > *e.Severity || f.Rating.Severity == finding.Unknown:
		return o.since(e, f.Modified, fmt.Sprintf("the severity is %s and not %s", f.Rating.Severity, *e.Severity))
	}
	return trigger{}
}

// rescores says whether the entry's severity is the one after the decision.
func rescores(e *exceptions.Entry) bool {
	return e.Decision == finding.Rescored || e.Decision == finding.Mitigated && e.Cause == "environment"
}

// packageChanged has nothing to find: an entry that names the version it was approved
// for matches no other. It only says so when the entry names none.
func packageChanged(e *exceptions.Entry) trigger {
	for _, p := range e.Packages {
		if !newAlternative(p).pinned() {
			return trigger{why: "whether the package has changed cannot be told: the entry does not name a version"}
		}
	}
	if len(e.Packages) == 0 {
		return trigger{why: "whether the package has changed cannot be told: the entry does not name one"}
	}
	return trigger{}
}

func (o Options) vendorAsked(v *exceptions.Vendor) trigger {
	if v.LastCheckIn.After(o.Now) {
		return trigger{why: "the vendor is said to have been asked on " + date(v.LastCheckIn), lapses: day(o.Now)}
	}
	return trigger{
		why:    fmt.Sprintf("the vendor has to be asked again within %d days of %s", checkIn, date(v.LastCheckIn)),
		lapses: endOf(v.LastCheckIn).AddDate(0, 0, checkIn),
	}
}
