package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
)

// TestLongText holds that ten thousand bytes of harm wherever an image speaks of
// itself neither get through nor flood what people read.
func TestLongText(t *testing.T) {
	t.Parallel()
	long := func() *finding.Report {
		rep := hostileReport()
		rep.Findings = rep.Findings[:1]
		hostileLineage(rep, strings.Repeat(hostile+" @team ::error::x ", 30))
		return rep
	}
	outputs := map[string]string{}
	for _, format := range formats {
		outputs[format.Name] = render(t, format.Name, long(), goldenOptions)
	}
	for name, write := range map[string]func(*bytes.Buffer) error{
		"layers":  func(b *bytes.Buffer) error { return WriteLayers(b, long(), goldenOptions) },
		"explain": func(b *bytes.Buffer) error { return WriteExplanation(b, long(), "CVE-2020-0002", goldenOptions) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		outputs[name] = b.String()
	}
	for name, out := range outputs {
		checkInert(t, out)
		if name != "json" && name != "sarif" && len(out) > 30_000 {
			t.Errorf("%s has %d bytes", name, len(out))
		}
	}
}

// TestMentions holds who may be notified: those that the repository named, once
// and where it says who acts.
func TestMentions(t *testing.T) {
	t.Parallel()
	rep := debianApp()
	if got := render(t, "markdown", rep, Options{}); strings.Count(got, "@acme/shop") != len(rep.Plan) {
		t.Errorf("%d mentions, want one for each of %d steps", strings.Count(got, "@acme/shop"), len(rep.Plan))
	}
	for i := range rep.Plan {
		rep.Plan[i].Owner.Trusted = false
	}
	if got := render(t, "markdown", rep, Options{}); strings.Contains(got, "@acme") {
		t.Error("an owner that nobody vouches for is mentioned")
	}
	for in, want := range map[string]string{
		"@acme/plat_form":     `@acme/plat\_form`,
		"@octo-cat":           "@octo-cat",
		"@acme/../x y":        "@" + zeroWidth + "acme/../x y",
		"@a @b":               "@" + zeroWidth + "a @" + zeroWidth + "b",
		"someone@example.com": "someone@" + zeroWidth + "example.com",
	} {
		if got := markdownMention(in); got != want {
			t.Errorf("markdownMention(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestBaseFacts(t *testing.T) {
	t.Parallel()
	unknown := "not known: name it with --base, or give its Dockerfile"
	debian := finding.Base{Ref: "debian:12", Layers: 1, Confidence: finding.Proven}
	node := finding.Base{Ref: "node:20", Layers: 8, Confidence: finding.Declared, Tag: finding.Tag{State: finding.TagGone}}
	for name, tt := range map[string]struct {
		lineage finding.Lineage
		want    []fact
	}{
		"nothing":          {finding.Lineage{}, []fact{{"Base", unknown}}},
		"nothing, a note":  {finding.Lineage{Notes: []string{"no registry was asked"}}, []fact{{"Base", unknown}}},
		"a hint that lied": {finding.Lineage{Hints: []finding.Hint{{}}, Notes: []string{"why"}}, []fact{{"Base", unknown}, {"", "why"}}},
		"scratch":          {finding.Lineage{Scratch: true}, []fact{{"Base", "none: the image stands on nothing"}}},
		"chain": {finding.Lineage{Bases: []finding.Base{node, debian}}, []fact{
			{"Base", "node:20 (declared, 8 of 9 layers); its tag is gone"}, {"", "on debian:12 (proven, 1 of 9 layers)"},
		}},
		"squashed": {finding.Lineage{Squashed: true, Bases: []finding.Base{{Ref: "debian:12"}}}, []fact{
			{"Base", "debian:12 (unconfirmed); its layers cannot be told from yours, so what came with it is an estimate"},
		}},
	} {
		if diff := cmp.Diff(tt.want, baseFacts(tt.lineage, 9, plainInk), cmp.AllowUnexported(fact{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestUnknownLineageStaysPlain holds that an image of which nothing is known has
// one more line, and is not divided.
func TestUnknownLineageStaysPlain(t *testing.T) {
	t.Parallel()
	rep := failingReport()
	plainReport := render(t, "table", rep, goldenOptions)
	for i := range rep.Findings {
		rep.Findings[i].Origin = finding.Origin{Kind: finding.OriginUnknown, Owner: finding.Owner{Kind: finding.OwnerApp}}
	}
	rep.Plan = []finding.Step{{Owner: finding.Owner{Kind: finding.OwnerApp}, Do: "upgrade", Findings: 9}}
	if diff := cmp.Diff(plainReport, render(t, "table", rep, goldenOptions)); diff != "" {
		t.Errorf("an owner that nobody named changes the table (-want +got):\n%s", diff)
	}
}

func TestTasks(t *testing.T) {
	t.Parallel()
	deep, app := inherited(), introduced(copyProgram())
	deep.Base = 2
	onBuild := introduced(copyProgram())
	onBuild.Owner, onBuild.Instruction.OnBuild = debianTeam(), true
	copied := introduced(copyProgram())
	copied.Owner = finding.Owner{Kind: finding.OwnerBuilder}
	find := func(id string, o finding.Origin) finding.Finding {
		return with(fixed(id, musl(), "2", nvd(finding.High, 7.5), ""), o)
	}
	findings := []finding.Finding{
		find("CVE-1", inherited()), find("CVE-2", deep), find("CVE-3", app), find("CVE-4", onBuild), find("CVE-5", copied),
	}
	for name, tt := range map[string]struct {
		plan []finding.Step
		want string
	}{
		"owners in turn": {
			[]finding.Step{
				{Owner: debianTeam(), Base: 2, Findings: 1},
				{Owner: debianTeam(), Base: 1, Findings: 2},
				{Owner: finding.Owner{Kind: finding.OwnerBuilder}, Findings: 1},
				{Owner: shopTeam(), Findings: 1},
			},
			"2: CVE-2; 1: CVE-1 CVE-4; 0: CVE-5; 0: CVE-3",
		},
		"a newer base brings those below it": {
			[]finding.Step{{Owner: shopTeam(), Base: 1, Findings: 3}, {Owner: shopTeam(), Findings: 1}},
			"1: CVE-1 CVE-2 CVE-4; 0: CVE-3; 0: CVE-5",
		},
		"a step that passes on": {
			[]finding.Step{{Owner: debianTeam(), Base: 2, Findings: 2}, {Owner: debianTeam(), Base: 1}, {Owner: shopTeam(), Findings: 1}},
			"2: CVE-2; 1:; 0: CVE-3; 0: CVE-5; 1: CVE-1 CVE-4",
		},
		"no plan": {nil, "0: CVE-3; 0: CVE-5; 1: CVE-1 CVE-4; 2: CVE-2"},
	} {
		rep := debianApp()
		rep.Findings, rep.Plan = findings, tt.plan
		var parts []string
		for _, task := range tasks(rep) {
			part := fmt.Sprintf("%d:", task.base)
			for _, f := range task.findings {
				part += " " + f.ID
			}
			parts = append(parts, part)
			if task.base > 0 && len(task.upgrades()) > 0 {
				t.Errorf("%s: what base %d brought is for the reader to upgrade", name, task.base)
			}
		}
		if got := strings.Join(parts, "; "); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

func TestTaskWords(t *testing.T) {
	t.Parallel()
	lineage := debianApp().Lineage
	for want, tt := range map[string]struct {
		step  finding.Step
		first bool
	}{
		"Docker Official Image debian: publish (41 findings, 30 fixable)": {finding.Step{Owner: debianTeam(), Base: 1, Do: "publish", Findings: 41, Fixable: 30}, true},
		"then you: rebuild (0 findings)":                                  {finding.Step{Owner: finding.Owner{Kind: finding.OwnerApp}, Do: "rebuild"}, false},
		"then you: rebuild on it (0 findings)":                            {finding.Step{Owner: finding.Owner{Kind: finding.OwnerApp}, Base: 1, Do: "rebuild on it"}, false},
		"whoever builds debian:12: publish (1 finding, 0 fixable)":        {finding.Step{Owner: finding.Owner{Kind: finding.OwnerBase}, Base: 1, Do: "publish", Findings: 1}, true},
	} {
		task := &task{step: &tt.step, owner: tt.step.Owner, base: tt.step.Base}
		if got := task.words(lineage, tt.first, plainInk); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestWithoutArguments(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"RUN |2 TOKEN=a b VER=9 /bin/sh -c make # buildkit": "RUN /bin/sh -c make # buildkit",
		"|1 TOKEN=x /bin/sh -c make":                        "RUN /bin/sh -c make",
		"RUN |1 TOKEN=x /bin/bash -c make":                  "RUN (with build arguments)",
		"RUN /bin/sh -c make # buildkit":                    "RUN /bin/sh -c make # buildkit",
		"COPY |1 x":                                         "COPY |1 x",
		"":                                                  "",
	} {
		if got := withoutArguments(in); got != want {
			t.Errorf("withoutArguments(%q) = %q, want %q", in, got, want)
		}
	}
	for _, format := range formats {
		if strings.Contains(render(t, format.Name, debianApp(), Options{}), "hunter2") {
			t.Errorf("%s tells a build argument", format.Name)
		}
	}
}

func TestPathSteps(t *testing.T) {
	t.Parallel()
	long := strings.Split("abcdefghijklmnop", "")
	if got, want := strings.Join(pathSteps(long, plainInk), " "), "a b c d … m n o p"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := strings.Join(pathSteps(long[:8], plainInk), " "), "a b c d e f g h"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestSizeWords(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{
		0: "0 B", 999: "999 B", 1000: "1.0 kB", 999_949: "999.9 kB", 999_950: "1.0 MB", 49_554_234: "49.6 MB", 1<<63 - 1: "9.2 EB",
	} {
		if got := sizeWords(n); got != want {
			t.Errorf("sizeWords(%d) = %q, want %q", n, got, want)
		}
	}
}

// TestLayerOf holds that a layer that is in the image twice is told apart.
func TestLayerOf(t *testing.T) {
	t.Parallel()
	img := finding.Image{Layers: []finding.Layer{{DiffID: "a"}, {DiffID: "b"}, {DiffID: "a"}}}
	for _, tt := range []struct {
		layer string
		index int
		want  int
	}{{"a", 2, 2}, {"a", 0, 0}, {"b", 0, 1}, {"a", 1, 0}, {"c", 0, -1}, {"a", 9, 0}, {"a", -1, 0}, {"", 0, -1}} {
		if got := layerOf(img, finding.Package{Layer: tt.layer, LayerIndex: tt.index}); got != tt.want {
			t.Errorf("layerOf(%q, %d) = %d, want %d", tt.layer, tt.index, got, tt.want)
		}
	}
}

// TestUncovered holds that what a policy refuses is a failure to see.
func TestUncovered(t *testing.T) {
	t.Parallel()
	limits, failures := uncovered([]finding.Gap{
		{Kind: finding.GapThirdParty, Accepted: true},
		{Kind: finding.GapUnidentified},
		{Kind: finding.GapEndOfLifeOS, Accepted: true},
	})
	if len(limits) != 1 || limits[0].Kind != finding.GapThirdParty || len(failures) != 2 {
		t.Errorf("limits %v, failures %v", limits, failures)
	}
}
