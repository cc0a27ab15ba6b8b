package owner_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/owner"
)

// chain is an application on a base of the company on Debian.
func chain() finding.Lineage {
	return finding.Lineage{
		Bases: []finding.Base{
			{
				Ref: "ghcr.io/acme/base:3", Aliases: []string{"ghcr.io/acme/base:latest"}, Vendor: "Acme Platform",
				From: finding.Line{File: "Dockerfile", Start: 9, Text: "FROM ghcr.io/acme/base:3"},
				Tag:  finding.Tag{State: finding.TagCurrent},
			},
			{Ref: "debian:12", Tag: finding.Tag{State: finding.TagCurrent}},
		},
		Builders:   []finding.Builder{{Ref: "golang:1.26", Stage: "build"}},
		Dockerfile: "Dockerfile",
	}
}

func inherited(base int) finding.Origin {
	return finding.Origin{
		Kind: finding.OriginInherited, Base: base,
		Instruction: finding.Instruction{Kind: "FROM"}, Line: finding.Line{File: "Dockerfile", Start: 9},
	}
}

func installed() finding.Origin {
	line := finding.Line{File: "Dockerfile", Start: 13}
	return finding.Origin{
		Kind: finding.OriginIntroduced, Line: line, Asked: "apt-get install curl", Path: []string{"curl", "libcurl4"},
		Instruction: finding.Instruction{Kind: "RUN", Line: line},
	}
}

func copied() finding.Origin {
	line := finding.Line{File: "Dockerfile", Start: 20}
	return finding.Origin{
		Kind: finding.OriginIntroduced, Line: line, Builder: "ghcr.io/acme/tools:1",
		Instruction: finding.Instruction{Kind: "COPY", Line: line, Source: "ghcr.io/acme/tools:1"},
	}
}

func required(role string, files ...string) finding.Origin {
	o := copied()
	for _, file := range files {
		o.Manifests = append(o.Manifests, finding.Manifest{Role: role, Line: finding.Line{File: file, Start: 5}})
	}
	o.Line = o.Manifests[0].Line
	return o
}

func found(id, kind, name string, origin finding.Origin) finding.Finding {
	f := finding.Finding{ID: id, FixedIn: "2", Status: finding.StatusFixed, Origin: origin}
	f.Package = finding.Package{
		Class: finding.ClassOS, Type: kind, Name: name, Version: "1",
		Path: "var/lib/dpkg/status", PURL: "pkg:deb/debian/" + name + "@1?distro=debian-12",
	}
	if kind != "debian" {
		f.Package.Class, f.Package.Path, f.Package.PURL = finding.ClassLanguage, "srv/app", "pkg:npm/"+name+"@1"
	}
	return f
}

const codeownersFile = `
* @acme/everyone
/Dockerfile @acme/docker
/vendor/
frontend/ @acme/web kim@acme.example
`

