package triage_test

import (
	"strings"
	"testing"
	"time"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/triage"
)

// now is the clock of these tests: the middle of a day, so that the ends of days
// show.
var now = time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC)

// on is a day as the exceptions file has it.
func on(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

const (
	manifestDigest = "sha256:1111111111111111111111111111111111111111111111111111111111111111"
	indexDigest    = "sha256:2222222222222222222222222222222222222222222222222222222222222222"
	configDigest   = "sha256:3333333333333333333333333333333333333333333333333333333333333333"
	otherDigest    = "sha256:4444444444444444444444444444444444444444444444444444444444444444"
)

func api() finding.Image {
	return finding.Image{
		Ref: "ghcr.io/acme/api:1.2", Name: "ghcr.io/acme/api", Source: "registry",
		Digest: manifestDigest, IndexDigest: indexDigest, ID: configDigest, Platform: "linux/amd64",
	}
}

func zlib() finding.Package {
	return finding.Package{
		Class: finding.ClassOS, Type: "debian", Name: "zlib1g", Epoch: 1, Version: "1.2.13.dfsg", Release: "1", Arch: "amd64",
		SrcName: "zlib", Path: "var/lib/dpkg/status",
		PURL: "pkg:deb/debian/zlib1g@1.2.13.dfsg-1?arch=amd64&distro=debian-12.13&epoch=1",
	}
}

func minizip() finding.Finding {
	return finding.Finding{
		ID: "CVE-2023-45853", Aliases: []string{"GHSA-mq29-j5xf-cjwr"}, Package: zlib(), Status: finding.StatusAffected,
		Rating: finding.Rating{
			Severity: finding.Critical, Score: 9.8, Version: "3.1", Source: "nvd",
			Vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
		},
		Modified: on("2026-01-15"),
	}
}

func report(findings ...finding.Finding) *finding.Report {
	rep := &finding.Report{Now: now, Image: api(), Findings: findings}
	for _, f := range findings {
		rep.Packages = append(rep.Packages, f.Package)
	}
	return rep
}

// entry is one that acts on minizip in any image.
func entry(id string, change ...func(*exceptions.Entry)) *exceptions.Entry {
	e := &exceptions.Entry{
		ID: id, Vulnerabilities: []string{"CVE-2023-45853"}, Images: []string{"*"},
		Decision: finding.FalsePositive, Reason: "It is not compiled in.",
		ApprovedBy: []string{"@sec-lead"}, ApprovedOn: on("2026-11-02"), Expires: on("2027-05-01"),
		At: finding.Line{File: ".imgscan/exceptions.yaml", Start: 3, End: 9},
	}
	for _, c := range change {
		c(e)
	}
	return e
}

func file(entries ...*exceptions.Entry) []*exceptions.File {
	return []*exceptions.File{{Name: ".imgscan/exceptions.yaml", Entries: entries}}
}

func options() triage.Options {
	return triage.Options{Now: now, StaleGrace: 7 * 24 * time.Hour, WarnWithin: 14 * 24 * time.Hour}
}

// settled is the only finding after entries have been applied to it.
func settled(t *testing.T, f finding.Finding, entries ...*exceptions.Entry) finding.Finding {
	t.Helper()
	rep := report(f)
	triage.Apply(rep, file(entries...), nil, options())
	return rep.Findings[0]
}

// lapsed joins why entries do not act.
func lapsed(f finding.Finding) string {
	var all []string
	for _, l := range f.Disposition.Lapsed {
		all = append(all, l.Entry+" "+l.Why)
	}
	return strings.Join(all, "\n")
}

func ptr[T any](v T) *T { return &v }
