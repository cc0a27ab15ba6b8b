package triage_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/triage"
)

func TestDecisions(t *testing.T) {
	adjacent := &exceptions.CVSS{Modified: map[string]string{"MAV": "P"}}
	for _, tt := range []struct {
		name       string
		change     func(*exceptions.Entry)
		suppressed bool
		severity   finding.Severity // after the decision
		lapsed     string
	}{
		{"false positive", func(e *exceptions.Entry) {}, true, finding.Critical, ""},
		{"not in the execute path", func(e *exceptions.Entry) { e.Decision = finding.NotInExecutePath }, true, finding.Critical, ""},
		{"not exploitable", func(e *exceptions.Entry) { e.Decision = finding.NotExploitable }, true, finding.Critical, ""},
		{"risk accepted", func(e *exceptions.Entry) { e.Decision = finding.RiskAccepted }, true, finding.Critical, ""},
		{"mitigated inline", func(e *exceptions.Entry) { e.Decision, e.Cause = finding.Mitigated, "inline" }, true, finding.Critical, ""},
		{"mitigated in the environment", func(e *exceptions.Entry) { e.Decision, e.Cause = finding.Mitigated, "environment" }, true, finding.Critical, ""},
		{"mitigated in part", func(e *exceptions.Entry) {
			e.Decision, e.Cause, e.CVSS = finding.Mitigated, "environment", adjacent
		}, false, finding.Medium, ""},
		{"mitigated down to a word", func(e *exceptions.Entry) {
			e.Decision, e.Cause, e.Severity = finding.Mitigated, "environment", ptr(finding.Low)
		}, false, finding.Low, ""},
		{"mitigated nobody says how", func(e *exceptions.Entry) { e.Decision = finding.Mitigated }, false, finding.Critical, "inline or in the environment"},
		{"rescored by metrics", func(e *exceptions.Entry) { e.Decision, e.CVSS = finding.Rescored, adjacent }, false, finding.Medium, ""},
		{"rescored by a whole vector", func(e *exceptions.Entry) {
			e.Decision = finding.Rescored
			e.CVSS = &exceptions.CVSS{Vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/MAV:P"}
		}, false, finding.Medium, ""},
		{"rescored by a word", func(e *exceptions.Entry) { e.Decision, e.Severity = finding.Rescored, ptr(finding.Low) }, false, finding.Low, ""},
		{"metrics below the word", func(e *exceptions.Entry) {
			e.Decision, e.CVSS, e.Severity = finding.Rescored, adjacent, ptr(finding.High)
		}, false, finding.High, ""},
		{"metrics above the word", func(e *exceptions.Entry) {
			e.Decision, e.CVSS, e.Severity = finding.Rescored, adjacent, ptr(finding.Low)
		}, false, finding.Medium, ""},
		{"rescored to nothing", func(e *exceptions.Entry) { e.Decision = finding.Rescored }, false, finding.Critical, "no new rating"},
		{"rescored with metrics of another version", func(e *exceptions.Entry) {
			e.Decision, e.CVSS = finding.Rescored, &exceptions.CVSS{Modified: map[string]string{"MVC": "N"}}
		}, false, finding.Critical, "cannot be applied to today's rating"},
		{"waiting for the vendor", func(e *exceptions.Entry) {
			e.Decision, e.Vendor = finding.VendorDependency, &exceptions.Vendor{LastCheckIn: on("2026-10-24")}
		}, true, finding.Critical, ""},
		{"waiting for too long", func(e *exceptions.Entry) {
			e.Decision, e.Vendor = finding.VendorDependency, &exceptions.Vendor{LastCheckIn: on("2026-10-23")}
		}, false, finding.Critical, "asked again within 30 days of 2026-10-23"},
		{"a vendor asked tomorrow", func(e *exceptions.Entry) {
			e.Decision, e.Vendor = finding.VendorDependency, &exceptions.Vendor{LastCheckIn: on("2026-11-24")}
		}, false, finding.Critical, "is said to have been asked on 2026-11-24"},
		{"waiting for nobody", func(e *exceptions.Entry) { e.Decision = finding.VendorDependency }, false, finding.Critical, "when the vendor was asked"},
		{"under investigation", func(e *exceptions.Entry) { e.Decision = finding.UnderInvestigation }, false, finding.Critical, ""},
		{"affected", func(e *exceptions.Entry) { e.Decision = finding.Affected }, false, finding.Critical, ""},
		{"something else", func(e *exceptions.Entry) { e.Decision = "ignored" }, false, finding.Critical, "unknown decision"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := settled(t, minizip(), entry("EX-1", tt.change))
			d := got.Disposition
			if d.Suppressed != tt.suppressed || got.Rating.Severity != tt.severity {
				t.Errorf("suppressed %v at %v, want %v at %v", d.Suppressed, got.Rating.Severity, tt.suppressed, tt.severity)
			}
			if (tt.lapsed == "") != (lapsed(got) == "") || !strings.Contains(lapsed(got), tt.lapsed) {
				t.Errorf("lapsed: %q, want %q", lapsed(got), tt.lapsed)
			}
			if (d.Decision == "") != (tt.lapsed != "") {
				t.Errorf("the decision is %q", d.Decision)
			}
			if rescored := tt.severity != finding.Critical; (d.Before != nil) != rescored {
				t.Errorf("the rating before is %v", d.Before)
			} else if rescored && (*d.Before != minizip().Rating || got.Rating.Source != "exception") {
				t.Errorf("from %+v to %+v", *d.Before, got.Rating)
			}
		})
	}
}

