package compare_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/compare"
	"github.com/org/imgscan-action/internal/finding"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func deb(name, version string) finding.Package {
	return finding.Package{Class: finding.ClassOS, Type: "debian", Name: name, Version: version, Path: "var/lib/dpkg/status"}
}

func wheel(name, version string) finding.Package {
	return finding.Package{
		Class: finding.ClassLanguage, Type: "python-pkg", Name: name, Version: version,
		Path: "srv/" + name + "-" + version + ".dist-info/METADATA",
	}
}

func found(id string, p finding.Package, aliases ...string) finding.Finding {
	return finding.Finding{ID: id, Aliases: aliases, Package: p, Status: finding.StatusAffected, Rating: finding.Rating{Severity: finding.High}}
}

// inherited is a finding that came with the base.
func inherited(f finding.Finding) finding.Finding {
	f.Origin = finding.Origin{Kind: finding.OriginInherited, Base: 1, Confidence: finding.Proven}
	return f
}

// scanned is a report on an image of Debian 12 that has the packages, and those with
// findings.
func scanned(ref string, findings []finding.Finding, packages ...finding.Package) *finding.Report {
	rep := &finding.Report{
		Now:      now,
		Image:    finding.Image{Ref: ref, ID: "sha256:" + ref, Platform: "linux/amd64"},
		Database: finding.Database{Digest: "sha256:db", Built: now.AddDate(0, 0, -1)},
		OS:       finding.OS{Family: "debian", Version: "12.7"},
		Findings: findings,
		Packages: packages,
	}
	for _, f := range findings {
		rep.Packages = append(rep.Packages, f.Package)
	}
	return rep
}

// on is a report on an image that stands on debian:12 as it was on a day, which is
// where the tag leads now.
func on(digest string, rep *finding.Report) *finding.Report {
	rep.Lineage.Bases = []finding.Base{{
		Ref: "debian:12", Digest: "sha256:" + digest, Layers: 1, Confidence: finding.Proven,
		From: finding.Line{File: "Dockerfile", Start: 1, End: 1, Text: "FROM debian:12"},
		Tag:  finding.Tag{State: finding.TagCurrent, Digest: "sha256:" + digest},
	}}
	return rep
}

// stored is a report that was made a week ago.
func stored(rep *finding.Report) *finding.Report {
	rep.Now = now.AddDate(0, 0, -7)
	rep.Database = finding.Database{Digest: "sha256:older", Built: now.AddDate(0, 0, -8)}
	return rep
}

const (
	main = "acme/api:main"
	pr   = "acme/api:pr"
)

