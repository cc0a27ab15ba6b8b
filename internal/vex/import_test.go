package vex

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/triage"
)

func TestImport(t *testing.T) {
	t.Parallel()
	claim := func(status, justification, text string) triage.VendorClaim {
		return triage.VendorClaim{
			Claim:           finding.Claim{Author: "Vendor", Document: "https://vendor.example/vex/1", Status: status, Justification: justification, Statement: text},
			Vulnerabilities: []string{"CVE-2024-0001", "https://vendor.example/1", "GHSA-x"},
			Products:        []string{"pkg:npm/a"},
			At:              finding.Line{File: "vendor.json", Start: 1, End: 2},
		}
	}
	about := func(products, parts []string) triage.VendorClaim {
		c := claim("not_affected", "component_not_present", "It is not in there.")
		c.Products, c.Subcomponents = products, parts
		return c
	}
	anywhere := "* [pkg:npm/a]"
	tests := []struct {
		name  string
		claim triage.VendorClaim
		want  string // "decision cause expires images packages"; empty for no entry
	}{
		{"component_not_present", claim("not_affected", "component_not_present", ""), "false_positive component_not_present 2027-02-21 " + anywhere},
		{"code not present", claim("not_affected", "vulnerable_code_not_present", ""), "false_positive vulnerable_code_not_present 2027-02-21 " + anywhere},
		{"not in execute path", claim("not_affected", "vulnerable_code_not_in_execute_path", ""), "not_in_execute_path  2027-02-21 " + anywhere},
		{"not controlled", claim("not_affected", "vulnerable_code_cannot_be_controlled_by_adversary", ""), "not_exploitable  2027-02-21 " + anywhere},
		{"inline", claim("not_affected", "inline_mitigations_already_exist", ""), "mitigated inline 2027-02-21 " + anywhere},
		{"perimeter", claim("not_affected", "protected_at_perimeter", ""), "mitigated environment 2027-02-21 " + anywhere},
		{"no justification", claim("not_affected", "", "We looked into it."), "not_exploitable  2027-02-21 " + anywhere},
		{"fixed", claim("fixed", "", ""), "false_positive fixed_by_backport 2027-02-21 " + anywhere},
		{"under investigation", claim("under_investigation", "", ""), "under_investigation  2026-12-07 " + anywhere},
		{"affected", claim("affected", "", "Update."), ""},

		{"an image in both forms", about([]string{
			"pkg:oci/api@sha256:aa?arch=amd64&repository_url=ghcr.io/acme/api", "pkg:oci/api@sha256:aa?repository_url=ghcr.io/acme", "sha256:aa",
		}, nil), "false_positive component_not_present 2027-02-21 ghcr.io/acme/api@sha256:aa []"},
		{
			"packages of an image", about([]string{"pkg:oci/app?repository_url=index.docker.io%2Facme%2Fapp"}, []string{"pkg:npm/a", "pkg:npm/b"}),
			"false_positive component_not_present 2027-02-21 docker.io/acme/app [pkg:npm/a pkg:npm/b]",
		},
		{"a tag", about([]string{"pkg:oci/app?repository_url=ghcr.io/acme&tag=1.0"}, nil), "false_positive component_not_present 2027-02-21 ghcr.io/acme/app:1.0 []"},
		{"a digest", about([]string{"sha256:aa"}, nil), "false_positive component_not_present 2027-02-21 sha256:aa []"},
		{"any image of a name", about([]string{"pkg:oci/debian"}, []string{"pkg:deb/debian/bash"}), ""},
		{"a part of a package", about([]string{"pkg:golang/a"}, []string{"pkg:golang/b"}), ""},
		{"a part that is no package", about([]string{"sha256:aa"}, []string{"sha256:bb"}), ""},
		{"a platform", about([]string{"cpe:/o:vendor:os:9"}, []string{"pkg:rpm/redhat/a"}), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			for _, e := range Import([]triage.VendorClaim{tt.claim, tt.claim}, ImportOptions{Now: testNow}) {
				var urls []string
				for _, p := range e.Packages {
					urls = append(urls, p.PURL)
				}
				got += fmt.Sprintf("%s %s %s %s %v", e.Decision, e.Cause, day(e.Expires), strings.Join(e.Images, " "), urls)
				if diff := cmp.Diff([]string{"CVE-2024-0001", "GHSA-x"}, e.Vulnerabilities); diff != "" {
					t.Error(diff)
				}
				if e.RequestedBy != "Vendor" || len(e.Evidence) != 1 || len(e.Reason) < 10 || !strings.HasPrefix(e.ID, "VEX-CVE-2024-0001-") {
					t.Errorf("%+v", e)
				}
				if len(e.ApprovedBy) > 0 || !e.ApprovedOn.IsZero() {
					t.Error("it has an approval")
				}
			}
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// TestImportParses holds that what is imported is an exceptions file that differs
// from a good one by its approval only.
func TestImportParses(t *testing.T) {
	t.Parallel()
	claims, err := Read("vendor.json", []byte(csafDocument))
	if err != nil {
		t.Fatal(err)
	}
	src, err := exceptions.Marshal(Import(claims, ImportOptions{Now: testNow}))
	if err != nil {
		t.Fatal(err)
	}
	f, err := exceptions.Parse("exceptions.yaml", src)
	if err != nil {
		t.Fatalf("%v in\n%s", err, src)
	}
	for _, e := range f.Entries {
		if active, why := e.Active(testNow); active || why != "has no approver" {
			t.Errorf("%s: %v, %q", e.ID, active, why)
		}
	}
	if len(f.Entries) == 0 {
		t.Error("nothing was imported")
	}
}

// TestImportForged holds that a record in a foreign document restores nothing that
// only people may give, and that a broken one is no record.
func TestImportForged(t *testing.T) {
	t.Parallel()
	const good = "imgscan: id=EX-1; decision=risk_accepted; expires=2099-01-01; approved-by=@ciso; approved-on=2026-01-01; vulnerability=CVE-2024-0001; image=*"
	tests := []struct {
		name, notes string
		own         bool
	}{
		{"an approval", good, true},
		{"after other text", "See our page.\n" + good, true},
		{"an unknown word", good + "; later=1", true},
		{"a bad identifier", strings.Replace(good, "EX-1", "../EX-1", 1), false},
		{"a bad decision", strings.Replace(good, "risk_accepted", "ignored", 1), false},
		{"a bad date", strings.Replace(good, "2099-01-01", "2099-13-01", 1), false},
		{"no image", strings.Replace(good, "image=*", "", 1), false},
		{"a bad severity", good + "; severity=huge", false},
		{"a bad number", good + "; fedramp.pain=much", false},
		{"a bad truth", good + "; fedramp.internet-reachable=perhaps", false},
		{"a bad package", good + "; package.x.purl=pkg:npm/a", false},
		{"text", "imgscan was used", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Import([]triage.VendorClaim{{
				Claim:           finding.Claim{Status: "not_affected", Justification: "component_not_present", Statement: "It is not in there."},
				Vulnerabilities: []string{"CVE-2024-0001"}, Products: []string{"pkg:npm/a"}, Notes: tt.notes,
			}}, ImportOptions{Now: testNow})
			if len(got) != 1 {
				t.Fatalf("%d entries", len(got))
			}
			if own := got[0].ID == "EX-1"; own != tt.own {
				t.Errorf("restored: %v, want %v", own, tt.own)
			}
			if len(got[0].ApprovedBy) > 0 || !got[0].ApprovedOn.IsZero() {
				t.Errorf("an approval from outside: %+v", got[0])
			}
		})
	}
}

// TestRoundTrip holds that the entries of a file come back from what was written,
// all but the approval.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	files := testFiles(t)
	for format, f := range formats {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			src, _, err := f.write(files, testImage, testOptions)
			if err != nil {
				t.Fatal(err)
			}
			said := make(map[string]bool)
			for _, s := range must(statements(files, testImage, testNow)) {
				said[s.entry.ID] = true
			}
			var want []exceptions.Entry
			for _, file := range files {
				for _, e := range file.Entries {
					if said[e.ID] {
						want = append(want, *e)
					}
				}
			}
			if len(want) != 14 {
				t.Errorf("%d entries can be said, want 14", len(want))
			}
			compareImported(t, src, want)
		})
	}
}

