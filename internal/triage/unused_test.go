package triage_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/triage"
)

func TestUnused(t *testing.T) {
	packages := func(packages ...exceptions.Package) func(*exceptions.Entry) {
		return func(e *exceptions.Entry) { e.Packages = packages }
	}
	other := func(e *exceptions.Entry) { e.Vulnerabilities = []string{"CVE-2020-1"} }
	for _, tt := range []struct {
		name          string
		entry         *exceptions.Entry
		cause, detail string
	}{
		{"used", entry("EX-2"), "", ""},
		{
			"another version", entry("EX-2", packages(exceptions.Package{PURL: "pkg:deb/debian/zlib1g@1.2.11"})),
			"never matched", "CVE-2023-45853 is in zlib1g 1:1.2.13.dfsg-1, but purl version 1.2.11 ≠ 1.2.13.dfsg-1",
		},
		{"the nearest of several", entry("EX-2", packages(
			exceptions.Package{PURL: "pkg:apk/alpine/zlib"},
			exceptions.Package{PURL: "pkg:deb/debian/zlib1g?distro=debian-11", Versions: []string{"1:1.2.*"}},
		)), "never matched", "CVE-2023-45853 is in zlib1g 1:1.2.13.dfsg-1, but purl distro debian-11 ≠ debian-12.13"},
		{
			"several misses", entry("EX-2", packages(exceptions.Package{Name: "zlib", Paths: []string{"usr/**"}})),
			"never matched", "CVE-2023-45853 is in zlib1g 1:1.2.13.dfsg-1, but name zlib ≠ zlib1g, paths usr/** ≠ var/lib/dpkg/status",
		},
		{
			"nothing to compare with", entry("EX-2", packages(exceptions.Package{PURL: "pkg:deb/debian/zlib1g?vcs_url=x"})),
			"never matched", "CVE-2023-45853 is in zlib1g 1:1.2.13.dfsg-1, but it has no purl vcs_url to compare with x",
		},
		{"found by no one", entry("EX-2", other), "resolved", "no package has CVE-2020-1"},
		{
			"updated", entry("EX-2", other, packages(exceptions.Package{PURL: "pkg:deb/debian/zlib1g@1.2.11"})),
			"resolved", "zlib1g 1:1.2.13.dfsg-1 is installed and does not have CVE-2020-1",
		},
		{"gone", entry("EX-2", other, packages(exceptions.Package{Name: "db5.3"})), "resolved", "no such package is installed"},
		{
			"every vulnerability of what is gone", entry("EX-2", packages(exceptions.Package{Name: "db5.3"}), func(e *exceptions.Entry) { e.Vulnerabilities = []string{"*"} }),
			"resolved", "no such package is installed",
		},
		{"shadowed", entry("EX-9"), "shadowed", "wherever it matches, others decide: EX-1"},
		{"another image", entry("EX-2", other, func(e *exceptions.Entry) { e.Images = []string{"ghcr.io/acme/web"} }), "", ""},
		{"not approved", entry("EX-2", other, func(e *exceptions.Entry) { e.ApprovedBy = nil }), "", ""},
		{"not yet approved", entry("EX-2", other, func(e *exceptions.Entry) { e.ApprovedOn = on("2026-12-01") }), "", ""},
		{"expired and resolved", entry("EX-2", other, func(e *exceptions.Entry) { e.Expires = on("2026-11-10") }), "resolved", "no package has CVE-2020-1"},
		{"expired and missed", entry("EX-2", func(e *exceptions.Entry) { e.Expires = on("2026-11-10") }), "", ""},
		{
			"changed", entry("EX-2", packages(exceptions.Package{Name: "zlib1g", Versions: []string{"1"}}), func(e *exceptions.Entry) { e.ReviewWhen = []string{"package_changed"} }),
			"never matched", "CVE-2023-45853 is in zlib1g 1:1.2.13.dfsg-1, but versions 1 ≠ 1:1.2.13.dfsg-1",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			first := entry("EX-1", func(e *exceptions.Entry) { e.ApprovedOn = on("2026-11-02") })
			if tt.entry.ID == "EX-2" {
				first = entry("EX-1", func(e *exceptions.Entry) { e.Images = []string{"another"} })
			}
			rep := report(minizip())
			triage.Apply(rep, file(first, tt.entry), nil, options())
			var want []finding.Unused
			if tt.cause != "" {
				want = []finding.Unused{{Entry: tt.entry.ID, At: tt.entry.At, Cause: tt.cause, Detail: tt.detail}}
			}
			if diff := cmp.Diff(want, rep.Triage.Unused); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What could not be seen may be what the entry is about.
func TestUnusedInAnIncompleteScan(t *testing.T) {
	e := entry("EX-1", func(e *exceptions.Entry) { e.Vulnerabilities = []string{"CVE-2020-1"} })
	for kind, want := range map[finding.GapKind]int{finding.GapUnreadableLayer: 0, finding.GapNoAdvisories: 0, finding.GapUnidentified: 1} {
		rep := report(minizip())
		rep.Gaps = []finding.Gap{{Kind: kind}}
		triage.Apply(rep, file(e), nil, options())
		if got := len(rep.Triage.Unused); got != want {
			t.Errorf("with the gap %s there are %d unused entries, want %d", kind, got, want)
		}
	}
}

func TestExpiring(t *testing.T) {
	until := func(day string) func(*exceptions.Entry) {
		return func(e *exceptions.Entry) { e.Expires = on(day) }
	}
	second := minizip()
	second.Package.Name = "zlib1g-dev"
	for _, tt := range []struct {
		name    string
		entries []*exceptions.Entry
		want    []finding.Expiring
	}{
		{"later", []*exceptions.Entry{entry("EX-1", until("2026-12-07"))}, nil},
		{"soon", []*exceptions.Entry{entry("EX-1", until("2026-12-06"))}, []finding.Expiring{{Entry: "EX-1", Expires: on("2026-12-06"), Findings: 2}}},
		{"today", []*exceptions.Entry{entry("EX-1", until("2026-11-23"))}, []finding.Expiring{{Entry: "EX-1", Expires: on("2026-11-23"), Findings: 2}}},
		{"yesterday", []*exceptions.Entry{entry("EX-1", until("2026-11-22"))}, nil},
		{"another takes over", []*exceptions.Entry{
			entry("EX-1", until("2026-11-30"), func(e *exceptions.Entry) { e.Images = []string{"ghcr.io/acme/api"} }),
			entry("EX-2", until("2027-01-01"), func(e *exceptions.Entry) { e.Packages = []exceptions.Package{{Name: "zlib1g"}} }),
		}, []finding.Expiring{{Entry: "EX-1", Expires: on("2026-11-30"), Findings: 1}}},
		{"nothing to lose", []*exceptions.Entry{
			entry("EX-1", until("2026-11-30"), func(e *exceptions.Entry) { e.Decision = finding.UnderInvestigation }),
		}, []finding.Expiring{{Entry: "EX-1", Expires: on("2026-11-30")}}},
		{"in their order", []*exceptions.Entry{
			entry("EX-1", until("2026-11-30"), func(e *exceptions.Entry) { e.Packages = []exceptions.Package{{Name: "zlib1g"}} }),
			entry("EX-2", until("2026-11-24")),
		}, []finding.Expiring{{Entry: "EX-2", Expires: on("2026-11-24"), Findings: 1}, {Entry: "EX-1", Expires: on("2026-11-30")}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rep := report(minizip(), second)
			triage.Apply(rep, file(tt.entries...), nil, options())
			for i := range tt.want {
				tt.want[i].At = tt.entries[0].At
			}
			if diff := cmp.Diff(tt.want, rep.Triage.Expiring); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTriageNamesItsFiles(t *testing.T) {
	rep, opts := report(), options()
	opts.From = "main at 1f3c5d7"
	triage.Apply(rep, []*exceptions.File{{Name: "b.yaml"}, {Name: "a.yaml"}}, nil, opts)
	if diff := cmp.Diff(finding.Triage{Files: []string{"a.yaml", "b.yaml"}, From: "main at 1f3c5d7"}, rep.Triage); diff != "" {
		t.Error(diff)
	}
}