func TestAssign(t *testing.T) {
	rule := func(owners string, set func(*owner.Rule)) owner.Rule {
		r := owner.Rule{Owners: strings.Split(owners, ","), At: ".imgscan/config.yaml:4"}
		set(&r)
		return r
	}
	configured := func(kind finding.OwnerKind, names ...string) finding.Owner {
		return finding.Owner{Kind: kind, Names: names, Because: ".imgscan/config.yaml:4", Trusted: true}
	}
	tests := []struct {
		name    string
		rules   []owner.Rule
		owners  string // CODEOWNERS
		lineage func(*finding.Lineage)
		image   string
		finding finding.Finding
		want    finding.Owner
	}{
		// Which side.
		{
			name: "nobody is named", finding: found("CVE-1", "debian", "curl", installed()),
			want: finding.Owner{Kind: finding.OwnerApp},
		},
		{
			name: "unknown origin is the app's", finding: found("CVE-1", "debian", "curl", finding.Origin{Kind: finding.OriginUnknown}),
			want: finding.Owner{Kind: finding.OwnerApp},
		},
		{
			name: "an upgraded package is the app's", owners: codeownersFile,
			finding: found("CVE-1", "debian", "curl", finding.Origin{Kind: finding.OriginUpgraded, Line: finding.Line{File: "Dockerfile", Start: 4}}),
			want:    finding.Owner{Kind: finding.OwnerApp, Names: []string{"@acme/docker"}, Because: ".github/CODEOWNERS:3", Trusted: true},
		},
		{
			name: "copied from an image", finding: found("CVE-1", "gobinary", "example.com/x", copied()),
			want: finding.Owner{Kind: finding.OwnerBuilder},
		},
		{
			name: "copied, and a manifest explains it", finding: found("CVE-1", "gobinary", "example.com/x", required("direct", "go.mod")),
			want: finding.Owner{Kind: finding.OwnerApp},
		},
		{
			name: "copied from a stage that was asked to install it",
			finding: found("CVE-1", "python-pkg", "flask", func() finding.Origin {
				o := copied()
				o.Asked = "pip install flask"
				return o
			}()),
			want: finding.Owner{Kind: finding.OwnerApp},
		},
		{
			name: "what an ONBUILD installs is the nearest base's",
			finding: found("CVE-1", "debian", "curl", func() finding.Origin {
				o := installed()
				o.Instruction.OnBuild = true
				return o
			}()),
			want: finding.Owner{Kind: finding.OwnerBase, Names: []string{"Acme Platform"}, Because: "metadata of ghcr.io/acme/base:3"},
		},
		{
			name: "what an ONBUILD installs from our manifest is ours",
			finding: found("CVE-1", "node-pkg", "lodash", func() finding.Origin {
				o := required("direct", "package.json")
				o.Instruction.OnBuild = true
				return o
			}()),
			want: finding.Owner{Kind: finding.OwnerApp},
		},
		{
			name: "a base that is not in the lineage", finding: found("CVE-1", "debian", "curl", inherited(7)),
			want: finding.Owner{Kind: finding.OwnerBase},
		},

		// CODEOWNERS.
		{
			name: "codeowners of the line's file", owners: codeownersFile,
			finding: found("CVE-1", "node-pkg", "lodash", required("lock", "frontend/package-lock.json", "other/package-lock.json")),
			want: finding.Owner{
				Kind: finding.OwnerApp, Names: []string{"@acme/web", "kim@acme.example"}, Because: ".github/CODEOWNERS:5", Trusted: true,
			},
		},
		{
			name: "codeowners that name nobody", owners: codeownersFile,
			finding: found("CVE-1", "gobinary", "example.com/x", required("direct", "vendor/modules.txt")),
			want:    finding.Owner{Kind: finding.OwnerApp},
		},
		{
			name: "codeowners are not asked about a base", owners: codeownersFile, finding: found("CVE-1", "debian", "curl", inherited(2)),
			want: finding.Owner{Kind: finding.OwnerBase, Names: []string{"Docker Official Image debian"}, Because: "the name debian"},
		},
		{
			name: "codeowners are not asked where no line is known", owners: "* @acme/everyone\n",
			finding: found("CVE-1", "debian", "curl", finding.Origin{Kind: finding.OriginUnknown}),
			want:    finding.Owner{Kind: finding.OwnerApp},
		},

		// What an image says, and what it is called.
		{
			name: "a vendor", finding: found("CVE-1", "debian", "curl", inherited(1)),
			want: finding.Owner{Kind: finding.OwnerBase, Names: []string{"Acme Platform"}, Because: "metadata of ghcr.io/acme/base:3"},
		},
		{
			name: "a hostile vendor",
			lineage: func(l *finding.Lineage) {
				l.Bases[0].Vendor = "\x1b[31m@acme/\u202Esecurity\n\n::error::" + strings.Repeat("x", 200)
			},
			finding: found("CVE-1", "debian", "curl", inherited(1)),
			want: finding.Owner{
				Kind: finding.OwnerBase, Names: []string{"[31m@acme/security ::error::" + strings.Repeat("x", 91) + "…"},
				Because: "metadata of ghcr.io/acme/base:3",
			},
		},
		{
			name:    "a vendor of nothing but control characters",
			lineage: func(l *finding.Lineage) { l.Bases[0].Vendor = "\x00\u200B \xff" },
			finding: found("CVE-1", "debian", "curl", inherited(1)),
			want:    finding.Owner{Kind: finding.OwnerBase},
		},
		{
			name:    "an image that was only built here is no official one",
			lineage: func(l *finding.Lineage) { l.Bases[1].Ref, l.Bases[1].Tag.State = "base:1", finding.TagUnknown },
			finding: found("CVE-1", "debian", "curl", inherited(2)),
			want:    finding.Owner{Kind: finding.OwnerBase},
		},
		{
			name:    "an official image that the registry knows",
			lineage: func(l *finding.Lineage) { l.Bases[1].Ref = "hello-world:latest" },
			finding: found("CVE-1", "debian", "curl", inherited(2)),
			want:    finding.Owner{Kind: finding.OwnerBase, Names: []string{"Docker Official Image hello-world"}, Because: "the name hello-world"},
		},
		{
			name: "an official builder",
			finding: found("CVE-1", "gobinary", "example.com/x", func() finding.Origin {
				o := copied()
				o.Builder = "golang@sha256:0000"
				return o
			}()),
			want: finding.Owner{Kind: finding.OwnerBuilder, Names: []string{"Docker Official Image golang"}, Because: "the name golang"},
		},

		// Rules.
		{
			name:   "a rule wins over codeowners",
			owners: codeownersFile, rules: []owner.Rule{rule("@acme/web,kim", func(r *owner.Rule) { r.Path = "frontend/**" })},
			finding: found("CVE-1", "node-pkg", "lodash", required("direct", "frontend/package.json")),
			want:    configured(finding.OwnerApp, "@acme/web", "kim"),
		},
		{
			name: "the first rule wins",
			rules: []owner.Rule{
				rule("other", func(r *owner.Rule) { r.Package = "wget" }),
				rule("first", func(r *owner.Rule) { r.Package = "cur?" }),
				rule("second", func(r *owner.Rule) { r.Package = "curl" }),
			},
			finding: found("CVE-1", "debian", "curl", installed()),
			want:    configured(finding.OwnerApp, "first"),
		},
		{
			name:    "all of a rule must match",
			rules:   []owner.Rule{rule("kim", func(r *owner.Rule) { r.Package, r.Path = "curl", "srv/**" })},
			finding: found("CVE-1", "debian", "curl", installed()),
			want:    finding.Owner{Kind: finding.OwnerApp},
		},
		{
			name:    "a path in the image",
			rules:   []owner.Rule{rule("kim", func(r *owner.Rule) { r.Path = "var/lib/**" })},
			finding: found("CVE-1", "debian", "curl", installed()),
			want:    configured(finding.OwnerApp, "kim"),
		},
		{
			name:    "the image",
			rules:   []owner.Rule{rule("kim", func(r *owner.Rule) { r.Image = "ghcr.io/acme/*" })},
			finding: found("CVE-1", "debian", "curl", installed()),
			want:    configured(finding.OwnerApp, "kim"),
		},
		{
			name: "the name of a file", image: "app",
			rules:   []owner.Rule{rule("kim", func(r *owner.Rule) { r.Image = "app" })},
			finding: found("CVE-1", "debian", "curl", installed()),
			want:    configured(finding.OwnerApp, "kim"),
		},
		{
			name:    "who owns the app does not own its base",
			rules:   []owner.Rule{rule("kim", func(r *owner.Rule) { r.Image = "**" })},
			finding: found("CVE-1", "debian", "curl", inherited(2)),
			want:    finding.Owner{Kind: finding.OwnerBase, Names: []string{"Docker Official Image debian"}, Because: "the name debian"},
		},
		{
			name:    "who owns the base does not own the app",
			rules:   []owner.Rule{rule("kim", func(r *owner.Rule) { r.Base = "**" })},
			finding: found("CVE-1", "debian", "curl", installed()),
			want:    finding.Owner{Kind: finding.OwnerApp},
		},
		{
			name:    "a base by its alias",
			rules:   []owner.Rule{rule("kim", func(r *owner.Rule) { r.Base = "ghcr.io/acme/base:latest" })},
			finding: found("CVE-1", "debian", "curl", inherited(1)),
			want:    configured(finding.OwnerBase, "kim"),
		},
		{
			name:    "a package of a base",
			rules:   []owner.Rule{rule("kim", func(r *owner.Rule) { r.Base, r.Package = "debian", "curl" })},
			finding: found("CVE-1", "debian", "curl", inherited(2)),
			want:    configured(finding.OwnerBase, "kim"),
		},
		{
			name:    "a builder",
			rules:   []owner.Rule{rule("kim", func(r *owner.Rule) { r.Base = "ghcr.io/acme/tools" })},
			finding: found("CVE-1", "gobinary", "example.com/x", copied()),
			want:    configured(finding.OwnerBuilder, "kim"),
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o, err := owner.New(tt.rules, []byte(tt.owners), ".github/CODEOWNERS")
			if err != nil {
				t.Fatal(err)
			}
			rep := &finding.Report{Lineage: chain(), Image: finding.Image{Name: "ghcr.io/acme/app"}}
			if tt.image != "" {
				rep.Image.Name = tt.image
			}
			if tt.lineage != nil {
				tt.lineage(&rep.Lineage)
			}
			rep.Findings = []finding.Finding{tt.finding}
			rep.Removed = []finding.Finding{tt.finding}
			rep.Asked = []finding.Attributed{{Package: tt.finding.Package, Origin: tt.finding.Origin}}
			o.Assign(rep)
			for where, got := range map[string]finding.Owner{
				"finding": rep.Findings[0].Origin.Owner,
				"removed": rep.Removed[0].Origin.Owner,
				"asked":   rep.Asked[0].Origin.Owner,
			} {
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", where, diff)
				}
			}
		})
	}
}