// A disposition says everything that an output wants to say.
func TestDisposition(t *testing.T) {
	e := entry("EX-1", func(e *exceptions.Entry) {
		e.Cause, e.Evidence, e.RequestedBy, e.Ticket = "vulnerable_code_not_present", []string{"docs/x.md"}, "@kim", "ACME-1"
	})
	got := settled(t, minizip(), e).Disposition
	want := finding.Disposition{
		Decision: finding.FalsePositive, Cause: e.Cause, Entry: "EX-1", At: e.At, Reason: e.Reason, Evidence: e.Evidence,
		RequestedBy: "@kim", ApprovedBy: e.ApprovedBy, ApprovedOn: e.ApprovedOn, Expires: e.Expires, Ticket: "ACME-1", Suppressed: true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A second call starts from the findings as they were.
func TestApplyAgain(t *testing.T) {
	rescore := entry("EX-1", func(e *exceptions.Entry) {
		e.Decision, e.CVSS = finding.Rescored, &exceptions.CVSS{Modified: map[string]string{"MAV": "P"}}
	})
	rep := report(minizip())
	triage.Apply(rep, file(rescore), nil, options())
	once := rep.Findings[0]
	triage.Apply(rep, file(rescore), nil, options())
	if diff := cmp.Diff(once, rep.Findings[0]); diff != "" {
		t.Errorf("the second time it is another: %s", diff)
	}
	triage.Apply(rep, nil, nil, options())
	if diff := cmp.Diff(minizip(), rep.Findings[0]); diff != "" {
		t.Errorf("without entries something stays: %s", diff)
	}
}

func TestRemovedFindingsAreLeftAlone(t *testing.T) {
	rep := report(minizip())
	rep.Removed = []finding.Finding{minizip()}
	triage.Apply(rep, file(entry("EX-1")), nil, options())
	if diff := cmp.Diff(minizip(), rep.Removed[0]); diff != "" {
		t.Error(diff)
	}
}

// A rating that changes moves the finding to its place.
func TestOrderOfFindings(t *testing.T) {
	other := minizip()
	other.ID, other.Rating.Severity, other.Rating.Score = "CVE-2020-1", finding.High, 7.5
	rep := report(minizip(), other)
	triage.Apply(rep, file(entry("EX-1", func(e *exceptions.Entry) {
		e.Decision, e.Severity = finding.Rescored, ptr(finding.Low)
	})), nil, options())
	if rep.Findings[0].ID != "CVE-2020-1" {
		t.Error("a low finding comes before a high one")
	}
}

func TestInForce(t *testing.T) {
	for _, tt := range []struct {
		name   string
		now    time.Time
		change func(*exceptions.Entry)
		want   string
	}{
		{"before the approval", on("2026-11-02").Add(-time.Second), nil, "EX-1 is approved from 2026-11-02 on"},
		{"on the day of approval", on("2026-11-02"), nil, ""},
		{"on the last day", on("2027-05-01").Add(24*time.Hour - time.Second), nil, ""},
		{"on the last day elsewhere", time.Date(2027, 5, 2, 1, 0, 0, 0, time.FixedZone("", 2*60*60)), nil, ""},
		{"a second later", on("2027-05-02"), nil, "EX-1 expired 1 day ago"},
		{"days later", on("2027-05-04").Add(23 * time.Hour), nil, "EX-1 expired 3 days ago"},
		{"without an approver", now, func(e *exceptions.Entry) { e.ApprovedBy = nil }, "EX-1 has no approver"},
		{"without a day of approval", now, func(e *exceptions.Entry) { e.ApprovedOn = time.Time{} }, "EX-1 has no day of approval"},
		{"without an end", now, func(e *exceptions.Entry) { e.Expires = time.Time{} }, "EX-1 has no end"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := entry("EX-1")
			if tt.change != nil {
				tt.change(e)
			}
			rep, opts := report(minizip()), options()
			opts.Now = tt.now
			triage.Apply(rep, file(e), nil, opts)
			f := rep.Findings[0]
			if lapsed(f) != tt.want || f.Disposition.Suppressed != (tt.want == "") {
				t.Errorf("%q, want %q", lapsed(f), tt.want)
			}
			if tt.want != "" {
				want := finding.Lapsed{Entry: "EX-1", At: e.At, Why: strings.TrimPrefix(tt.want, "EX-1 "), ApprovedBy: e.ApprovedBy, Expires: e.Expires}
				if diff := cmp.Diff([]finding.Lapsed{want}, f.Disposition.Lapsed); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func TestExploited(t *testing.T) {
	listed := func(f *finding.Finding) { f.Context.KEV = &finding.KEV{Added: on("2026-01-01")} }
	for _, tt := range []struct {
		name    string
		context func(*finding.Finding)
		change  func(*exceptions.Entry)
		acts    bool
	}{
		{"nobody looked", func(f *finding.Finding) {}, nil, true},
		{"not listed", func(f *finding.Finding) { f.Context.Exploited = ptr(false) }, nil, true},
		{"listed", listed, nil, false},
		{"known to be exploited", func(f *finding.Finding) { f.Context.Exploited = ptr(true) }, nil, false},
		{"listed and acknowledged", listed, func(e *exceptions.Entry) { e.KEVAck = true }, true},
		{"listed and rescored", listed, func(e *exceptions.Entry) { e.Decision, e.Severity = finding.Rescored, ptr(finding.Low) }, false},
		{"listed and confirmed", listed, func(e *exceptions.Entry) { e.Decision = finding.Affected }, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := minizip()
			tt.context(&f)
			e := entry("EX-1")
			if tt.change != nil {
				tt.change(e)
			}
			got := settled(t, f, e)
			if acts := got.Disposition.Entry != ""; acts != tt.acts || acts == (lapsed(got) != "") {
				t.Errorf("acts: %v (%s), want %v", acts, lapsed(got), tt.acts)
			}
		})
	}
}

func TestReview(t *testing.T) {
	vector := minizip().Rating.Vector
	when := func(events ...string) func(*exceptions.Entry) {
		return func(e *exceptions.Entry) { e.ReviewWhen = events }
	}
	both := func(changes ...func(*exceptions.Entry)) func(*exceptions.Entry) {
		return func(e *exceptions.Entry) {
			for _, c := range changes {
				c(e)
			}
		}
	}
	fixed := func(modified string) func(*finding.Finding) {
		return func(f *finding.Finding) { f.FixedIn, f.Status, f.Modified = "1:1.3", finding.StatusFixed, on(modified) }
	}
	rescored := func(e *exceptions.Entry) {
		e.Decision = finding.Rescored
		e.CVSS = &exceptions.CVSS{Base: vector, Modified: map[string]string{"MAV": "P"}}
	}
	ack := func(e *exceptions.Entry) { e.KEVAck = true }
	recent := func(e *exceptions.Entry) { e.ApprovedOn = on("2026-11-20") }
	nothing := func(*finding.Finding) {}

	for _, tt := range []struct {
		name   string
		change func(*exceptions.Entry)
		found  func(*finding.Finding)
		review string // the beginning of it; empty when nothing is due
		lapses string // the day; empty when none is
		acts   bool
	}{
		{"nothing to review", when("fix_available", "kev_listed"), nothing, "", "", true},
		{"a fix that nobody waits for", when(), fixed("2026-11-20"), "", "", true},
		{"a fix since a record of last week", when("fix_available"), fixed("2026-11-20"), "a fix is available in 1:1.3", "2026-11-27", true},
		{"on the last day of grace", when("fix_available"), fixed("2026-11-17"), "a fix is available", "2026-11-24", true},
		{"the day after", when("fix_available"), fixed("2026-11-16"), "", "", false},
		{"a fix, no telling since when", when("fix_available"), fixed("2026-01-01"), "", "", false},
		{"a fix, dated in the future", when("fix_available"), fixed("2027-01-01"), "", "", false},
		{"a fix, approved last week", both(recent, when("fix_available")), fixed("2026-01-01"), "a fix is available", "2026-11-27", true},

		{"listed after the approval", both(ack, when("kev_listed")), func(f *finding.Finding) {
			f.Context.KEV = &finding.KEV{Added: on("2026-11-19")}
		}, "the vulnerability was added to the KEV catalog on 2026-11-19", "2026-11-26", true},
		{"listed long after", both(ack, when("kev_listed")), func(f *finding.Finding) {
			f.Context.KEV = &finding.KEV{Added: on("2026-11-09")}
		}, "", "", false},
		{"listed before", both(ack, when("kev_listed")), func(f *finding.Finding) {
			f.Context.KEV = &finding.KEV{Added: on("2026-11-01")}
		}, "", "", true},

		{"the same base", rescored, func(f *finding.Finding) { f.Rating.Vector += "/E:P" }, "", "", true},
		{"another base", both(recent, rescored), func(f *finding.Finding) {
			f.Rating.Vector = "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H"
		}, "the base vector is CVSS:3.1/AV:N/AC:H", "2026-11-27", true},
		{"another base for long", rescored, func(f *finding.Finding) {
			f.Rating.Vector = "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H"
		}, "", "", false},
		{"no base", both(recent, rescored), func(f *finding.Finding) { f.Rating.Vector = "" }, "", "", false},

		{
			"a vector that is gone", both(recent, func(e *exceptions.Entry) { e.CVSS = &exceptions.CVSS{Base: vector} }),
			func(f *finding.Finding) { f.Rating.Vector = "" }, "the base vector is missing and not CVSS:3.1/", "2026-11-27", true,
		},
		{
			"a base that is none", both(recent, func(e *exceptions.Entry) { e.CVSS = &exceptions.CVSS{Base: "high"} }),
			nothing, "the base vector is CVSS:3.1/", "2026-11-27", true,
		},

		{
			"more severe than it was", both(recent, when("score_increased"), func(e *exceptions.Entry) { e.Severity = ptr(finding.High) }), nothing,
			"the severity is critical and not high", "2026-11-27", true,
		},
		{"more severe for long", both(when("score_increased"), func(e *exceptions.Entry) { e.Severity = ptr(finding.High) }), nothing, "", "", false},
		{"as severe as it was", both(when("score_increased"), func(e *exceptions.Entry) { e.Severity = ptr(finding.Critical) }), nothing, "", "", true},
		{"increased from nobody knows what", when("score_increased"), nothing, "whether the score has increased cannot be told", "", true},
		{"the base is compared already", both(rescored, when("score_increased")), nothing, "", "", true},

		{"changed from nobody knows what", when("package_changed"), nothing, "whether the package has changed cannot be told", "", true},
		{"a package without a version", both(when("package_changed"), func(e *exceptions.Entry) {
			e.Packages = []exceptions.Package{{Name: "zlib1g"}}
		}), nothing, "whether the package has changed cannot be told", "", true},
		{"the version of the approval", both(when("package_changed"), func(e *exceptions.Entry) {
			e.Packages = []exceptions.Package{{Name: "zlib1g", Versions: []string{"1:1.2.13.dfsg-1"}}}
		}), nothing, "", "", true},
		{"another version", both(when("package_changed"), func(e *exceptions.Entry) {
			e.Packages = []exceptions.Package{{Name: "zlib1g", Versions: []string{"1:1.2.12.dfsg-1"}}}
		}), nothing, "", "", false},

		{"a vendor who was asked", func(e *exceptions.Entry) {
			e.Decision, e.Vendor = finding.VendorDependency, &exceptions.Vendor{LastCheckIn: on("2026-11-15")}
		}, nothing, "the vendor has to be asked again within 30 days of 2026-11-15", "2026-12-16", true},
		{"of two the earlier", both(when("fix_available"), func(e *exceptions.Entry) {
			e.Decision, e.Vendor = finding.VendorDependency, &exceptions.Vendor{LastCheckIn: on("2026-11-15")}
		}), fixed("2026-11-20"), "a fix is available in 1:1.3; the vendor", "2026-11-27", true},
		{
			"what loosens nothing does not lapse", both(when("fix_available"), func(e *exceptions.Entry) { e.Decision = finding.Affected }),
			fixed("2026-01-01"), "a fix is available", "", true,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := minizip()
			tt.found(&f)
			got := settled(t, f, entry("EX-1", tt.change))
			d := got.Disposition
			var lapses string
			if !d.Lapses.IsZero() {
				lapses = d.Lapses.Format(time.DateOnly)
			}
			if (d.Entry != "") != tt.acts || (lapsed(got) == "") != tt.acts {
				t.Errorf("acts: %v (%s), want %v", d.Entry != "", lapsed(got), tt.acts)
			}
			if lapses != tt.lapses || (d.Review == "") != (tt.review == "") || !strings.HasPrefix(d.Review, tt.review) {
				t.Errorf("review %q by %q, want %q by %q", d.Review, lapses, tt.review, tt.lapses)
			}
		})
	}
}

// Without a grace a stale entry lapses on the day.
func TestNoGrace(t *testing.T) {
	f := minizip()
	f.FixedIn, f.Status, f.Modified = "1:1.3", finding.StatusFixed, now
	rep, opts := report(f), options()
	opts.StaleGrace = 0
	triage.Apply(rep, file(entry("EX-1", func(e *exceptions.Entry) { e.ReviewWhen = []string{"fix_available"} })), nil, opts)
	if got := lapsed(rep.Findings[0]); got != "EX-1 had to be reviewed before 2026-11-23: a fix is available in 1:1.3" {
		t.Errorf("%q", got)
	}
}