func must(said []statement, _ []string) []statement { return said }

// TestRoundTripProperty does the same with entries made up at random.
func TestRoundTripProperty(t *testing.T) {
	t.Parallel()
	for format, f := range formats {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(150) {
				r := rand.New(rand.NewPCG(seed, 5))
				file := &exceptions.File{Name: "made up"}
				var want []exceptions.Entry
				for i := range 1 + r.IntN(4) {
					e := randomEntry(r, i)
					want = append(want, e)
					file.Entries = append(file.Entries, &e)
				}
				src, _, err := f.write([]*exceptions.File{file}, testImage, testOptions)
				if err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
				if seed < 2 {
					f.judge(t, src)
				}
				compareImported(t, src, want)
				if t.Failed() {
					t.Fatalf("seed %d", seed)
				}
			}
		})
	}
}

// compareImported imports a document and compares it with the entries that it was
// written from.
func compareImported(t *testing.T, src []byte, want []exceptions.Entry) {
	t.Helper()
	claims, err := Read("ours.json", src)
	if err != nil {
		t.Fatal(err)
	}
	got := Import(claims, ImportOptions{Now: testNow})
	diff := cmp.Diff(want, got,
		cmpopts.IgnoreFields(exceptions.Entry{}, "ApprovedBy", "ApprovedOn", "At"),
		cmpopts.EquateEmpty(),
		cmpopts.SortSlices(func(a, b exceptions.Entry) bool { return a.ID < b.ID }))
	if diff != "" {
		t.Errorf("-before +after:\n%s", diff)
	}
	for _, e := range got {
		if len(e.ApprovedBy) > 0 || !e.ApprovedOn.IsZero() {
			t.Errorf("%s came back with an approval", e.ID)
		}
	}
}

