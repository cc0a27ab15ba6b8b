package report

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
)

func TestSecuritySeverity(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		severity finding.Severity
		score    float64
		want     string
	}{
		{finding.Critical, 9.8, "9.8"},
		{finding.Critical, 9.0, "9.1"}, // GitHub's critical begins above 9.0
		{finding.Critical, 0, "9.6"},   // a word only
		{finding.High, 7.5, "7.5"},
		{finding.High, 9.8, "8.9"}, // rated otherwise than its score says
		{finding.High, 8.96, "8.9"},
		{finding.Medium, 3.1, "4.0"},
		{finding.Medium, 0, "5.5"},
		{finding.Low, 0.04, "0.1"},
		{finding.Low, 10, "3.9"},
		{finding.None, 0, ""},
		{finding.Unknown, 7.5, ""},
	} {
		got, rated := securitySeverity(finding.Rating{Severity: tt.severity, Score: tt.score})
		if got != tt.want || rated != (tt.want != "") {
			t.Errorf("securitySeverity(%s %v) = %q, %t, want %q", tt.severity, tt.score, got, rated, tt.want)
		}
	}
}

func TestLocation(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, path, want string }{
		{"ghcr.io/org/app", "usr/bin/app", "org/app/usr/bin/app"},
		{"localhost:5000/app", "var/lib/dpkg/status", "app/var/lib/dpkg/status"},
		{"localhost/app", "", "app"},
		{"library/alpine", "lib/apk/db/installed", "library/alpine/lib/apk/db/installed"},
		{"alpine", "srv/a b:c@1.js", "alpine/srv/a%20b%3Ac%401.js"},
		{"alpine", "../../etc/passwd", "alpine/etc/passwd"},
		{"", "", "image"},
	} {
		if got := location(finding.Image{Name: tt.name}, finding.Finding{Package: finding.Package{Path: tt.path}}); got != tt.want {
			t.Errorf("location(%q, %q) = %q, want %q", tt.name, tt.path, got, tt.want)
		}
	}
	for file, want := range map[string]string{
		"deploy/Dockerfile":    "deploy/Dockerfile",
		"/a b.txt":             "a%20b.txt",
		"../../etc/passwd":     "etc/passwd",
		"https://evil.example": "https%3A/evil.example",
		"..":                   "repository",
	} {
		f := finding.Finding{Package: lodash(), Origin: finding.Origin{Line: finding.Line{File: file, Start: 3}}}
		if got := location(finding.Image{Name: "alpine"}, f); got != want {
			t.Errorf("location of a line of %q = %q, want %q", file, got, want)
		}
	}
}

// sarifLog is as much of a SARIF log as the tests look at.
type sarifLog struct {
	Runs []struct {
		Tool struct {
			Driver struct {
				Rules []struct {
					ID                   string
					DefaultConfiguration struct{ Level string }
				}
			}
		}
		Invocations []struct {
			ToolExecutionNotifications []struct{ Message struct{ Text string } }
		}
		AutomationDetails struct{ ID string }
		Results           []struct {
			Locations, RelatedLocations []struct {
				PhysicalLocation struct {
					ArtifactLocation struct{ URI string }
					Region           struct{ StartLine, EndLine int }
				}
			}
			RuleID, Level       string
			RuleIndex           int
			PartialFingerprints map[string]string
		}
	}
}

func renderSARIF(t *testing.T, rep *finding.Report) sarifLog {
	t.Helper()
	var log sarifLog
	if err := json.Unmarshal([]byte(render(t, "sarif", rep, Options{})), &log); err != nil {
		t.Fatal(err)
	}
	return log
}

// TestSARIFSides holds that there is one run for each side of the FROM line,
// whatever is known, so that learning what an image stands on moves alerts
// instead of leaving them open.
func TestSARIFSides(t *testing.T) {
	t.Parallel()
	const categoryOf = "imgscan/registry.example.com-5000/shop/api/linux/amd64/"
	for _, tt := range []struct {
		rep       *finding.Report
		app, base int
	}{{cleanReport(), 0, 0}, {failingReport(), 9, 0}, {debianApp(), 6, 3}} {
		runs := renderSARIF(t, tt.rep).Runs
		if len(runs) != 2 {
			t.Fatalf("%d runs", len(runs))
		}
		for i, want := range []struct {
			category string
			results  int
		}{{categoryOf + "app/", tt.app}, {categoryOf + "base/", tt.base}} {
			if got := runs[i]; got.AutomationDetails.ID != want.category || len(got.Results) != want.results || got.Results == nil {
				t.Errorf("run %d is %s with %d results, want %s with %d", i, got.AutomationDetails.ID, len(got.Results), want.category, want.results)
			}
		}
	}
}

