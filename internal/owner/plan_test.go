package owner_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/owner"
)

// many is n findings of one origin, of which the first fixable have a fix.
func many(n, fixable int, kind string, origin finding.Origin) []finding.Finding {
	var all []finding.Finding
	for i := range n {
		f := found(fmt.Sprintf("CVE-%d", i), kind, "curl", origin)
		if i >= fixable {
			f.FixedIn, f.Status = "", finding.StatusAffected
		}
		all = append(all, f)
	}
	return all
}

func join(groups ...[]finding.Finding) []finding.Finding {
	var all []finding.Finding
	for _, g := range groups {
		all = append(all, g...)
	}
	return all
}

func TestPlan(t *testing.T) {
	tag := func(base int, state finding.TagState) func(*finding.Lineage) {
		return func(l *finding.Lineage) { l.Bases[base-1].Tag.State = state }
	}
	pinned := func(l *finding.Lineage) { l.Bases[0].From.Text = "FROM ghcr.io/acme/base:3@sha256:00ff AS run" }
	onlyDebian := func(l *finding.Lineage) {
		l.Bases = l.Bases[1:]
		l.Bases[0].From = finding.Line{File: "Dockerfile", Start: 1, Text: "FROM debian:12"}
	}
	pkg := func(name, kind string, origin finding.Origin) finding.Finding {
		return found("CVE-"+name, kind, name, origin)
	}
	tests := []struct {
		name     string
		lineage  []func(*finding.Lineage)
		findings []finding.Finding
		want     string
	}{
		{name: "nothing was found"},
		{
			name: "nothing was found, although a tag has moved", lineage: []func(*finding.Lineage){tag(2, finding.TagMoved)},
		},
		{
			// The example of whoever asked for this.
			name: "the base's base has moved", lineage: []func(*finding.Lineage){tag(2, finding.TagMoved)},
			findings: many(41, 30, "debian", inherited(2)),
			want: `
Acme Platform [2]: rebuild on debian:12: its tag has moved since this build (41, 30 fixable)
app [0]: rebuild (0, 0 fixable)`,
		},
		{
			name: "our base has moved", lineage: []func(*finding.Lineage){onlyDebian, tag(1, finding.TagMoved)},
			findings: join(many(41, 30, "debian", inherited(1)), many(2, 2, "debian", installed())),
			want: `
app [1]: rebuild on debian:12: its tag has moved since this build (41, 30 fixable)
app [0]: rebuild without cache: Dockerfile:13 installs curl (2, 2 fixable)`,
		},
		{
			name: "our base has moved, and may have what moved below it", lineage: []func(*finding.Lineage){tag(1, finding.TagMoved), tag(2, finding.TagMoved)},
			findings: join(many(3, 1, "debian", inherited(1)), many(4, 1, "debian", inherited(2))),
			want: `
app [1]: rebuild on ghcr.io/acme/base:3: its tag has moved since this build (7, 2 fixable)`,
		},
		{
			name: "our base has moved, and is pinned", lineage: []func(*finding.Lineage){pinned, tag(1, finding.TagMoved)},
			findings: many(3, 3, "debian", inherited(1)),
			want: `
app [1]: move the digest in Dockerfile:9 and rebuild: the tag of ghcr.io/acme/base:3 has moved since this build (3, 3 fixable)`,
		},
		{
			name: "our base has moved, and nothing has a fix", lineage: []func(*finding.Lineage){onlyDebian, tag(1, finding.TagMoved)},
			findings: many(3, 0, "debian", inherited(1)),
			want: `
Docker Official Image debian [1]: wait: nothing has a fix yet (3, 0 fixable)`,
		},
		{
			name: "the tag is gone", lineage: []func(*finding.Lineage){tag(2, finding.TagGone)},
			findings: many(3, 1, "debian", inherited(2)),
			want: `
Acme Platform [2]: choose another base than debian:12: its tag is gone from the registry (3, 1 fixable)
app [0]: rebuild (0, 0 fixable)`,
		},
		{
			name:     "the tags are current",
			findings: join(many(5, 2, "debian", inherited(2)), many(2, 0, "debian", inherited(1))),
			want: `
Docker Official Image debian [2]: publish a rebuilt debian:12: 2 of its 5 findings have a fix in the distribution (5, 2 fixable)
Acme Platform [1]: rebuild on debian:12 (0, 0 fixable)
Acme Platform [1]: wait: nothing has a fix yet (2, 0 fixable)
app [0]: rebuild (0, 0 fixable)`,
		},
		{
			name: "the tags are current, and our base is pinned", lineage: []func(*finding.Lineage){pinned},
			findings: many(1, 1, "debian", inherited(1)),
			want: `
Acme Platform [1]: publish a rebuilt ghcr.io/acme/base:3: its one finding has a fix in the distribution (1, 1 fixable)
app [0]: move the digest in Dockerfile:9 and rebuild (0, 0 fixable)`,
		},
		{
			name: "both bases have something to do, and so have we",
			findings: join(
				many(3, 1, "debian", inherited(2)), many(2, 2, "node-pkg", inherited(1)),
				many(1, 1, "node-pkg", required("direct", "package.json"))),
			want: `
Docker Official Image debian [2]: publish a rebuilt debian:12: 1 of its 3 findings has a fix in the distribution (3, 1 fixable)
Acme Platform [1]: publish a rebuilt ghcr.io/acme/base:3: 2 of its 2 findings have a fix (2, 2 fixable)
app [0]: upgrade curl in package.json (1, 1 fixable)`,
		},
		{
			name: "nobody knows where the tag stands", lineage: []func(*finding.Lineage){onlyDebian, tag(1, finding.TagUnknown)},
			findings: many(2, 1, "debian", inherited(1)),
			want: `
Docker Official Image debian [1]: publish a rebuilt debian:12, unless its tag has moved already: 1 of its 2 findings has a fix in the distribution (2, 1 fixable)
app [0]: rebuild (0, 0 fixable)`,
		},
		{
			name:     "nothing has a fix",
			findings: join(many(3, 0, "debian", inherited(2)), many(1, 0, "debian", installed())),
			want: `
Docker Official Image debian [2]: wait: nothing has a fix yet (3, 0 fixable)
app [0]: wait: nothing has a fix yet (1, 0 fixable)`,
		},
		{
			name:     "builders come before the app",
			findings: join(many(2, 1, "gobinary", copied()), many(1, 0, "debian", installed())),
			want: `
builder [0]: publish a rebuilt ghcr.io/acme/tools:1: 1 of its 2 findings has a fix (2, 1 fixable)
app [0]: rebuild (0, 0 fixable)
app [0]: wait: nothing has a fix yet (1, 0 fixable)`,
		},
		{
			name:     "a builder that has to wait is no reason to rebuild",
			findings: many(2, 0, "gobinary", copied()),
			want: `
builder [0]: wait: nothing has a fix yet (2, 0 fixable)`,
		},
		{
			name: "an image of unknown lineage has one step", lineage: []func(*finding.Lineage){func(l *finding.Lineage) { *l = finding.Lineage{} }},
			findings: join(many(3, 2, "debian", finding.Origin{Kind: finding.OriginUnknown}), []finding.Finding{pkg("lodash", "node-pkg", finding.Origin{})}),
			want: `
app [0]: upgrade 2 packages, wherever they come from (4, 3 fixable)`,
		},
		{
			name: "all that the app can do", findings: []finding.Finding{
				pkg("lodash", "node-pkg", required("direct", "web/package.json")),
				pkg("minimist", "node-pkg", required("lock", "web/package-lock.json")),
				pkg("golang.org/x/net", "gobinary", required("direct", "go.mod")),
				pkg("stdlib", "gobinary", required("toolchain", "Dockerfile")),
				pkg("libcurl4", "debian", installed()),
				pkg("wget", "debian", func() finding.Origin {
					o := installed()
					o.Asked, o.Path = "apt-get install wget", []string{"wget"}
					return o
				}()),
				pkg("nginx", "debian", func() finding.Origin {
					o := installed()
					o.Asked, o.Path, o.Line.Start = "apt-get install nginx=1.22.1-9", []string{"nginx"}, 14
					return o
				}()),
				pkg("log4j", "jar", func() finding.Origin {
					o := copied()
					o.Builder = ""
					return o
				}()),
				pkg("perl", "debian", finding.Origin{Kind: finding.OriginIntroduced}),
			},
			want: `
app [0]: upgrade 3 packages in go.mod, web/package-lock.json, web/package.json; move to a newer compiler in Dockerfile:5; raise the version of nginx in Dockerfile:14; rebuild without cache: Dockerfile:13 installs curl, wget; upgrade log4j in what Dockerfile:20 brings; upgrade perl, wherever it comes from (9, 9 fixable)`,
		},
		{
			name: "no line is known", findings: []finding.Finding{
				pkg("libcurl4", "debian", finding.Origin{Kind: finding.OriginIntroduced, Instruction: finding.Instruction{Kind: "RUN"}}),
				pkg("log4j", "jar", finding.Origin{Kind: finding.OriginIntroduced, Instruction: finding.Instruction{Kind: "ADD"}}),
			},
			want: `
app [0]: rebuild without cache: the RUN instruction installs libcurl4; upgrade log4j in what the ADD instruction brings (2, 2 fixable)`,
		},
		{
			name: "several instructions to run again", findings: []finding.Finding{
				pkg("libcurl4", "debian", installed()),
				pkg("openssl", "debian", func() finding.Origin {
					o := installed()
					o.Asked, o.Path, o.Line.Start = "", nil, 17
					return o
				}()),
			},
			want: `
app [0]: rebuild without cache: Dockerfile:13 installs curl and Dockerfile:17 installs openssl (2, 2 fixable)`,
		},
		{
			name: "a download stays what it is", findings: []finding.Finding{
				pkg("helm.sh/helm/v3", "gobinary", func() finding.Origin {
					o := installed()
					o.Asked, o.Path = "curl https://get.helm.sh/helm-v3.1.0.tar.gz", nil
					return o
				}()),
			},
			want: `
app [0]: upgrade helm.sh/helm/v3 in what Dockerfile:13 brings (1, 1 fixable)`,
		},
		{
			name: "long lists are cut", findings: []finding.Finding{
				pkg("a", "node-pkg", required("direct", "1/package.json")), pkg("b", "node-pkg", required("direct", "2/package.json")),
				pkg("c", "node-pkg", required("direct", "3/package.json")), pkg("d", "node-pkg", required("direct", "4/package.json")),
			},
			want: `
app [0]: upgrade 4 packages in 1/package.json, 2/package.json, 3/package.json and 1 more (4, 4 fixable)`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rep := &finding.Report{Lineage: chain(), Findings: tt.findings}
			for _, change := range tt.lineage {
				change(&rep.Lineage)
			}
			new(owner.Owners).Assign(rep)
			got := tell(owner.Plan(rep))
			if diff := cmp.Diff(strings.TrimPrefix(tt.want, "\n"), got); diff != "" {
				t.Errorf("plan (-want +got):\n%s", diff)
			}
		})
	}
}

