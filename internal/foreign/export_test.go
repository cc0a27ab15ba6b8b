package foreign

import (
	"fmt"
	"strings"
	"testing"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
)

var api = finding.Image{
	Ref: "ghcr.io/acme/api:1", Name: "ghcr.io/acme/api", Names: []string{"api"}, Source: "registry",
	ID: "sha256:" + strings.Repeat("1", 64),
}

// TestExport compares with goldens: the file, and behind it what was lost, as
// comments.
func TestExport(t *testing.T) {
	t.Parallel()
	files := parse(t, string(read(t, "exceptions.yaml")))
	trivy, lost := Trivyignore(files, api, now)
	compare(t, "export.trivyignore.yaml.golden", withLost(trivy, lost))
	grype, lost := Grype(files, api, now)
	compare(t, "export.grype.yaml.golden", withLost(grype, lost))
}

func parse(t *testing.T, src string) []*exceptions.File {
	t.Helper()
	file, err := exceptions.Parse("exceptions.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return []*exceptions.File{file}
}

func withLost(src []byte, lost []string) []byte {
	for _, sentence := range lost {
		src = append(src, "# lost: "+sentence+"\n"...)
	}
	return src
}

// TestExportNothing writes files that the other scanners read, too.
func TestExportNothing(t *testing.T) {
	t.Parallel()
	img := finding.Image{Ref: "a\nvulnerabilities: [{id: CVE-2020-1}]", ID: api.ID}
	trivy, lost := Trivyignore(nil, img, now)
	if want := "# Written by imgscan from its exceptions for a vulnerabilities: [{id: CVE-2020-1}]. Do not edit.\nvulnerabilities: []\n"; string(trivy) != want || len(lost) > 0 {
		t.Errorf("got %q and %q, want %q", trivy, lost, want)
	}
	grype, lost := Grype(nil, img, now)
	if !strings.HasSuffix(string(grype), ".\nignore: []\n") || len(lost) > 0 {
		t.Errorf("got %q and %q", grype, lost)
	}
}

// TestRoundTrip imports what was exported: the same packages, the same last day.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	const entry = `version: 1
exceptions:
  - id: EX-1
    vulnerabilities: [CVE-2020-1]
    images: ["*"]
    packages: [%s]
    decision: risk_accepted
    reason: "a reason: with \"quotes\" # and\ttabs"
    approved_by: ["@sec-lead"]
    approved_on: 2026-11-01
    expires: 2026-12-10
`
	for _, test := range []struct{ pkg, trivy, grype string }{
		{"{purl: pkg:npm/left-pad}", "[{pkg:npm/left-pad    [] []}]", "[{ left-pad  npm [] []}]"},
		{"{purl: pkg:npm/%40acme/api, versions: [1.0.0]}", "[{pkg:npm/%40acme/api@1.0.0    [] []}]", "[{ @acme/api  npm [1.0.0] []}]"},
		{"{purl: pkg:deb/debian/libstdc%2B%2B6, versions: ['1:12.2']}", "[{pkg:deb/debian/libstdc%2B%2B6@12.2?epoch=1    [] []}]", "[{ libstdc++6  deb [1:12.2] []}]"},
		{"{purl: pkg:gem/rails, paths: [srv/**]}", "[{pkg:gem/rails    [] [srv/**]}]", "[{ rails  gem [] [/srv/**]}]"},
	} {
		files := parse(t, fmt.Sprintf(entry, test.pkg))
		trivy, lost := Trivyignore(files, api, now)
		if len(lost) > 0 {
			t.Errorf("%s: Trivy: lost %q", test.pkg, lost)
		}
		roundTrip(t, ".trivyignore.yaml", trivy, test.trivy, "2026-12-10")
		grype, _ := Grype(files, api, now)
		roundTrip(t, ".grype.yaml", grype, test.grype, "2027-02-21") // Grype's rules have no end
	}
}

func roundTrip(t *testing.T, name string, src []byte, packages, expires string) {
	t.Helper()
	entries, lost, err := Import(name, src, ImportOptions{Now: now})
	if err != nil || len(lost) > 0 || len(entries) != 1 {
		t.Fatalf("%s: got %v, %q, %v from\n%s", name, entries, lost, err, src)
	}
	e := entries[0]
	if got := fmt.Sprint(e.Packages); got != packages {
		t.Errorf("%s: got the packages %s, want %s", name, got, packages)
	}
	if got := e.Expires.Format("2006-01-02"); got != expires {
		t.Errorf("%s: got until %s, want %s", name, got, expires)
	}
	if !strings.Contains(e.Reason, `a reason: with "quotes" # and tabs`) {
		t.Errorf("%s: got the reason %q", name, e.Reason)
	}
}
