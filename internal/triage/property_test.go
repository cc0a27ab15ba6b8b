package triage_test

import (
	"fmt"
	"math/rand"
	"reflect"
	"slices"
	"testing"
	"testing/quick"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/policy"
	"github.com/org/imgscan-action/internal/triage"
)

// world makes reports, entries and claims that have something to do with each
// other: everything is one of few.
type world struct{ *rand.Rand }

func pick[T any](w world, all ...T) T { return all[w.Intn(len(all))] }

func (w world) day() time.Time { return day0.AddDate(0, 0, w.Intn(60)) }

// day0 is before everything in the world, and day60 after all but ends.
var (
	day0  = on("2026-09-24")
	day60 = day0.AddDate(0, 0, 60)
)

func (w world) report() *finding.Report {
	rep := &finding.Report{Now: day60, Image: api()}
	for i := range 1 + w.Intn(8) {
		id := 1 + w.Intn(3)
		f := minizip()
		f.ID, f.Aliases = fmt.Sprintf("CVE-2026-%d", id), []string{fmt.Sprintf("GHSA-%d", id)}
		name := pick(w, "a", "b", "c")
		version := pick(w, "1", "2")
		f.Package = finding.Package{
			Class: finding.ClassOS, Type: "debian", Name: name, Version: version, SrcName: "src-" + name, Arch: fmt.Sprint(i),
			Path: pick(w, "usr/x", "opt/y"), PURL: pick(w, "", "pkg:deb/debian/"+name+"@"+version+"?distro=debian-12.13"),
		}
		f.Modified = w.day()
		f.Rating.Severity = pick(w, finding.Severities()...)
		if w.Intn(3) == 0 {
			f.FixedIn, f.Status = "9", finding.StatusFixed
		}
		if w.Intn(4) == 0 {
			f.Context.KEV = &finding.KEV{Added: w.day()}
		}
		rep.Findings = append(rep.Findings, f)
		rep.Packages = append(rep.Packages, f.Package)
	}
	finding.Sort(rep.Findings)
	return rep
}

func (w world) entry(id string) *exceptions.Entry {
	e := entry(id, func(e *exceptions.Entry) {
		e.Vulnerabilities = []string{fmt.Sprintf(pick(w, "CVE-2026-%d", "ghsa-%d"), 1+w.Intn(3))}
		e.Images = []string{pick(w, "*", "ghcr.io/acme/api", "ghcr.io/acme/*", "ghcr.io/acme/api:1.2", manifestDigest, "another")}
		e.Decision = pick(w, finding.Decisions()...)
		e.Cause = pick(w, "inline", "environment")
		e.KEVAck = w.Intn(2) == 0
		e.ApprovedOn, e.Expires = w.day(), w.day().AddDate(0, 0, w.Intn(120))
		e.ReviewWhen = [][]string{nil, {"fix_available"}, {"kev_listed", "score_increased"}, {"package_changed"}}[w.Intn(4)]
		e.Vendor = &exceptions.Vendor{LastCheckIn: w.day()}
		if w.Intn(3) == 0 {
			e.Severity = ptr(pick(w, finding.None, finding.Low, finding.Critical))
		}
		if w.Intn(5) == 0 {
			e.CVSS = &exceptions.CVSS{Base: pick(w, "", minizip().Rating.Vector), Modified: map[string]string{"MAV": pick(w, "N", "P")}}
		}
	})
	for range w.Intn(3) {
		name := pick(w, "a", "b", "c")
		e.Packages = append(e.Packages, pick(w,
			exceptions.Package{PURL: "pkg:deb/debian/" + name},
			exceptions.Package{PURL: "pkg:deb/debian/" + name + "@1"},
			exceptions.Package{Name: name, Versions: []string{pick(w, "1", "?")}},
			exceptions.Package{Source: "src-" + name, Type: pick(w, "", "deb")},
			exceptions.Package{Paths: []string{"/usr/**"}},
		))
		if w.Intn(6) == 0 {
			e.Vulnerabilities = []string{"*"}
		}
	}
	return e
}

func (w world) entries() []*exceptions.Entry {
	var entries []*exceptions.Entry
	for i := range w.Intn(8) {
		entries = append(entries, w.entry(fmt.Sprintf("EX-%d", i)))
	}
	return entries
}

func (w world) claims() []triage.VendorClaim {
	var claims []triage.VendorClaim
	for range w.Intn(6) {
		claims = append(claims, claim(func(c *triage.VendorClaim) {
			c.Author = pick(w, "a@acme.example", "b@acme.example", "c@evil.example", "")
			c.Status = pick(w, "not_affected", "fixed", "affected", "under_investigation")
			c.Statement = pick(w, "x", "y")
			c.Timestamp = w.day()
			c.Vulnerabilities = []string{fmt.Sprintf(pick(w, "CVE-2026-%d", "ghsa-%d"), 1+w.Intn(3))}
			c.Products = []string{pick(w, trivyProduct, grypeProduct, "pkg:deb/debian/a", "ghcr.io/acme/web")}
			if w.Intn(2) == 0 {
				c.Subcomponents = []string{pick(w, "pkg:deb/debian/a", "pkg:deb/debian/b@1")}
			}
		}))
	}
	return claims
}

