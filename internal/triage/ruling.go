package triage

import (
	"errors"
	"fmt"
	"time"

	"github.com/org/imgscan-action/internal/cvss"
	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
)

// ruling is what an entry makes of a finding.
type ruling struct {
	suppressed bool

	// rating is the new one; nil when it stays.
	rating *finding.Rating

	// loosens is set when the finding counts for less than without the entry.
	loosens bool

	review string
	lapses time.Time
}

// ratedByProject is the source of a rating that an entry gave.
const ratedByProject = "exception"

// judge says what an entry that matches makes of a finding, or in one clause why it
// does not act.
func (o Options) judge(e *exceptions.Entry, wildcard bool, f *finding.Finding) (ruling, string) {
	if why := notInForce(e, o.Now); why != "" {
		return ruling{}, why
	}
	if wildcard && !o.AllowWildcard {
		return ruling{}, "is about every vulnerability, which the configuration does not allow"
	}
	r, err := effect(e, f)
	if err != nil {
		return ruling{}, err.Error()
	}
	r.loosens = r.suppressed || r.rating != nil && lower(*r.rating, f.Rating)
	if r.loosens && exploited(f.Context) && !e.KEVAck {
		return ruling{}, "does not acknowledge that the vulnerability is exploited (kev_ack)"
	}
	due, lapses := o.review(e, f)
	r.review = due
	if !r.loosens || lapses.IsZero() {
		// Without the entry the finding would count for no more than with it: there is
		// nothing to take back.
		return r, ""
	}
	if !o.Now.Before(lapses) {
		return ruling{}, fmt.Sprintf("had to be reviewed before %s: %s", date(lapses), due)
	}
	r.lapses = lapses
	return r, ""
}

// effect is what the decision does, whether the entry may act or not. The error is
// a clause with the entry as its subject.
func effect(e *exceptions.Entry, f *finding.Finding) (ruling, error) {
	switch e.Decision {
	case finding.FalsePositive, finding.NotInExecutePath, finding.NotExploitable, finding.RiskAccepted:
		return ruling{suppressed: true}, nil
	case finding.VendorDependency:
		if e.Vendor == nil {
			return ruling{}, errors.New("does not say when the vendor was asked")
		}
		return ruling{suppressed: true}, nil
	case finding.Mitigated:
		switch e.Cause {
		case "inline":
			return ruling{suppressed: true}, nil
		case "environment":
			if e.CVSS == nil && e.Severity == nil {
				return ruling{suppressed: true}, nil
			}
			return rescore(e, f)
		}
		return ruling{}, errors.New("does not say whether the mitigation is inline or in the environment")
	case finding.Rescored:
		return rescore(e, f)
	case finding.UnderInvestigation, finding.Affected:
		return ruling{}, nil
	}
	return ruling{}, fmt.Errorf("has the unknown decision %q", e.Decision)
}

// rescore gives the finding the entry's rating: the score that follows from its
// metrics and the finding's vector of today, or only a word.
func rescore(e *exceptions.Entry, f *finding.Finding) (ruling, error) {
	var rating finding.Rating
	switch {
	case e.CVSS != nil:
		var err error
		if rating, err = cvss.Rescore(f.Rating, e.CVSS.Vector, e.CVSS.Modified); err != nil {
			return ruling{}, fmt.Errorf("cannot be applied to today's rating: %w", err)
		}
	case e.Severity != nil:
		rating.Severity = *e.Severity
	default:
		return ruling{}, errors.New("gives no new rating")
	}
	// Metrics that make less of the finding than the word beside them are a mistake,
	// and the word is what the approver read.
	if e.Severity != nil && rating.Severity < *e.Severity {
		rating = finding.Rating{Severity: *e.Severity}
	}
	rating.Source = ratedByProject
	return ruling{rating: &rating}, nil
}

// lower says whether a rating is, or may be, below another. That nobody has rated
// a finding is a reason to look at it, which any rating takes away.
func lower(a, b finding.Rating) bool {
	if b.Severity == finding.Unknown || a.Severity != b.Severity {
		return b.Severity == finding.Unknown || a.Severity < b.Severity
	}
	return a.Score < b.Score
}

// exploited says whether a vulnerability is known to be exploited.
func exploited(c finding.Context) bool {
	return c.KEV != nil || c.Exploited != nil && *c.Exploited
}
