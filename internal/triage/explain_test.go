package triage_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/triage"
)

// told is what Explain says, a line for each entry.
func told(matches []triage.Match) []string {
	var lines []string
	for _, m := range matches {
		line := m.Entry.ID
		if m.Finding != nil {
			line += " " + m.Finding.Package.Name
		}
		line += fmt.Sprintf(" %v: %s", m.Acts, m.Why)
		lines = append(lines, line)
	}
	return lines
}

func TestExplain(t *testing.T) {
	second := minizip()
	second.Package.Name, second.Package.PURL = "zlib1g-dev", "pkg:deb/debian/zlib1g-dev@1.2.13.dfsg-1"
	entries := []*exceptions.Entry{
		entry("EX-9"),
		entry("EX-1", func(e *exceptions.Entry) {
			e.Packages = []exceptions.Package{{PURL: "pkg:deb/debian/zlib1g", Versions: []string{"1:1.2.*"}}}
		}),
		entry("EX-2", func(e *exceptions.Entry) { e.Images = []string{"ghcr.io/acme/web"} }),
		entry("EX-3", func(e *exceptions.Entry) { e.Expires = on("2026-11-20") }),
		entry("EX-4", func(e *exceptions.Entry) {
			e.Vulnerabilities, e.Packages = []string{"CVE-2020-1"}, []exceptions.Package{{Source: "db5.3"}}
		}),
		entry("EX-5", func(e *exceptions.Entry) {
			e.Vulnerabilities, e.Packages = []string{"*"}, []exceptions.Package{{PURL: "pkg:deb/debian/linux-libc-dev"}}
		}),
	}
	about := []string{
		"EX-1 zlib1g true: it decides: false_positive until 2027-05-01",
		"EX-1 zlib1g-dev false: purl pkg:deb/debian/zlib1g ≠ pkg:deb/debian/zlib1g-dev",
		"EX-2 zlib1g false: the image is another",
		"EX-2 zlib1g-dev false: the image is another",
		"EX-3 zlib1g false: it expired 3 days ago",
		"EX-3 zlib1g-dev false: it expired 3 days ago",
		"EX-5 zlib1g false: purl pkg:deb/debian/linux-libc-dev ≠ pkg:deb/debian/zlib1g",
		"EX-5 zlib1g-dev false: purl pkg:deb/debian/linux-libc-dev ≠ pkg:deb/debian/zlib1g-dev",
		"EX-9 zlib1g false: EX-1 goes before it",
		"EX-9 zlib1g-dev true: it decides: false_positive until 2027-05-01",
	}
	for _, tt := range []struct {
		query string
		want  []string
	}{
		{"cve-2023-45853", about},
		{"GHSA-mq29-j5xf-cjwr", about},
		{"CVE-2020-1", []string{"EX-4 false: no finding has its vulnerability"}},
		{"db5.3", []string{"EX-4 false: no finding has its vulnerability"}},
		{"zlib1g", about[:2]},
		{"pkg:deb/debian/zlib1g@9", about[:2]},
		{"ex-9", about[8:]},
		{"CVE-1999-1", nil},
		{"", nil},
	} {
		t.Run(tt.query, func(t *testing.T) {
			rep := report(minizip(), second)
			triage.Apply(rep, file(entries...), nil, options())
			if diff := cmp.Diff(tt.want, told(triage.Explain(rep, file(entries...), options(), tt.query))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestExplainSelectors(t *testing.T) {
	e := entry("EX-1", func(e *exceptions.Entry) {
		e.Images = []string{"ghcr.io/acme/api:1.*", "name:web"}
		e.Packages = []exceptions.Package{{Name: "another"}, {PURL: "pkg:deb/debian/zlib1g@1.2.11?distro=debian-12", Paths: []string{"/var/**"}}}
	})
	rep := report(minizip())
	got := triage.Explain(rep, file(e), options(), "CVE-2023-45853")
	want := []triage.Match{{
		Entry: e, Finding: &rep.Findings[0], Why: "purl version 1.2.11 ≠ 1.2.13.dfsg-1",
		Selectors: []triage.Selector{
			{Name: "vulnerability", Wrote: "CVE-2023-45853", Found: "CVE-2023-45853, GHSA-mq29-j5xf-cjwr", OK: true},
			{Name: "image", Wrote: "ghcr.io/acme/api:1.*, name:web", Found: "ghcr.io/acme/api:1.2, " + strings.Join([]string{manifestDigest, indexDigest, configDigest}, ", "), OK: true},
			{Name: "purl", Wrote: "pkg:deb/debian/zlib1g", Found: "pkg:deb/debian/zlib1g", OK: true},
			{Name: "purl version", Wrote: "1.2.11", Found: "1.2.13.dfsg-1"},
			{Name: "purl distro", Wrote: "debian-12", Found: "debian-12.13", OK: true},
			{Name: "paths", Wrote: "var/**", Found: "var/lib/dpkg/status", OK: true},
		},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A finding is explained as it was before it was decided about, and is left as it
// is.
func TestExplainAfterApply(t *testing.T) {
	e := entry("EX-1", func(e *exceptions.Entry) {
		e.Decision, e.ReviewWhen = finding.Rescored, []string{"fix_available"}
		e.CVSS = &exceptions.CVSS{Base: minizip().Rating.Vector, Modified: map[string]string{"MAV": "P"}}
	})
	f := minizip()
	f.FixedIn, f.Status, f.Modified = "1:1.3", finding.StatusFixed, on("2026-11-20")
	rep := report(f)
	triage.Apply(rep, file(e), nil, options())
	before := rep.Findings[0]
	got := triage.Explain(rep, file(e), options(), "CVE-2023-45853")
	want := []string{"EX-1 zlib1g true: it decides: rescored until 2027-05-01, to be reviewed because a fix is available in 1:1.3"}
	if diff := cmp.Diff(want, told(got)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(before, rep.Findings[0]); diff != "" {
		t.Errorf("explaining changes the finding: %s", diff)
	}
}
