package origin_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/lineage"
	"github.com/org/imgscan-action/internal/origin"
)

// TestKind asks on which side of the FROM line packages are.
func TestKind(t *testing.T) {
	const run = "FROM debian:12\nRUN make"
	proven := func() *lineage.Result { return built(t, run, base(1)) }
	estimated := func() *lineage.Result {
		return squashed(built(t, run, finding.Base{Ref: "debian:12", Confidence: finding.Declared}))
	}
	const requests = "venv/lib/requests-%s.dist-info/METADATA"
	python := func(layer int, version string) finding.Package {
		return lang(layer, "python-pkg", fmt.Sprintf(requests, version), "requests@"+version)
	}
	for _, test := range []struct {
		name    string
		lineage *lineage.Result
		base    []finding.Package // of the nearest base
		p       finding.Package
		want    string
	}{
		{"nobody looked", nil, nil, deb(0, "bash@5"), "unknown none"},
		{"nothing is known", &lineage.Result{Layers: make([]lineage.Layer, 1)}, nil, deb(0, "bash@5"), "unknown none"},
		{"nothing but the line", &lineage.Result{Layers: []lineage.Layer{{Instruction: finding.Instruction{Kind: "RUN", Line: finding.Line{File: "Dockerfile", Start: 3}}}}}, nil, deb(0, "bash@5"), "unknown none RUN line 3"},
		{"no such layer", proven(), nil, deb(7, "bash@5"), "introduced proven"},
		{"of the base", proven(), []finding.Package{deb(0, "bash@5")}, deb(0, "bash@5"), "inherited base 1 proven FROM line 1"},
		{
			"of the base of the base", built(t, run, base(2), finding.Base{Ref: "scratchy", Layers: 1, Confidence: finding.Inferred}),
			nil, deb(0, "bash@5"), "inherited base 2 inferred FROM line 1",
		},
		{"new", proven(), []finding.Package{deb(0, "dash@5")}, deb(1, "bash@5"), "introduced proven RUN line 2"},
		{"for another architecture", proven(), []finding.Package{{Class: finding.ClassOS, Name: "bash", Version: "4", Arch: "i386"}}, deb(1, "bash@5"), "introduced proven RUN line 2"},
		{"upgraded", proven(), []finding.Package{deb(0, "bash@4")}, deb(1, "bash@5"), "upgraded proven RUN line 2"},
		{"put there again", proven(), []finding.Package{deb(0, "bash@5")}, deb(1, "bash@5"), "introduced proven RUN line 2"},
		{"one of two versions put there again", proven(), []finding.Package{deb(0, "bash@4"), deb(0, "bash@5")}, deb(1, "bash@5"), "introduced proven RUN line 2"},
		{"upgraded, with the version in the path", proven(), []finding.Package{python(0, "2.0")}, python(1, "2.1"), "upgraded proven RUN line 2"},
		{"in another place", proven(), []finding.Package{lang(0, "python-pkg", "usr/lib/requests-2.0.dist-info/METADATA", "requests@2.0")}, python(1, "2.1"), "introduced proven RUN line 2"},
		{"of another language", proven(), []finding.Package{lang(0, "node-pkg", fmt.Sprintf(requests, "2.0"), "requests@2.0")}, python(1, "2.1"), "introduced proven RUN line 2"},
		{"squashed, base not seen", estimated(), nil, deb(0, "bash@5"), "unknown none RUN line 2"},
		{"squashed, base empty", estimated(), []finding.Package{}, deb(0, "bash@5"), "introduced inferred estimate RUN line 2"},
		{"squashed, the base has it", estimated(), []finding.Package{deb(0, "bash@5")}, deb(0, "bash@5"), "inherited base 1 inferred estimate FROM line 1"},
		{"squashed, the base has another", estimated(), []finding.Package{deb(0, "bash@4")}, deb(0, "bash@5"), "upgraded inferred estimate RUN line 2"},
		{"squashed, the base has none", estimated(), []finding.Package{deb(0, "dash@5")}, deb(0, "bash@5"), "introduced inferred estimate RUN line 2"},
		{"FROM scratch", built(t, "FROM scratch\nCOPY app /"), nil, lang(0, "gobinary", "app", "x@v1"), "introduced declared COPY line 2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := origin.New(origin.Input{Packages: []finding.Package{test.p}, Lineage: test.lineage, Base: test.base}).Of(test.p)
			if got := kindOf(o); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// kindOf is an origin in a line: kind, base, confidence and instruction.
func kindOf(o finding.Origin) string {
	words := []string{string(o.Kind)}
	if o.Base > 0 {
		words = append(words, fmt.Sprint("base ", o.Base))
	}
	words = append(words, string(o.Confidence))
	if o.Estimate {
		words = append(words, "estimate")
	}
	if o.Instruction.Kind != "" {
		words = append(words, o.Instruction.Kind)
	}
	if o.Line.Start > 0 {
		words = append(words, fmt.Sprint("line ", o.Line.Start))
	}
	return strings.Join(words, " ")
}

// TestManifests: the line of a manifest comes before that of the Dockerfile, and
// is never looked for when a base brought the package.
func TestManifests(t *testing.T) {
	r := built(t, "FROM node\nCOPY . /app\nRUN npm install -g typescript", base(1))
	line := finding.Line{File: "package.json", Start: 4}
	repo := repository{
		"lodash":     {Line: line, Role: "direct"},
		"typescript": {Line: line, Role: "direct"},
	}
	inBase := lang(0, "node-pkg", "usr/lib/node_modules/lodash/package.json", "lodash@4")
	lodash := lang(1, "node-pkg", "app/node_modules/lodash/package.json", "lodash@4")
	other := lang(1, "node-pkg", "app/node_modules/other/package.json", "other@4")
	app := lang(1, "node-pkg", "app/package.json", "app@1")
	typescript := lang(2, "node-pkg", "usr/lib/node_modules/typescript/package.json", "typescript@5")
	a := origin.New(origin.Input{Packages: []finding.Package{inBase, lodash, other, app, typescript}, Lineage: r, Manifests: repo})

	for _, test := range []struct {
		p         finding.Package
		line      finding.Line
		manifests []finding.Manifest
		asked     string
	}{
		{inBase, r.FromLine, nil, ""},
		{lodash, line, []finding.Manifest{{Line: line, Role: "direct", Path: []string{"lodash", "app"}}}, ""}, // the siblings are lodash and app
		{other, r.Line(2, 2), nil, ""},
		{typescript, line, []finding.Manifest{{Line: line, Role: "direct", Path: []string{"typescript", "app"}}}, "npm install -g typescript"},
	} {
		o := a.Of(test.p)
		if o.Line != test.line || o.Asked != test.asked {
			t.Errorf("%s: line %v, asked %q, want %v and %q", test.p.Path, o.Line, o.Asked, test.line, test.asked)
		}
		if diff := cmp.Diff(test.manifests, o.Manifests); diff != "" {
			t.Errorf("%s: manifests (-want +got):\n%s", test.p.Path, diff)
		}
	}
}

// TestOnBuild: what the ONBUILD of a base copied is the build's own when the
// repository has a line for it, and the base's otherwise.
func TestOnBuild(t *testing.T) {
	r := built(t, "FROM node:onbuild", base(1))
	r.Layers = append(r.Layers, lineage.Layer{Base: 1, Instruction: finding.Instruction{Kind: "FROM", Line: r.FromLine, OnBuild: true}})
	lodash := lang(1, "node-pkg", "app/node_modules/lodash/package.json", "lodash@4")
	curl := deb(1, "curl@7")
	line := finding.Line{File: "package.json", Start: 4}
	for _, test := range []struct {
		p     finding.Package
		repo  origin.Manifests
		want  string
		lines int
	}{
		{lodash, repository{"lodash": {Line: line}}, "introduced proven FROM line 4", 1},
		{lodash, repository{}, "inherited base 1 proven FROM line 1", 0},
		{lodash, nil, "inherited base 1 proven FROM line 1", 0},
		{curl, repository{"lodash": {Line: line}}, "inherited base 1 proven FROM line 1", 0},
	} {
		o := origin.New(origin.Input{Packages: []finding.Package{test.p}, Lineage: r, Manifests: test.repo}).Of(test.p)
		if got := kindOf(o); got != test.want || len(o.Manifests) != test.lines {
			t.Errorf("%s with %v: %s, %d manifests, want %s, %d", test.p.Name, test.repo, got, len(o.Manifests), test.want, test.lines)
		}
	}
}

func TestAssign(t *testing.T) {
	inBase, own := deb(0, "bash@5"), deb(1, "curl@7")
	findings := []finding.Finding{{ID: "CVE-1", Package: inBase}, {ID: "CVE-2", Package: own}}
	origin.New(origin.Input{
		Packages: []finding.Package{inBase, own},
		Lineage:  built(t, "FROM debian:12\nRUN apt-get install -y curl", base(1)),
	}).Assign(findings)
	if got := findings[0].Origin.Kind; got != finding.OriginInherited {
		t.Errorf("bash is %s", got)
	}
	if got := findings[1].Origin; got.Kind != finding.OriginIntroduced || got.Asked != "apt-get install curl" {
		t.Errorf("curl is %+v", got)
	}
}
