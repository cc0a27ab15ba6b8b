package owner_test

import (
	"strings"
	"testing"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/owner"
)

func TestBasePatterns(t *testing.T) {
	tests := []struct {
		pattern, ref string
		want         bool
	}{
		{"debian:12", "debian:12", true},
		{"debian", "debian:12", true},
		{"debian", "debian", true},
		{"debian:12", "debian:13", false},
		{"debian:1*", "debian:12.7-slim", true},
		{"debian*", "debian:12", true},
		{"debian", "debian@sha256:abc", true},
		{"debian:12", "debian:12@sha256:abc", true},
		{"debian:12@sha256:abc", "debian:12@sha256:abc", true},
		{"{debian,ubuntu:22.04}", "debian:12", true},
		{"{debian,ubuntu:22.04}", "ubuntu:24.04", false},
		{"docker.io/library/debian", "debian:12", true},
		{"docker.io/**", "grafana/grafana:12", true},
		{"docker.io/**", "ghcr.io/acme/base:3", false},
		{"docker.io/**", "localhost/base:3", false},
		{"ghcr.io/acme/*", "ghcr.io/acme/base:3", true},
		{"ghcr.io/acme/*", "ghcr.io/acme/team/base:3", false},
		{"ghcr.io/**", "ghcr.io/acme/team/base:3", true},
		{"localhost:5000/base", "localhost:5000/base:3", true},
		{"localhost", "localhost:5000/base:3", false},
		{"debian", "ghcr.io/acme/debian:12", false},
		{"Debian", "debian:12", false},
	}
	for _, tt := range tests {
		t.Run(tt.pattern+" "+tt.ref, func(t *testing.T) {
			o, err := owner.New([]owner.Rule{{Base: tt.pattern, Owners: []string{"kim"}}}, nil, "")
			if err != nil {
				t.Fatal(err)
			}
			rep := &finding.Report{Lineage: finding.Lineage{Bases: []finding.Base{{Ref: tt.ref}}}}
			o.Assign(rep)
			if got := rep.Lineage.Bases[0].Owner.Trusted; got != tt.want {
				t.Errorf("matched %v, want %v", got, tt.want)
			}
		})
	}
}

func TestPackagePatterns(t *testing.T) {
	tests := []struct {
		pattern, name, purl string
		want                bool
	}{
		{"curl", "curl", "", true},
		{"curl", "libcurl4", "", false},
		{"pkg:npm/lodash", "lodash", "pkg:npm/lodash@4.17.20", true},
		{"pkg:npm/lodash@4.*", "lodash", "pkg:npm/lodash@4.17.20", true},
		{"pkg:deb/debian/*", "curl", "pkg:deb/debian/curl@7.88.1-10?arch=amd64&distro=debian-12", true},
		{"pkg:deb/debian/curl@7.88.1-10", "curl", "pkg:deb/debian/curl@7.88.1-10?arch=amd64", true},
		{"pkg:npm/%40acme/ui", "@acme/ui", "pkg:npm/%40acme/ui@1.0.0", true},
		{"@acme/*", "@acme/ui", "pkg:npm/%40acme/ui", true},
		{"pkg:npm/**", "requests", "pkg:pypi/requests@2", false},
		{"golang.org/**", "golang.org/x/net", "pkg:golang/golang.org/x/net@v0.1.0", true},
	}
	for _, tt := range tests {
		t.Run(tt.pattern+" "+tt.name, func(t *testing.T) {
			o, err := owner.New([]owner.Rule{{Package: tt.pattern, Owners: []string{"kim"}}}, nil, "")
			if err != nil {
				t.Fatal(err)
			}
			rep := &finding.Report{Findings: []finding.Finding{{Package: finding.Package{Name: tt.name, PURL: tt.purl}}}}
			o.Assign(rep)
			if got := rep.Findings[0].Origin.Owner.Trusted; got != tt.want {
				t.Errorf("matched %v, want %v", got, tt.want)
			}
		})
	}
}

func TestNewRefuses(t *testing.T) {
	kim := []string{"kim"}
	tests := map[string]struct {
		rule owner.Rule
		want string
	}{
		"everything":     {owner.Rule{Owners: kim}, "a rule says what is owned: give it any of base, image, package, path"},
		"nobody":         {owner.Rule{Base: "debian"}, "a rule says who owns it: give it owners"},
		"half a pattern": {owner.Rule{Path: "usr/[a", Owners: kim}, `malformed pattern "usr/[a": a [, { or \ is not closed`},
		"blank pattern":  {owner.Rule{Path: "/ ", Owners: kim}, "empty pattern: expected one such as debian or ghcr.io/acme/**"},
		"blank name":     {owner.Rule{Base: "debian", Owners: []string{" "}}, `expected an owner such as @acme/platform, in one line of at most 120 characters, found " "`},
		"long name":      {owner.Rule{Base: "debian", Owners: []string{strings.Repeat("k", 121)}}, `expected an owner such as @acme/platform, in one line of at most 120 characters, found "` + strings.Repeat("k", 60) + `"`},
		"two lines":      {owner.Rule{Base: "debian", Owners: []string{"kim\nlee"}}, `expected an owner such as @acme/platform, in one line of at most 120 characters, found "kim\nlee"`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			tt.rule.At = "c.yaml:3"
			if _, err := owner.New([]owner.Rule{tt.rule}, nil, ""); err == nil || err.Error() != "c.yaml:3: "+tt.want {
				t.Errorf("error\n got %v\nwant c.yaml:3: %s", err, tt.want)
			}
		})
	}
}