func TestClassify(t *testing.T) {
	curl := found("CVE-1", deb("curl", "1.0-1"))
	tests := []struct {
		name        string
		rep, before *finding.Report
		want        finding.Change
	}{
		{
			name: "in both",
			rep:  scanned(pr, []finding.Finding{curl}), before: scanned(main, []finding.Finding{curl}),
			want: finding.Change{Kind: finding.ChangePreExisting, Why: "acme/api:main has it too"},
		},
		{
			name: "upgraded and still vulnerable",
			rep:  scanned(pr, []finding.Finding{found("CVE-1", deb("curl", "2.0-1"))}), before: scanned(main, []finding.Finding{curl}),
			want: finding.Change{Kind: finding.ChangePreExisting, Why: "acme/api:main has it too, in version 1.0-1"},
		},
		{
			name:   "upgraded, with the version in the path",
			rep:    scanned(pr, []finding.Finding{found("CVE-1", wheel("requests", "2.1"))}),
			before: scanned(main, []finding.Finding{found("CVE-1", wheel("requests", "2.0"))}),
			want:   finding.Change{Kind: finding.ChangePreExisting, Why: "acme/api:main has it too, in version 2.0"},
		},
		{
			name:   "renamed since",
			rep:    scanned(pr, []finding.Finding{found("CVE-1", wheel("requests", "2.0"), "GHSA-1")}),
			before: stored(scanned(main, []finding.Finding{found("GHSA-1", wheel("requests", "2.0"))})),
			want:   finding.Change{Kind: finding.ChangePreExisting, Why: "acme/api:main has it too"},
		},
		{
			name:   "one advisory about two vulnerabilities",
			rep:    scanned(pr, []finding.Finding{found("CVE-2", deb("curl", "1.0-1"), "DSA-1")}),
			before: scanned(main, []finding.Finding{found("CVE-1", deb("curl", "1.0-1"), "DSA-1")}),
			want:   finding.Change{Kind: finding.ChangeIntroduced, Why: "acme/api:main has the same version, which is not affected in it"},
		},
		{
			name: "new package",
			rep:  scanned(pr, []finding.Finding{curl}), before: scanned(main, nil),
			want: finding.Change{Kind: finding.ChangeIntroduced, Why: "acme/api:main does not have the package there"},
		},
		{
			name: "new package, old report",
			rep:  scanned(pr, []finding.Finding{curl}), before: stored(scanned(main, nil)),
			want: finding.Change{Kind: finding.ChangeIntroduced, Why: "acme/api:main does not have the package there"},
		},
		{
			name: "downgraded, old report",
			rep:  scanned(pr, []finding.Finding{curl}), before: stored(scanned(main, nil, deb("curl", "2.0-1"))),
			want: finding.Change{Kind: finding.ChangeIntroduced, Why: "acme/api:main has version 2.0-1, without it"},
		},
		{
			name: "a second copy of what was not known to be vulnerable",
			rep: scanned(pr, []finding.Finding{found("CVE-1", finding.Package{
				Class: finding.ClassLanguage, Type: "jar", Name: "log4j", Version: "2", Path: "opt/b.jar",
			})}),
			before: stored(scanned(main, nil, finding.Package{Class: finding.ClassLanguage, Type: "jar", Name: "log4j", Version: "2", Path: "opt/a.jar"})),
			want:   finding.Change{Kind: finding.ChangeIntroduced, Why: "acme/api:main does not have the package there"},
		},
		{
			name: "newly disclosed",
			rep:  scanned(pr, []finding.Finding{curl}), before: stored(scanned(main, nil, curl.Package)),
			want: finding.Change{
				Kind: finding.ChangeNewlyDisclosed,
				Why:  "acme/api:main has the same version, and the database of 2026-11-15 did not list it",
			},
		},
		{
			name: "newly disclosed, of several versions",
			rep:  scanned(pr, []finding.Finding{curl}), before: stored(scanned(main, nil, deb("curl", "0.9-1"), curl.Package)),
			want: finding.Change{
				Kind: finding.ChangeNewlyDisclosed,
				Why:  "acme/api:main has the same version, and the database of 2026-11-15 did not list it",
			},
		},
		{
			name: "nothing is newly disclosed by the same database",
			rep:  scanned(pr, []finding.Finding{curl}), before: scanned(main, nil, curl.Package),
			want: finding.Change{Kind: finding.ChangeIntroduced, Why: "acme/api:main has the same version, which is not affected in it"},
		},
		{
			name: "the same version, in another release",
			rep:  scanned(pr, []finding.Finding{curl}), before: release("11.9", stored(scanned(main, nil, curl.Package))),
			want: finding.Change{Kind: finding.ChangeIntroduced, Why: "acme/api:main has the same version, which is not affected in it"},
		},
		{
			name: "the same version, in another point release",
			rep:  scanned(pr, []finding.Finding{curl}), before: release("12.1", stored(scanned(main, nil, curl.Package))),
			want: finding.Change{
				Kind: finding.ChangeNewlyDisclosed,
				Why:  "acme/api:main has the same version, and the database of 2026-11-15 did not list it",
			},
		},
		{
			name: "tag moved",
			rep:  on("new", scanned(pr, []finding.Finding{inherited(curl)})), before: on("old", scanned(main, nil, deb("curl", "0.9-1"))),
			want: finding.Change{Kind: finding.ChangeBaseTagMoved, Why: "debian:12 is another image than it was below acme/api:main"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			compare.Classify(test.rep, test.before)
			if diff := cmp.Diff(test.want, test.rep.Findings[0].Change); diff != "" {
				t.Errorf("change (-want +got):\n%s", diff)
			}
		})
	}
}

func release(version string, rep *finding.Report) *finding.Report {
	rep.OS.Version = version
	return rep
}

// TestTagNotMoved: whatever leaves a doubt that only the tag moved is the change's
// own doing.
func TestTagNotMoved(t *testing.T) {
	tests := map[string]func(is, was *finding.Base, f *finding.Finding){
		"the same image":    func(is, was *finding.Base, _ *finding.Finding) { was.Digest = is.Digest },
		"another reference": func(is, _ *finding.Base, _ *finding.Finding) { is.Ref = "debian:12-slim" },
		"no tag": func(is, was *finding.Base, _ *finding.Finding) {
			is.Ref, was.Ref = "localhost:5000/a", "localhost:5000/a"
		},
		"pinned":                    func(is, _ *finding.Base, _ *finding.Finding) { is.From.Text = "FROM debian:12@sha256:new" },
		"pinned before":             func(_, was *finding.Base, _ *finding.Finding) { was.From.Text = "FROM debian:12@sha256:old" },
		"only declared":             func(is, _ *finding.Base, _ *finding.Finding) { is.Confidence = finding.Declared },
		"nobody asked the registry": func(is, _ *finding.Base, _ *finding.Finding) { is.Tag = finding.Tag{} },
		"not where the tag leads":   func(is, _ *finding.Base, _ *finding.Finding) { is.Tag.State = finding.TagMoved },
		"not known what it was":     func(_, was *finding.Base, _ *finding.Finding) { was.Digest = "" },
		"the same by its ID":        func(is, was *finding.Base, _ *finding.Finding) { is.ID, was.ID = "sha256:id", "sha256:id" },
		"introduced by the build": func(_, _ *finding.Base, f *finding.Finding) {
			f.Origin = finding.Origin{Kind: finding.OriginIntroduced}
		},
		"upgraded by the build":      func(_, _ *finding.Base, f *finding.Finding) { f.Origin.Kind = finding.OriginUpgraded },
		"inherited only by estimate": func(_, _ *finding.Base, f *finding.Finding) { f.Origin.Estimate = true },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			rep := on("new", scanned(pr, []finding.Finding{inherited(found("CVE-1", deb("curl", "1.0-1")))}))
			before := on("old", scanned(main, nil, deb("curl", "0.9-1")))
			change(&rep.Lineage.Bases[0], &before.Lineage.Bases[0], &rep.Findings[0])
			compare.Classify(rep, before)
			if kind := rep.Findings[0].Change.Kind; kind != finding.ChangeIntroduced {
				t.Errorf("%s, want introduced", kind)
			}
		})
	}
}