// tell writes a plan, one step a line.
func tell(steps []finding.Step) string {
	var lines []string
	for _, s := range steps {
		who := string(s.Owner.Kind)
		if len(s.Owner.Names) > 0 {
			who = strings.Join(s.Owner.Names, ", ")
		}
		lines = append(lines, fmt.Sprintf("%s [%d]: %s (%d, %d fixable)", who, s.Base, s.Do, s.Findings, s.Fixable))
	}
	return strings.Join(lines, "\n")
}

// Each owner has a step of its own, and the image's owner the one that passes on
// what was done below.
func TestPlanNamesOwners(t *testing.T) {
	o, err := owner.New([]owner.Rule{
		{Base: "debian", Package: "openssl", Owners: []string{"@acme/crypto"}},
		{Base: "debian", Owners: []string{"@acme/platform"}},
	}, []byte("Dockerfile @acme/docker\nweb/ @acme/web\ngo.mod @acme/api\n"), "CODEOWNERS")
	if err != nil {
		t.Fatal(err)
	}
	rep := &finding.Report{Lineage: chain(), Findings: []finding.Finding{
		found("CVE-1", "debian", "curl", inherited(2)),
		found("CVE-2", "debian", "openssl", inherited(2)),
		found("CVE-3", "gobinary", "golang.org/x/net", required("direct", "go.mod")),
		found("CVE-4", "node-pkg", "lodash", required("direct", "web/package.json")),
	}}
	for i := range rep.Findings[2:] {
		rep.Findings[2+i].FixedIn = ""
	}
	rep.Findings[1].Judgement.Breaks = true
	o.Assign(rep)
	plan := owner.Plan(rep)
	const want = `@acme/crypto [2]: publish a rebuilt debian:12: its one finding has a fix in the distribution (1, 1 fixable)
@acme/platform [2]: publish a rebuilt debian:12: its one finding has a fix in the distribution (1, 1 fixable)
Acme Platform [1]: rebuild on debian:12 (0, 0 fixable)
@acme/docker [0]: rebuild (0, 0 fixable)
@acme/api [0]: wait: nothing has a fix yet (1, 0 fixable)
@acme/web [0]: wait: nothing has a fix yet (1, 0 fixable)`
	if diff := cmp.Diff(want, tell(plan)); diff != "" {
		t.Errorf("plan (-want +got):\n%s", diff)
	}
	if plan[0].Breaking != 1 || plan[1].Breaking != 0 {
		t.Errorf("breaking %d and %d, want 1 and 0", plan[0].Breaking, plan[1].Breaking)
	}
}