func (w world) options() triage.Options {
	opts := trusting()
	opts.Now, opts.AllowWildcard = day60, w.Intn(2) == 0
	return opts
}

// files deals entries into files.
func (w world) files(entries []*exceptions.Entry) []*exceptions.File {
	files := []*exceptions.File{{Name: "a.yaml"}, {Name: "b.yaml"}}
	for _, e := range entries {
		f := files[w.Intn(len(files))]
		f.Entries = append(f.Entries, e)
	}
	return files
}

// clone is a report whose findings can be written without the other's changing.
func clone(rep *finding.Report) *finding.Report {
	c := *rep
	c.Findings = slices.Clone(rep.Findings)
	return &c
}

// check tries a property in many worlds.
func check(t *testing.T, property func(world) error) {
	t.Helper()
	var failed error
	tryOne := func(seed int64) bool {
		failed = property(world{rand.New(rand.NewSource(seed))})
		return failed == nil
	}
	if err := quick.Check(tryOne, &quick.Config{MaxCount: 2000, Rand: rand.New(rand.NewSource(1))}); err != nil {
		t.Errorf("%v\n%v", err, failed)
	}
}

func applied(rep *finding.Report, files []*exceptions.File, claims []triage.VendorClaim, opts triage.Options) *finding.Report {
	rep = clone(rep)
	triage.Apply(rep, files, claims, opts)
	return rep
}

// suppresses says whether the entry can do nothing but take findings away. The
// others may take the place of one that does: they are there to say that a finding
// counts.
func suppresses(e *exceptions.Entry) bool {
	switch e.Decision {
	case finding.Rescored, finding.UnderInvestigation, finding.Affected:
		return false
	case finding.Mitigated:
		return e.Cause == "inline" || e.CVSS == nil && e.Severity == nil
	}
	return true
}

func TestAddingAnExceptionNeverMakesTheVerdictWorse(t *testing.T) {
	helped := 0
	check(t, func(w world) error {
		rep, entries, claims, opts := w.report(), w.entries(), w.claims(), w.options()
		more := w.entry("EX-new")
		if !suppresses(more) {
			// Alone it may only rescore, and not raise.
			entries, claims, more.CVSS, more.Severity = nil, nil, nil, ptr(finding.None)
		}
		before := applied(rep, file(entries...), claims, opts)
		after := applied(rep, file(append(entries, more)...), claims, opts)
		p := policy.Default()
		was, is := policy.Judge(before, p, opts.Now), policy.Judge(after, p, opts.Now)
		if is.Breaking < was.Breaking {
			helped++
		}
		if is.Breaking > was.Breaking {
			return fmt.Errorf("%d findings break the policy, and %d with %+v", was.Breaking, is.Breaking, more)
		}
		return nil
	})
	if helped < 50 {
		t.Errorf("only %d of the added entries did anything", helped)
	}
}

