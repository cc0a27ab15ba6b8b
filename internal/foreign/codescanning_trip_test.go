package foreign_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/foreign"
	"github.com/org/imgscan-action/internal/report"
	"github.com/org/imgscan-action/internal/triage"
)

// TestDismissedAlertsCoverTheirFindings goes all the way: what the SARIF of a report
// says becomes an alert, which somebody dismisses; its entry, once approved,
// suppresses the finding and no other.
func TestDismissedAlertsCoverTheirFindings(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 15, 4, 5, 0, time.UTC)
	at := finding.Line{File: "Dockerfile", Start: 3, End: 3}
	manifest := finding.Line{File: "package.json", Start: 12, End: 12}
	packages := []struct {
		pkg   finding.Package
		line  finding.Line
		alone bool // the alert says which package it is about
	}{
		{finding.Package{Class: finding.ClassOS, Type: "debian", Name: "zlib1g", Version: "1", PURL: "pkg:deb/debian/zlib1g@1", Path: "var/lib/dpkg/status"}, at, true},
		{finding.Package{Class: finding.ClassOS, Type: "debian", Name: "zlib1g-dev", Version: "1", PURL: "pkg:deb/debian/zlib1g-dev@1", Path: "var/lib/dpkg/status"}, finding.Line{}, true},
		{finding.Package{Type: "node-pkg", Name: "@a/b", Version: "1", PURL: "pkg:npm/%40a/b@1", Path: "srv/node_modules/@a/b/package.json"}, finding.Line{}, true},
		{finding.Package{Type: "node-pkg", Name: "@a/b", Version: "1", PURL: "pkg:npm/%40a/b@1", Path: "opt/node_modules/@a/b/package.json"}, finding.Line{}, true},
		{finding.Package{Type: "node-pkg", Name: "@a/b", Version: "1", PURL: "pkg:npm/%40a/b@1", Path: "usr/node_modules/@a/b/package.json"}, manifest, false},
		{finding.Package{Type: "python-pkg", Name: "requests", Version: "2", PURL: "pkg:pypi/requests@2", Path: "usr/lib/[py thon]/requests-2.dist-info/METADATA"}, finding.Line{}, true},
		{finding.Package{Type: "composer-vendor", Name: "a/b", Version: "1", PURL: "pkg:composer/a/b@1", Path: "srv/vendor/composer/installed.json"}, finding.Line{}, true},
		{finding.Package{Type: "jar", Name: "org.x:lib", Version: "1", PURL: "pkg:maven/org.x/lib@1", Path: "app.war/lib-1.jar"}, at, false},
	}
	for _, image := range []string{"ghcr.io/acme/api", "api", "acme/api", "localhost:5000/api"} {
		for i, chosen := range packages {
			rep := &finding.Report{Now: now, Image: finding.Image{Ref: image + ":1", Name: image, Source: "registry", Platform: "linux/arm/v7"}}
			for _, p := range packages {
				rep.Findings = append(rep.Findings, finding.Finding{ID: "CVE-2020-12345", Package: p.pkg, Origin: finding.Origin{Line: p.line}})
			}
			src := alerts(t, rep, i)
			entries, lost, err := foreign.Import("alerts.json", src, foreign.ImportOptions{Now: now})
			if err != nil {
				t.Fatal(err)
			}
			if !chosen.alone {
				if len(entries) > 0 || len(lost) != 1 {
					t.Errorf("%s in %s: got %v and %q, want nothing and a sentence", chosen.pkg.Name, image, entries, lost)
				}
				continue
			}
			file := &exceptions.File{}
			for _, e := range entries {
				e.ApprovedBy, e.ApprovedOn = []string{"@lead"}, now.Truncate(24*time.Hour)
				file.Entries = append(file.Entries, &e)
			}
			triage.Apply(rep, []*exceptions.File{file}, nil, triage.Options{Now: now})
			var got []finding.Package
			for _, f := range rep.Findings {
				if f.Disposition.Suppressed {
					got = append(got, f.Package)
				}
			}
			if diff := cmp.Diff([]finding.Package{chosen.pkg}, got); diff != "" {
				t.Errorf("%s in %s: %s; lost %q", chosen.pkg.Name, image, diff, lost)
			}
		}
	}
}

// alerts is the list of the one alert that somebody dismissed, in the shape of
// GitHub's own example, made of what the SARIF says of a finding.
func alerts(t *testing.T, rep *finding.Report, chosen int) []byte {
	t.Helper()
	format, err := report.For("sarif")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := format.Write(&out, rep, report.Options{}); err != nil {
		t.Fatal(err)
	}
	var log sarifLog
	if err := json.Unmarshal(out.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	result := run.Results[chosen]
	rule := run.Tool.Driver.Rules[result.RuleIndex]
	where := result.Locations[0].PhysicalLocation

	a := example(t)
	a["state"] = "dismissed"
	a["tool"] = map[string]any{"name": run.Tool.Driver.Name, "guid": nil, "version": "1"}
	a["rule"] = map[string]any{"id": rule.ID, "tags": rule.Properties.Tags}
	a["most_recent_instance"] = map[string]any{
		"category": run.AutomationDetails.ID, "state": "dismissed",
		"location": map[string]any{"path": where.ArtifactLocation.URI, "start_line": where.Region.StartLine, "end_line": where.Region.EndLine},
	}
	src, err := json.Marshal([]any{a})
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// sarifLog is what GitHub takes alerts from.
type sarifLog struct {
	Runs []struct {
		AutomationDetails struct{ ID string }
		Tool              struct {
			Driver struct {
				Name  string
				Rules []struct {
					ID         string
					Properties struct{ Tags []string }
				}
			}
		}
		Results []struct {
			RuleIndex int
			Locations []struct {
				PhysicalLocation struct {
					ArtifactLocation struct{ URI string }
					Region           struct{ StartLine, EndLine int }
				}
			}
		}
	}
}

// example is GitHub's own.
func example(t *testing.T) map[string]any {
	t.Helper()
	src, err := os.ReadFile("../githubtest/testdata/examples.json")
	if err != nil {
		t.Fatal(err)
	}
	var examples map[string]map[string]any
	if err := json.Unmarshal(src, &examples); err != nil {
		t.Fatal(err)
	}
	return examples["code-scanning-alert"]
}