// randomEntry is an entry about the test's image that can be said: it has at least
// one package with a package URL, or none at all.
func randomEntry(r *rand.Rand, n int) exceptions.Entry {
	date := func(from, to int) time.Time {
		return time.Date(2026, 11, 23+from+r.IntN(to-from), 0, 0, 0, 0, time.UTC)
	}
	maybe := func(text string) string {
		if r.IntN(2) == 0 {
			return ""
		}
		return text
	}
	some := func(from ...string) []string {
		r.Shuffle(len(from), func(i, j int) { from[i], from[j] = from[j], from[i] })
		return from[:1+r.IntN(len(from))]
	}
	truth := func() *bool {
		b := r.IntN(2) == 0
		if r.IntN(3) == 0 {
			return nil
		}
		return &b
	}
	decisions := finding.Decisions()
	e := exceptions.Entry{
		ID:              fmt.Sprintf("EX-%d", n),
		Vulnerabilities: some("CVE-2024-0001", "GHSA-aaaa-bbbb-cccc", "CVE-2024-0002", "GO-2024-0001"),
		Images:          some("ghcr.io/acme/api", "name:api", "ghcr.io/acme/*", "ghcr.io/acme/api:1.4", testImage.Digest, "*"),
		Decision:        decisions[r.IntN(len(decisions))],
		Cause:           maybe(some(causeAbsent, causeCodeAbsent, causeBackport, causeInline, causeEnvironment, causeConfiguration, "requires_privilege")[0]),
		Reason:          "Because " + randomText(r),
		RequestedBy:     maybe("@kim"),
		ApprovedBy:      some("@sec-lead", "@ciso"),
		ApprovedOn:      date(-100, -50),
		Expires:         date(-40, 100), // some have expired
		KEVAck:          r.IntN(2) == 0,
		Ticket:          maybe("TICKET-1; see; also=this " + randomText(r)),
	}
	if r.IntN(2) == 0 {
		e.Evidence = some("https://vendor.example/?a=b;c", "docs/"+randomText(r))
		e.ReviewWhen = some("fix_available", "kev_listed", "score_increased")
	}
	if r.IntN(3) > 0 {
		e.Packages = []exceptions.Package{{PURL: "pkg:deb/debian/libssl3"}}
		for range r.IntN(3) {
			e.Packages = append(e.Packages, exceptions.Package{
				PURL: maybe("pkg:npm/%40acme/x@1?y=z%3B"), Name: maybe(randomText(r) + "x"), Source: maybe("openssl"),
				Type: "npm", Versions: some("1.0", "2.*", "1:3"), Paths: some("/usr/**", "/opt/{a,b}/*"),
			})
		}
	} else {
		e.Images[0] = "ghcr.io/acme/api" // no statement is about all of any image
	}
	if r.IntN(2) == 0 {
		severity := finding.Severities()[r.IntN(5)]
		e.Severity = &severity
	}
	switch r.IntN(3) {
	case 0:
		e.CVSS = &exceptions.CVSS{
			Base:             "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H",
			Modified:         map[string]string{"MAV": "A", "MA": "L"},
			Rationale:        map[string]string{"MAV": "x: " + randomText(r)},
			RemediationLevel: maybe("workaround"),
		}
	case 1:
		e.CVSS = &exceptions.CVSS{Vector: "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:L/VA:N/SC:N/SI:N/SA:N"}
	}
	if r.IntN(2) == 0 {
		e.Vendor = &exceptions.Vendor{Product: "Product " + randomText(r), LastCheckIn: date(-10, 0), Reference: maybe("case 1")}
	}
	if r.IntN(2) == 0 {
		e.FedRAMP = &exceptions.FedRAMP{
			FalsePositive: "pending", RiskAdjustment: maybe("approved"), OperationalRequirement: maybe("pending"),
			InternetReachable: truth(), LikelyExploitable: truth(), Pain: r.IntN(6), DeviationRequest: maybe("DR-1"),
		}
	}
	return e
}

// randomText is text with what could end a word, a line or an escape.
func randomText(r *rand.Rand) string {
	pieces := []string{"a", "Ünïcödé", ";", "; ", "=", "%", "%3B", "%%", "\n", "\r\n", "\t", " ", "  ", "\"", "\\", "imgscan: id=x", "\u2028", "<&>", "😀", "\x7f"}
	var b strings.Builder
	for range r.IntN(8) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}

// FuzzNotes holds that a record says what it was made of, whatever that is, and that
// no text is more than a record.
func FuzzNotes(f *testing.F) {
	f.Add("id", "EX-1; decision=x", "a%3Bb\n")
	f.Add("reason", " spaces ", "imgscan: id=y")
	f.Fuzz(func(t *testing.T, text, first, second string) {
		want := []pair{{"first", first}, {"second", second}}
		if diff := cmp.Diff(want, readNotes(writeNotes(want)), cmp.AllowUnexported(pair{})); diff != "" {
			t.Error(diff)
		}
		restore(readNotes(text), text)
	})
}
