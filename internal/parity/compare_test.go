package parity

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCompare(t *testing.T) {
	base := func() Scan {
		return Scan{
			OS: "debian 12.1",
			Packages: []Package{
				{Type: "debian", Name: "bash", Version: "5.2-1", Arch: "amd64", Fields: PackageFields{Source: "bash", SourceVersion: "5.2-1", Layer: "sha256:a"}},
				{Type: "jar", Name: "g:a", Version: "1", Path: "a.jar"},
				{Type: "jar", Name: "g:a", Version: "1", Path: "a.jar"},
			},
			Findings: []Finding{
				{Type: "debian", Package: "bash", Version: "5.2-1", ID: "CVE-1", Fields: FindingFields{Status: "affected"}},
			},
		}
	}
	tests := []struct {
		name   string
		change func(trivy, ours *Scan)
		want   []string
	}{
		{"nothing", func(_, _ *Scan) {}, nil},
		{"no system", func(trivy, ours *Scan) { trivy.OS, ours.OS = "none ", " " }, nil},
		{"system", func(_, ours *Scan) { ours.OS = "debian 12" }, []string{
			`img: os version: operating system: trivy "debian 12.1", imgscan "debian 12"`,
		}},
		{"one of two equal packages missing", func(_, ours *Scan) { ours.Packages = ours.Packages[:2] }, []string{
			`img: package only-trivy: jar g:a@1 in a.jar: trivy "1", imgscan ""`,
		}},
		{"package too many", func(trivy, _ *Scan) { trivy.Packages = trivy.Packages[1:] }, []string{
			`img: package only-imgscan: debian bash@5.2-1.amd64: trivy "", imgscan "5.2-1"`,
		}},
		{"version of the package at one place", func(_, ours *Scan) { ours.Packages[1].Version = "2" }, []string{
			`img: package version: jar g:a@1 in a.jar: trivy "1", imgscan "2"`,
		}},
		{"every field", func(_, ours *Scan) {
			ours.Packages[0].Arch = "all"
			ours.Packages[0].Fields = PackageFields{Source: "x", SourceVersion: "y", Layer: "z"}
		}, []string{
			`img: package arch: debian bash@5.2-1.amd64: trivy "amd64", imgscan "all"`,
			`img: package source: debian bash@5.2-1.amd64: trivy "bash", imgscan "x"`,
			`img: package source-version: debian bash@5.2-1.amd64: trivy "5.2-1", imgscan "y"`,
			`img: package layer: debian bash@5.2-1.amd64: trivy "sha256:a", imgscan "z"`,
		}},
		{"another type", func(_, ours *Scan) { ours.Packages[0].Type = "ubuntu" }, []string{
			`img: package only-trivy: debian bash@5.2-1.amd64: trivy "5.2-1", imgscan ""`,
			`img: package only-imgscan: ubuntu bash@5.2-1.amd64: trivy "", imgscan "5.2-1"`,
		}},
		{"another place", func(_, ours *Scan) { ours.Packages[1].Path = "b.jar" }, []string{
			`img: package path: jar g:a@1 in a.jar: trivy "a.jar", imgscan "b.jar"`,
		}},
		{"finding at another place", func(_, ours *Scan) { ours.Findings[0].Path = "x" }, []string{
			`img: finding path: CVE-1 of debian bash@5.2-1: trivy "", imgscan "x"`,
		}},
		{"finding missing", func(_, ours *Scan) { ours.Findings = nil }, []string{
			`img: finding only-trivy: CVE-1 of debian bash@5.2-1: trivy "CVE-1", imgscan ""`,
		}},
		{"fields of a finding", func(_, ours *Scan) {
			ours.Findings[0].Version = "5.2"
			ours.Findings[0].Fields = FindingFields{Fixed: "6", Status: "fixed"}
		}, []string{
			`img: finding version: CVE-1 of debian bash@5.2-1: trivy "5.2-1", imgscan "5.2"`,
			`img: finding fixed: CVE-1 of debian bash@5.2-1: trivy "", imgscan "6"`,
			`img: finding status: CVE-1 of debian bash@5.2-1: trivy "affected", imgscan "fixed"`,
		}},
		{"equal packages pair first", func(trivy, ours *Scan) {
			trivy.Packages[2].Fields.Layer = "sha256:b"
			ours.Packages[1].Fields.Layer = "sha256:b"
		}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			trivy, ours := base(), base()
			test.change(&trivy, &ours)
			var got []string
			for _, d := range Compare("img", trivy, ours) {
				got = append(got, d.String())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReports(t *testing.T) {
	trivy, err := parseTrivy([]byte(`{
		"Metadata": {"OS": {"Family": "debian", "Name": "12.1"}, "DiffIDs": ["sha256:a"]},
		"Results": [
			{"Target": "x (debian 12.1)", "Class": "os-pkgs", "Type": "debian",
			 "Packages": [{"Name": "tar", "Version": "1.34", "Release": "1", "Epoch": 2, "Arch": "amd64",
				"SrcName": "tar", "SrcVersion": "1.34", "SrcRelease": "1", "Layer": {"DiffID": "sha256:a"}}],
			 "Vulnerabilities": [
				{"VulnerabilityID": "CVE-1", "PkgName": "tar", "InstalledVersion": "2:1.34-1", "FixedVersion": "2:1.35-1", "Status": "fixed"},
				{"VulnerabilityID": "CVE-1", "PkgName": "tar", "InstalledVersion": "2:1.34-1", "FixedVersion": "2:1.35-1", "Status": "fixed"}]},
			{"Target": "Java", "Class": "lang-pkgs", "Type": "jar", "Packages": [{"Name": "g:a", "Version": "1", "FilePath": "a.jar", "Layer": {"DiffID": "sha256:a"}}]},
			{"Target": "bin/app", "Class": "lang-pkgs", "Type": "gobinary", "Packages": [{"Name": "stdlib", "Version": "v1.26.0", "Layer": {"DiffID": "sha256:a"}}],
			 "Vulnerabilities": [{"VulnerabilityID": "CVE-2", "PkgName": "stdlib", "InstalledVersion": "v1.26.0", "Status": "affected"}]}
		]}`))
	if err != nil {
		t.Fatal(err)
	}
	ours, err := parseImgscan([]byte(`{
		"image": {"layers": [{"diffId": "sha256:a"}]},
		"os": {"family": "debian", "version": "12.1"},
		"findings": [
			{"id": "CVE-1", "fixedIn": "2:1.35-1", "status": "fixed", "package": {"class": "os", "type": "debian", "name": "tar", "version": "2:1.34-1", "path": "var/lib/dpkg/status"}},
			{"id": "CVE-2", "status": "affected", "package": {"class": "language", "type": "gobinary", "name": "stdlib", "version": "v1.26.0", "path": "bin/app"}}],
		"packages": [
			{"class": "os", "type": "debian", "name": "tar", "version": "2:1.34-1", "arch": "amd64", "sourceName": "tar", "sourceVersion": "1.34-1", "path": "var/lib/dpkg/status", "layer": "sha256:a"},
			{"class": "language", "type": "gobinary", "name": "stdlib", "version": "v1.26.0", "path": "bin/app", "layer": "sha256:a"},
			{"class": "language", "type": "jar", "name": "g:a", "version": "1", "path": "a.jar", "layer": "sha256:a"}]
		}`))
	if err != nil {
		t.Fatal(err)
	}
	if differences := Compare("img", trivy, ours); len(differences) != 0 {
		t.Errorf("the reports say the same, and Compare found %v", differences)
	}
	if len(trivy.Packages) != 3 || len(trivy.Findings) != 2 || !slices.Equal(trivy.Layers, ours.Layers) {
		t.Errorf("not all of the report was read: %+v", trivy)
	}
}