// TestSARIFLines holds that alerts stand on lines of the repository, and what
// else they were traced through beside them.
func TestSARIFLines(t *testing.T) {
	t.Parallel()
	var got []string
	for _, run := range renderSARIF(t, debianApp()).Runs {
		for _, r := range run.Results {
			line := ""
			for i, l := range append(r.Locations, r.RelatedLocations...) {
				if i > 0 {
					line += " "
				}
				p := l.PhysicalLocation
				line += fmt.Sprintf("%s:%d-%d", p.ArtifactLocation.URI, p.Region.StartLine, p.Region.EndLine)
			}
			got = append(got, line)
		}
	}
	want := []string{
		"go.mod:3-3 deploy/Dockerfile:1-1 deploy/Dockerfile:14-14",
		"deploy/Dockerfile:11-11 deploy/Dockerfile:10-12",
		"go.mod:7-7 deploy/Dockerfile:14-14",
		"web/package.json:12-12 web/package-lock.json:431-431 deploy/Dockerfile:15-15",
		"deploy/Dockerfile:11-11 deploy/Dockerfile:10-12",
		"deploy/Dockerfile:11-11 deploy/Dockerfile:10-12",
		"deploy/Dockerfile:9-9",
		"deploy/Dockerfile:9-9",
		"deploy/Dockerfile:9-9",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
}

// TestSARIFIsStable holds that what identifies an alert does not change with the
// build: another tag, digest, version and layer give the same rules, fingerprints
// and places.
func TestSARIFIsStable(t *testing.T) {
	t.Parallel()
	identity := func(rep *finding.Report) string {
		var b strings.Builder
		b.WriteString(category(rep.Image, "app") + "\n")
		for _, f := range rep.Findings {
			fmt.Fprintln(&b, ruleID(f), f.Fingerprint(rep.Image.Name), location(rep.Image, f))
		}
		return b.String()
	}
	before, after := failingReport(), failingReport()
	after.Image.Ref, after.Image.Digest, after.Image.ID = "registry.example.com:5000/shop/api:1.4.3", appLayer, baseLayer
	for i := range after.Findings {
		after.Findings[i].Package.Version += ".1"
		after.Findings[i].Package.Layer = appLayer
	}
	if identity(before) != identity(after) {
		t.Errorf("alerts before:\n%safter:\n%s", identity(before), identity(after))
	}

	// Somebody adds a line above, and the base's tag becomes another.
	before, after = debianApp(), debianApp()
	after.Lineage.Bases[0].Ref, after.Lineage.Bases[0].Digest = "debian:12.8", layerDigest("d")
	for i := range after.Findings {
		after.Findings[i].Origin.Line.Start++
		after.Findings[i].Origin.Line.End++
	}
	if identity(before) != identity(after) {
		t.Errorf("alerts before:\n%safter:\n%s", identity(before), identity(after))
	}
}

func TestSARIFResultsMatchRules(t *testing.T) {
	t.Parallel()
	rep := failingReport()
	// The same rule for a second package file, which alone breaks the policy.
	twin := rep.Findings[1]
	twin.Package.Path = "usr/local/bin/other"
	twin.Judgement.Breaks = true
	rep.Findings = append(rep.Findings, twin)
	finding.Sort(rep.Findings)

	run := renderSARIF(t, rep).Runs[0]
	seen := make(map[string]bool)
	for _, rule := range run.Tool.Driver.Rules {
		if seen[rule.ID] {
			t.Errorf("rule %q is there twice", rule.ID)
		}
		seen[rule.ID] = true
		if rule.ID == ruleID(twin) && rule.DefaultConfiguration.Level != "error" {
			t.Errorf("rule %q has level %q although a result breaks the policy", rule.ID, rule.DefaultConfiguration.Level)
		}
	}
	for i, result := range run.Results {
		if rule := run.Tool.Driver.Rules[result.RuleIndex]; rule.ID != result.RuleID {
			t.Errorf("result %d: rule %q is not %q", i, rule.ID, result.RuleID)
		}
		if want := rep.Findings[i].Judgement.Breaks; (result.Level == "error") != want {
			t.Errorf("result %d: level %q, breaks %t", i, result.Level, want)
		}
		if want := rep.Findings[i].Fingerprint(rep.Image.Name) + ":1"; result.PartialFingerprints["primaryLocationLineHash"] != want {
			t.Errorf("result %d: fingerprints %v, want %s", i, result.PartialFingerprints, want)
		}
	}
}

func TestSARIFKeepsWithinGitHubsLimit(t *testing.T) {
	t.Parallel()
	rep := failingReport()
	breaking := rep.Findings[0]
	rep.Findings = nil
	for i := range maxResults + 2 {
		rep.Findings = append(rep.Findings, unfixed(fmt.Sprintf("CVE-2026-%d", 10000+i), musl(), finding.StatusAffected, nvd(finding.Critical, 9.9), ""))
	}
	breaking.Rating = nvd(finding.High, 7.5)
	rep.Findings = append(rep.Findings, breaking)

	run := renderSARIF(t, rep).Runs[0]
	if len(run.Results) != maxResults {
		t.Errorf("%d results, want %d", len(run.Results), maxResults)
	}
	if run.Results[0].RuleID != ruleID(breaking) {
		t.Errorf("the finding that breaks the policy was left out for %s", run.Results[0].RuleID)
	}
	notices := run.Invocations[0].ToolExecutionNotifications
	if got, want := notices[len(notices)-1].Message.Text, "3 findings left out: GitHub keeps 5000 results of a run."; got != want {
		t.Errorf("notice %q, want %q", got, want)
	}
}
