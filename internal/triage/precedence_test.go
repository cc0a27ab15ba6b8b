package triage_test

import (
	"slices"
	"testing"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/triage"
)

// Each entry comes before the next; all match.
func TestPrecedence(t *testing.T) {
	images := func(patterns ...string) func(*exceptions.Entry) {
		return func(e *exceptions.Entry) { e.Images = patterns }
	}
	packages := func(packages ...exceptions.Package) func(*exceptions.Entry) {
		return func(e *exceptions.Entry) { e.Packages = packages }
	}
	wildcard := func(e *exceptions.Entry) { e.Vulnerabilities = []string{"*"} }
	exact := exceptions.Package{PURL: "pkg:deb/debian/zlib1g@1.2.13.dfsg-1"}

	for _, tt := range []struct {
		name    string
		entries []*exceptions.Entry
	}{
		{"vulnerability, image, package, approval, identifier", []*exceptions.Entry{
			entry("Z", images("ghcr.io/acme/*")),
			entry("Y", packages(exact)),
			entry("W", func(e *exceptions.Entry) { e.ApprovedOn = on("2026-11-03") }),
			entry("V"),
			entry("X"),
			entry("A", wildcard, images("ghcr.io/acme/api@"+manifestDigest), packages(exact)),
			entry("0", wildcard, packages(exact)),
		}},
		{"images", []*exceptions.Entry{
			entry("Z", images("*", "ghcr.io/acme/*@"+indexDigest)),
			entry("Y", images("ghcr.io/acme/api:1.*"), packages(exact)),
			entry("W", images("ghcr.io/acme/api")),
			entry("X", images("name:api", "ghcr.io/**")),
			entry("V", images("ghcr.io/acme/*:1.2")),
			entry("U", images("*")),
		}},
		{"packages", []*exceptions.Entry{
			entry("Z", packages(exact)),
			entry("Za", packages(exceptions.Package{PURL: "pkg:deb/debian/zlib1g", Versions: []string{"1:*"}})),
			entry("Y", packages(exceptions.Package{Name: "zlib1g"}, exceptions.Package{PURL: "pkg:deb/debian/zlib1g"})),
			entry("W", packages(exceptions.Package{Source: "zlib"})),
			entry("X", packages(exceptions.Package{Name: "zlib1g", Versions: []string{"1:*"}})),
			entry("V", packages(exceptions.Package{Paths: []string{"**"}})),
			entry("U"),
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var want []string
			for _, e := range tt.entries {
				want = append(want, e.ID)
			}
			entries := slices.Clone(tt.entries)
			slices.Reverse(entries)
			rep, opts := report(minizip()), options()
			opts.AllowWildcard, opts.Names = true, []string{"api"}
			triage.Apply(rep, file(entries...), nil, opts)
			d := rep.Findings[0].Disposition
			if got := append([]string{d.Entry}, d.Shadowed...); !slices.Equal(got, want) {
				t.Errorf("%v, want %v", got, want)
			}
		})
	}
}

// An entry that does not act does not keep another from acting.
func TestLapsedEntriesDoNotShadow(t *testing.T) {
	got := settled(t, minizip(), entry("EX-1"), entry("EX-2", func(e *exceptions.Entry) {
		e.Images, e.Expires = []string{"ghcr.io/acme/api@" + manifestDigest}, on("2026-11-22")
	}))
	if got.Disposition.Entry != "EX-1" || lapsed(got) != "EX-2 expired 1 day ago" || got.Disposition.Shadowed != nil {
		t.Errorf("%+v", got.Disposition)
	}
}