func TestOrderNeverMatters(t *testing.T) {
	check(t, func(w world) error {
		rep, entries, claims, opts := w.report(), w.entries(), w.claims(), w.options()
		want := applied(rep, w.files(entries), claims, opts)
		w.Shuffle(len(entries), func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
		w.Shuffle(len(claims), func(i, j int) { claims[i], claims[j] = claims[j], claims[i] })
		files := w.files(entries)
		slices.Reverse(files)
		if got := applied(rep, files, claims, opts); !reflect.DeepEqual(want, got) {
			return fmt.Errorf("in another order: %s", cmp.Diff(want, got))
		}
		return nil
	})
}

func TestApplyingTwiceIsApplyingOnce(t *testing.T) {
	check(t, func(w world) error {
		rep, files, claims, opts := w.report(), w.files(w.entries()), w.claims(), w.options()
		once := applied(rep, files, claims, opts)
		if twice := applied(once, files, claims, opts); !reflect.DeepEqual(once, twice) {
			return fmt.Errorf("the second time: %s", cmp.Diff(once, twice))
		}
		return nil
	})
}

// As the clock goes on and nothing else happens, entries only cease to act.
func TestExpiryIsMonotone(t *testing.T) {
	check(t, func(w world) error {
		rep, opts := w.report(), w.options()
		entries := slices.DeleteFunc(w.entries(), func(e *exceptions.Entry) bool { return !suppresses(e) })
		later := opts
		later.Now = opts.Now.Add(time.Duration(w.Intn(100*24)) * time.Hour)
		now, then := applied(rep, file(entries...), nil, opts), applied(rep, file(entries...), nil, later)
		for i := range now.Findings {
			a, b := now.Findings[i].Disposition, then.Findings[i].Disposition
			if b.Suppressed && !a.Suppressed {
				return fmt.Errorf("%s acts only later", b.Entry)
			}
			for _, l := range a.Lapsed {
				if !slices.ContainsFunc(b.Lapsed, func(m finding.Lapsed) bool { return m.Entry == l.Entry }) && l.Why[:3] != "was" {
					return fmt.Errorf("%s %s, and later it has not lapsed", l.Entry, l.Why)
				}
			}
			if end := a.Expires.AddDate(0, 0, 1); a.Suppressed && !later.Now.Before(end) && b.Entry == a.Entry {
				return fmt.Errorf("%s acts on %v", a.Entry, later.Now)
			}
			if !a.Lapses.IsZero() && !later.Now.Before(a.Lapses) && b.Entry == a.Entry {
				return fmt.Errorf("%s acts on %v, after %v", a.Entry, later.Now, a.Lapses)
			}
		}
		return nil
	})
}

// It makes no difference under which of its names a vulnerability is known.
func TestAliasesAreSymmetric(t *testing.T) {
	check(t, func(w world) error {
		rep, files, claims, opts := w.report(), w.files(w.entries()), w.claims(), w.options()
		renamed := clone(rep)
		for i := range renamed.Findings {
			f := &renamed.Findings[i]
			f.ID, f.Aliases = f.Aliases[0], []string{f.ID}
		}
		triage.Apply(renamed, files, claims, opts)
		for _, f := range applied(rep, files, claims, opts).Findings {
			i := slices.IndexFunc(renamed.Findings, func(g finding.Finding) bool { return g.Package.Arch == f.Package.Arch })
			if other := renamed.Findings[i]; !reflect.DeepEqual(f.Disposition, other.Disposition) {
				return fmt.Errorf("as %s: %s", other.ID, cmp.Diff(f.Disposition, other.Disposition))
			}
		}
		return nil
	})
}

// What holds of every disposition.
func TestDispositionsHold(t *testing.T) {
	vendors := 0
	check(t, func(w world) error {
		rep, entries, claims, opts := w.report(), w.entries(), w.claims(), w.options()
		got := applied(rep, file(entries...), claims, opts)
		for _, f := range got.Findings {
			d := f.Disposition
			i := slices.IndexFunc(entries, func(e *exceptions.Entry) bool { return e.ID == d.Entry })
			if (d.Decision == "") != (d.Entry == "") || d.Decision != "" && !d.Vendor && i < 0 {
				return fmt.Errorf("the decision %q is by %q", d.Decision, d.Entry)
			}
			if d.Suppressed && f.Context.KEV != nil && (d.Vendor || !entries[i].KEVAck) {
				return fmt.Errorf("%s suppresses what is exploited", d.Entry)
			}
			if d.Suppressed && d.Before != nil {
				return fmt.Errorf("%s suppresses and rescores", d.Entry)
			}
			if d.Vendor {
				vendors++
			}
			if acting := slices.ContainsFunc(d.Claims, func(c finding.Claim) bool { return c.Acts }); acting != d.Vendor {
				return fmt.Errorf("claims act: %v, and the decision is a vendor's: %v", acting, d.Vendor)
			}
			for _, c := range d.Claims {
				if c.Why == "" {
					return fmt.Errorf("a claim of %q does not say why it acts or not", c.Author)
				}
			}
		}
		return nil
	})
	if vendors < 100 {
		t.Errorf("vendors decided %d times", vendors)
	}
}

// What Explain says of an entry is what Apply does with it.
func TestExplainAgreesWithApply(t *testing.T) {
	check(t, func(w world) error {
		rep, entries, opts := w.report(), w.entries(), w.options()
		got := applied(rep, file(entries...), nil, opts)
		for _, e := range entries {
			for _, m := range triage.Explain(got, file(entries...), opts, e.ID) {
				if m.Finding == nil {
					continue
				}
				d := m.Finding.Disposition
				lapses := slices.ContainsFunc(d.Lapsed, func(l finding.Lapsed) bool { return l.Entry == e.ID })
				matches := d.Entry == e.ID || lapses || slices.Contains(d.Shadowed, e.ID)
				held := !slices.ContainsFunc(m.Selectors, func(s triage.Selector) bool { return !s.OK })
				changed := slices.Contains(e.ReviewWhen, "package_changed") && lapses
				if m.Acts != (d.Entry == e.ID) || held != matches && !changed || m.Why == "" {
					return fmt.Errorf("%+v of %+v", m, d)
				}
			}
		}
		return nil
	})
}
