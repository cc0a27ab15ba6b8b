package origin_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/origin"
)

// TestPath asks for the way from an installed package "start" to "end".
func TestPath(t *testing.T) {
	other := func(p finding.Package, arch string) finding.Package {
		p.Arch = arch
		return p
	}
	for _, test := range []struct {
		name     string
		packages []finding.Package
		want     string
	}{
		{"direct", []finding.Package{deb(1, "start@1", "end@1"), deb(1, "end@1")}, "start > end"},
		{"chain", []finding.Package{deb(1, "start@1", "a@1"), deb(1, "a@1", "b@1"), deb(1, "b@1", "end@1"), deb(1, "end@1")}, "start > a > b > end"},
		{"through the base", []finding.Package{deb(1, "start@1", "a@1"), deb(0, "a@1", "end@1"), deb(1, "end@1")}, "start > a > end"},
		{"shortest", []finding.Package{
			deb(1, "start@1", "a@1", "z@1"), deb(1, "a@1", "b@1"), deb(1, "b@1", "end@1"), deb(1, "z@1", "end@1"), deb(1, "end@1"),
		}, "start > z > end"},
		{"first by name", []finding.Package{
			deb(1, "start@1", "c@1", "b@1", "a@1"), deb(1, "c@1", "end@1"), deb(1, "b@1", "end@1"), deb(1, "a@1", "x@1"), deb(1, "x@1", "end@1"), deb(1, "end@1"),
		}, "start > b > end"},
		{"first by name, and not by what decides later", []finding.Package{
			deb(1, "start@1", "b@1", "a@1"), deb(1, "b@1", "c@1"), deb(1, "a@1", "d@1"), deb(1, "c@1", "end@1"), deb(1, "d@1", "end@1"), deb(1, "end@1"),
		}, "start > a > d > end"},
		{"cycle", []finding.Package{deb(1, "start@1", "a@1"), deb(1, "a@1", "start@1", "a@1", "b@1"), deb(1, "b@1", "a@1", "end@1"), deb(1, "end@1", "start@1")}, "start > a > b > end"},
		{"cycle that does not lead there", []finding.Package{deb(1, "start@1", "a@1"), deb(1, "a@1", "start@1"), deb(1, "end@1")}, ""},
		{"what is not installed", []finding.Package{deb(1, "start@1", "gone@1"), deb(1, "end@1")}, ""},
		{"of another architecture", []finding.Package{other(deb(1, "start@1", "a@1"), "all"), deb(1, "a@1", "end@1"), other(deb(1, "end@1"), "i386")}, "start > a > end"},
		{"two architectures of one name", []finding.Package{deb(1, "start@1", "end@2"), deb(1, "end@1"), other(deb(1, "end@2"), "i386")}, "start > end"},
		{"another list", []finding.Package{
			deb(1, "start@1", "a@1"), lang(1, "gemspec", "a.gemspec", "a@1", "end@1"), lang(1, "gemspec", "a.gemspec", "end@1"), deb(1, "end@1"),
		}, ""},
		{"the same name in another list", []finding.Package{lang(1, "gemspec", "start.gemspec", "start@1", "end@1"), deb(1, "end@1")}, ""},
		{"no IDs", []finding.Package{
			{Class: finding.ClassOS, Name: "start", DependsOn: []string{""}, LayerIndex: 1}, {Class: finding.ClassOS, Name: "end", LayerIndex: 1},
		}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			// A second command keeps the first from being the only possible one.
			r := built(t, "FROM debian:12\nRUN apt-get install -y start nothing", base(1))
			end := slices.IndexFunc(test.packages, func(p finding.Package) bool { return p.Name == "end" && p.Class == finding.ClassOS })
			a := origin.New(origin.Input{Packages: test.packages, Lineage: r})
			for range 2 { // the second answer is remembered
				if got := strings.Join(a.Of(test.packages[end]).Path, " > "); got != test.want {
					t.Errorf("got %q, want %q", got, test.want)
				}
			}
		})
	}
}