func TestAssignBasesAndImage(t *testing.T) {
	rules := []owner.Rule{
		{Base: "debian", Package: "openssl", Owners: []string{"crypto"}, At: "c.yaml:1"},
		{Base: "debian", Path: "**", Owners: []string{"somebody"}, At: "c.yaml:2"},
		{Base: "debian:12", Owners: []string{"@acme/platform"}, At: "c.yaml:3"},
	}
	o, err := owner.New(rules, []byte(codeownersFile), "CODEOWNERS")
	if err != nil {
		t.Fatal(err)
	}
	rep := &finding.Report{Lineage: chain()}
	o.Assign(rep)
	// A rule about packages or paths is not about the base as a whole.
	want := []finding.Owner{
		{Kind: finding.OwnerApp, Names: []string{"@acme/docker"}, Because: "CODEOWNERS:3", Trusted: true},
		{Kind: finding.OwnerBase, Names: []string{"Acme Platform"}, Because: "metadata of ghcr.io/acme/base:3"},
		{Kind: finding.OwnerBase, Names: []string{"@acme/platform"}, Because: "c.yaml:3", Trusted: true},
	}
	got := []finding.Owner{rep.Owner, rep.Lineage.Bases[0].Owner, rep.Lineage.Bases[1].Owner}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("owners (-want +got):\n%s", diff)
	}
}

// Without configuration and repository, everything still has an owner.
func TestNilOwners(t *testing.T) {
	var o *owner.Owners
	rep := &finding.Report{Lineage: chain(), Findings: []finding.Finding{found("CVE-1", "debian", "curl", inherited(1))}}
	o.Assign(rep)
	if got := rep.Findings[0].Origin.Owner.Names; len(got) != 1 || got[0] != "Acme Platform" {
		t.Errorf("owners %q", got)
	}
	if rep.Owner.Kind != finding.OwnerApp || o.Notes() != nil {
		t.Errorf("image %+v, notes %q", rep.Owner, o.Notes())
	}
}