// A version in the command is what has to be changed only when it is that of the
// package itself.
func TestPinnedVersions(t *testing.T) {
	tests := []struct {
		asked, name string
		path        []string
		pinned      bool
	}{
		{"apt-get install curl=7.88.1-10", "curl", []string{"curl"}, true},
		{"apt-get install curl=7.88.1-10", "libcurl4", []string{"curl", "libcurl4"}, false},
		{"apk add curl~=8.1", "curl", nil, true},
		{"pip install flask==2.3", "flask", nil, true},
		{`pip install "flask==2.3"`, "flask", nil, true},
		{"pip install flask>=2.3", "flask", nil, false},
		{"npm install eslint@9.1.0", "eslint", nil, true},
		{"npm install eslint@latest", "eslint", nil, false},
		{"go install example.com/x/cmd@v1.2.3", "example.com/x/cmd", nil, true},
		{"apt-get install curl", "curl", nil, false},
		{"apt-get install curl-dev=1", "curl", nil, false},
		{"", "", nil, false},
	}
	for _, tt := range tests {
		origin := installed()
		origin.Asked, origin.Path = tt.asked, tt.path
		rep := &finding.Report{Findings: []finding.Finding{found("CVE-1", "debian", tt.name, origin)}}
		new(owner.Owners).Assign(rep)
		do := owner.Plan(rep)[0].Do
		if got := strings.HasPrefix(do, "raise the version of "); got != tt.pinned {
			t.Errorf("%q: %s", tt.asked, do)
		}
	}
}
