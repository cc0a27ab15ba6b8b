package parity

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Trivy's detectors look up by these buckets and names; a mistake here would leave
// packages unmatched by both programs, and parity would prove nothing.
func TestSubjects(t *testing.T) {
	distro := func(kind, release, name, modularity string) Package {
		return Package{
			Type: kind, Name: name, Version: "2-1", Arch: "x86_64", release: release, distro: true, modularity: modularity,
			Fields: PackageFields{Source: name + "-src", SourceVersion: "1-1"},
		}
	}
	packages := []Package{
		distro("debian", "12.1", "a", ""),
		distro("ubuntu", "18.04", "a", ""),
		distro("alpine", "3.15.4", "a", ""),
		distro("wolfi", "20230201", "a", ""),
		distro("centos", "8.5", "npm", "nodejs:12:8030020201124152102:229f0a1c"),
		distro("oracle", "7.6", "a", ""),
		distro("amazon", "2 (Karoo)", "a", ""),
		distro("azurelinux", "3.0", "a", ""),
		distro("fedora", "35", "a", ""),
		{Type: "python-pkg", Name: "Zope_Interface", Version: "1"},
		{Type: "python-pkg", Name: "zope-interface", Version: "2"},
		{Type: "python-pkg", Name: "zope-interface", Version: "2"},
		{Type: "gobinary", Name: "example.com/App", Version: "v1"},
		{Type: "gobinary", Name: "./local", Version: ""},
		{Type: "conda-pkg", Name: "pip", Version: "1"},
	}
	want := []string{
		"Azure Linux 3.0/a-src [1-1]",
		"Oracle Linux 7/a [2-1]",
		"Red Hat/nodejs:12::npm [2-1]",
		"alpine 3.15/a-src [1-1]", "alpine edge/a-src [1-1]",
		"amazon linux 2/a [2-1]",
		"chainguard/a-src [2-1]",
		"debian 12/a-src [1-1]",
		"go::made up for parity/example.com/App [v1]",
		"minimos/a-src [2-1]",
		"pip::made up for parity/zope-interface [1 2]",
		"ubuntu 18.04/a-src [1-1]", "ubuntu 18.04-ESM/a-src [1-1]",
		"wolfi/a-src [2-1]",
	}
	var got []string
	for _, s := range subjects(packages) {
		got = append(got, fmt.Sprintf("%s/%s %v", s.bucket, s.name, s.versions))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