// TestCompared: what the comparison is with, and what is resolved.
func TestCompared(t *testing.T) {
	curl, bash := found("CVE-1", deb("curl", "1.0-1")), found("CVE-2", deb("bash", "5.2-1"))
	tests := []struct {
		name        string
		rep, before *finding.Report
		want        finding.Compared
	}{
		{
			name: "gone and upgraded",
			rep:  scanned(pr, nil, deb("bash", "5.3-1")), before: scanned(main, []finding.Finding{curl, bash}),
			want: finding.Compared{
				Ref: main, Digest: "sha256:" + main, From: "scanned with the same database",
				Resolved: []finding.Finding{bash, curl},
			},
		},
		{
			name: "no longer listed",
			rep:  scanned(pr, nil, curl.Package, deb("bash", "5.3-1")), before: stored(scanned(main, []finding.Finding{curl, bash})),
			want: finding.Compared{
				Ref: main, Digest: "sha256:" + main, From: "as it was scanned on 2026-11-16 with the database of 2026-11-15",
				Resolved: []finding.Finding{bash},
			},
		},
		{
			name: "not readable here",
			rep:  gap(finding.GapUnreadableLayer, "", scanned(pr, nil)), before: scanned(main, []finding.Finding{curl}),
			want: finding.Compared{Ref: main, Digest: "sha256:" + main, From: "scanned with the same database"},
		},
		{
			name: "one file is not readable here",
			rep:  gap(finding.GapUnreadableFile, wheel("a", "1").Path, scanned(pr, nil)),
			before: scanned(main, []finding.Finding{
				found("CVE-3", wheel("a", "1")),
				found("CVE-3", wheel("b", "1")),
			}),
			want: finding.Compared{
				Ref: main, Digest: "sha256:" + main, From: "scanned with the same database",
				Resolved: []finding.Finding{found("CVE-3", wheel("b", "1"))},
			},
		},
		{
			name: "another platform",
			rep:  scanned(pr, []finding.Finding{curl}), before: platform("linux/arm64/v8", scanned(main, []finding.Finding{curl})),
			want: finding.Compared{
				Ref: main, Digest: "sha256:" + main,
				Why: "acme/api:main is for linux/arm64 and this image for linux/amd64",
			},
		},
		{
			name: "a variant",
			rep:  scanned(pr, nil), before: platform("linux/amd64/v2", scanned(main, nil)),
			want: finding.Compared{Ref: main, Digest: "sha256:" + main, From: "scanned with the same database"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			compare.Classify(test.rep, test.before)
			if diff := cmp.Diff(&test.want, test.rep.Compared); diff != "" {
				t.Errorf("compared (-want +got):\n%s", diff)
			}
			for _, f := range test.rep.Findings {
				if (f.Change.Kind == finding.ChangeUnknown) != (test.want.Why != "") {
					t.Errorf("%s is %q", f.ID, f.Change.Kind)
				}
			}
		})
	}
}

func gap(kind finding.GapKind, where string, rep *finding.Report) *finding.Report {
	rep.Gaps = append(rep.Gaps, finding.Gap{Kind: kind, Where: where})
	return rep
}

func platform(name string, rep *finding.Report) *finding.Report {
	rep.Image.Platform = name
	return rep
}

// kinds counts the findings of each kind.
func kinds(rep *finding.Report) map[finding.ChangeKind]int {
	counts := make(map[finding.ChangeKind]int)
	for _, f := range rep.Findings {
		counts[f.Change.Kind]++
	}
	return counts
}

// total is how many findings a comparison gave one of its kinds.
func total(counts map[finding.ChangeKind]int) int {
	n := 0
	for _, kind := range finding.ChangeKinds() {
		n += counts[kind]
	}
	return n
}

// copied is a report whose findings can be changed without the other's.
func copied(rep *finding.Report) *finding.Report {
	c := *rep
	c.Findings = slices.Clone(rep.Findings)
	return &c
}
