package triage

import (
	"slices"
	"time"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
)

// docket holds the entries and statements that may be about an image, ready to be
// held against its findings.
type docket struct {
	opts     Options
	identity identity

	// rules are those whose images include this one, and byID the same under each
	// identifier that they name. Wildcards name none.
	rules     []*rule
	byID      map[string][]*rule
	wildcards []*rule

	statements map[string][]*statement

	tallies map[*rule]*tally
}

// tally is how one rule fared.
type tally struct {
	matched  int
	acted    int
	restored int // findings that count for more without it
	shadowed []string
}

func newDocket(rep *finding.Report, files []*exceptions.File, opts Options) *docket {
	d := &docket{
		opts:     opts,
		identity: identityOf(rep.Image, opts.Names),
		byID:     make(map[string][]*rule),
		tallies:  make(map[*rule]*tally),
	}
	for _, file := range files {
		for _, e := range file.Entries {
			r := newRule(e, d.identity)
			if r.image == imageNot {
				continue
			}
			d.rules = append(d.rules, r)
			d.tallies[r] = &tally{}
			if r.wildcard() {
				d.wildcards = append(d.wildcards, r)
				continue
			}
			for _, v := range e.Vulnerabilities {
				if rules := d.byID[key(v)]; !slices.Contains(rules, r) {
					d.byID[key(v)] = append(rules, r)
				}
			}
		}
	}
	return d
}

// about are the rules that name a vulnerability.
func (d *docket) about(ids []string) []*rule {
	var rules []*rule
	for i, id := range ids {
		for _, r := range d.byID[id] {
			// A rule that names two of the identifiers is found under both.
			if i == 0 || !slices.ContainsFunc(ids[:i], func(id string) bool { return slices.Contains(d.byID[id], r) }) {
				rules = append(rules, r)
			}
		}
	}
	return append(rules, d.wildcards...)
}

// weigh holds the rules against a finding whose rating is the one before any
// decision. Both lists are in the order of precede: those that may act, of which the
// first does, and those that match and may not.
func (d *docket) weigh(f *finding.Finding, p installed) (able, lapsed []candidate) {
	for _, r := range d.about(keys(f)) {
		c, matches := d.hold(r, f, p)
		switch {
		case !matches:
		case c.why != "":
			lapsed = append(lapsed, c)
		default:
			able = append(able, c)
		}
	}
	slices.SortFunc(able, precede)
	slices.SortFunc(lapsed, precede)
	return able, lapsed
}

// hold compares a rule that names the vulnerability with the package.
func (d *docket) hold(r *rule, f *finding.Finding, p installed) (candidate, bool) {
	rank, ok := r.covers(p)
	if !ok {
		return r.wasAbout(p, d.opts.Now)
	}
	ruling, why := d.opts.judge(r.Entry, r.wildcard(), f)
	return candidate{rule: r, rank: rank, ruling: ruling, why: why}, true
}

// wasAbout is the rule for a package that it would cover in another version, when
// it asks to be looked at after an update. It does not act on the new version, but
// whoever looks at the finding is told.
func (r *rule) wasAbout(p installed, now time.Time) (candidate, bool) {
	if !slices.Contains(r.ReviewWhen, "package_changed") || notInForce(r.Entry, now) != "" {
		return candidate{}, false
	}
	for _, a := range r.packages {
		if a.heldBefore(p) {
			return candidate{rule: r, rank: a.rank, outdated: true, why: "was approved before the package changed: " + differences(a, p)}, true
		}
	}
	return candidate{}, false
}

// keys are the identifiers of a finding's vulnerability, its own first, each once.
func keys(f *finding.Finding) []string {
	ids := make([]string, 0, 1+len(f.Aliases))
	ids = append(ids, key(f.ID))
	for _, alias := range f.Aliases {
		if k := key(alias); !slices.Contains(ids, k) {
			ids = append(ids, k)
		}
	}
	return ids
}
