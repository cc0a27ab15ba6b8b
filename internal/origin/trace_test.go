package origin_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/origin"
)

// TestAsked asks which command brought a package, from which line, and why.
func TestAsked(t *testing.T) {
	curl := []finding.Package{
		deb(1, "curl@7.88", "libcurl4@7.88", "libc6@2.36"), deb(1, "libcurl4@7.88", "libssl3@3.0"), deb(1, "libssl3@3.0", "libc6@2.36"),
		deb(1, "git@2.39", "libcurl3@7.88"), deb(1, "libcurl3@7.88", "libcurl4@7.88"), deb(1, "less@590"), deb(0, "libc6@2.36"),
		deb(1, "ca-certificates@2023", "openssl@3.0"), deb(1, "openssl@3.0", "libssl3@3.0"),
	}
	libssl := deb(1, "libssl3@3.0")
	const global = "usr/lib/node_modules/"
	npm := []finding.Package{
		lang(1, "node-pkg", global+"npm/package.json", "npm@10"),
		lang(1, "node-pkg", global+"npm/node_modules/tar/package.json", "tar@6"),
		lang(1, "node-pkg", global+"npm/node_modules/@npmcli/run/package.json", "@npmcli/run@6"),
		lang(1, "node-pkg", global+"npm/docs/package.json", "docs@0"),
		lang(1, "node-pkg", global+"@acme/tool/package.json", "@acme/tool@1"),
	}
	python := func(id string) finding.Package {
		return lang(1, "python-pkg", "usr/lib/python3/"+strings.Replace(id, "@", "-", 1)+".dist-info/METADATA", id)
	}
	program := func(path, id string) []finding.Package {
		return []finding.Package{lang(1, "gobinary", path, id), lang(1, "gobinary", path, "stdlib@1.20"), lang(1, "gobinary", path, "x.org/lib@v1.0.0")}
	}
	goimports := program("root/go/bin/goimports", "golang.org/x/tools@v0.1.9")
	yq := program("root/go/bin/yq", "github.com/mikefarah/yq/v4@v4.25.1")

	for _, test := range []struct {
		name     string
		run      string // from line 2
		packages []finding.Package
		p        finding.Package
		want     string // asked: path: line of the finding
	}{
		{"itself", "apt-get install -y curl", curl, curl[0], "apt-get install curl: curl: 2-2"},
		{"why", "apt-get install -y curl", curl, libssl, "apt-get install curl: curl > libcurl4 > libssl3: 2-2"},
		{"of several", "apt-get install -y less git curl", curl, libssl, "apt-get install curl: curl > libcurl4 > libssl3: 2-2"},
		{"the first of two as near", "apt-get install -y ca-certificates curl", curl, libssl, "apt-get install ca-certificates: ca-certificates > openssl > libssl3: 2-2"},
		{"line of the name", "apt-get install -y \\\n  less \\\n  curl \\\n  git", curl, libssl, "apt-get install curl: curl > libcurl4 > libssl3: 4-4"},
		{"line of the second command", "apt-get update && \\\n  apt-get install -y less && \\\n  apt-get install -y curl", curl, libssl, "apt-get install curl: curl > libcurl4 > libssl3: 4-4"},
		{"version", "apt-get install -y curl=7.88", curl, curl[0], "apt-get install curl=7.88: curl: 2-2"},
		{"only one, for no known reason", "apt-get install -y less", curl, libssl, "apt-get install less: : 2-2"},
		{"several, for no known reason", "apt-get install -y less \\\n  vim", curl, libssl, ": : 2-3"},
		{"one of another system", "apk add curl && apt-get install -y less && pip install x", curl, curl[0], "apk add curl: curl: 2-2"},
		{"nothing of the system", "pip install \\\n curl", curl, curl[0], ": : 2-3"},
		{"nothing", "make", curl, curl[0], ": : 2-2"},
		{"file of dpkg", "dpkg -i /tmp/less_590_amd64.deb", curl, curl[5], "dpkg -i less: less: 2-2"},
		{"file of rpm", "rpm -i less-590-1.rpm", curl, curl[5], "rpm -i less: less: 2-2"},
		{"rpm", "dnf install -y less-590.1-2.el9.x86_64", curl, curl[5], "dnf install less-590.1-2.el9: less: 2-2"},

		{"pip", "pip install \\\n  flask \\\n  requests==2.1", nil, python("requests@2.1"), "pip install requests==2.1: requests: 4-4"},
		{"pip, in another spelling", "pip install a python-DateUtil", nil, python("python_dateutil@2"), "pip install python-DateUtil: python_dateutil: 2-2"},
		{"pip, for no known reason", "pip install flask", nil, python("werkzeug@2"), "pip install flask: : 2-2"},
		{"pip, nobody knows which", "pip install flask django", nil, python("werkzeug@2"), ": : 2-2"},
		{"npm", "npm i -g npm@10 @acme/tool", npm, npm[0], "npm i -g npm@10: npm: 2-2"},
		{"npm, nested", "npm i -g npm@10 @acme/tool", npm, npm[1], "npm i -g npm@10: npm > tar: 2-2"},
		{"npm, nested, of a scope", "npm i -g npm@10 @acme/tool", npm, npm[2], "npm i -g npm@10: npm > @npmcli/run: 2-2"},
		{"npm, inside of a package", "npm i -g npm@10 @acme/tool", npm, npm[3], "npm i -g npm@10: npm > docs: 2-2"},
		{"npm, of a scope", "npm i -g npm@10 @acme/tool", npm, npm[4], "npm i -g @acme/tool: @acme/tool: 2-2"},
		{"npm, elsewhere", "npm i -g a b", nil, lang(1, "node-pkg", "app/package.json", "app@1"), ": : 2-2"},
		{"go, the module", "go install github.com/mikefarah/yq/v4@v4.25.1", yq, yq[0], "go install github.com/mikefarah/yq/v4@v4.25.1: github.com/mikefarah/yq/v4: 2-2"},
		{"go, what it is linked from", "go install golang.org/x/tools/cmd/goimports@v0.1.9 github.com/mikefarah/yq/v4@v4.25.1", goimports, goimports[1], "go install golang.org/x/tools/cmd/goimports@v0.1.9: golang.org/x/tools > stdlib: 2-2"},
		{"go, another program", "go install golang.org/x/tools/cmd/stringer@v0.1.9 a.b/c@v1.0.0", goimports, goimports[0], ": : 2-2"},
		{"go, the program of another module", "go install x.org/y/goimports@v1.0.0 a.b/c@v1.0.0", goimports, goimports[0], ": : 2-2"},
		{
			"cargo", "cargo install ripgrep --version 14.0.0",
			[]finding.Package{lang(1, "rustbinary", "root/.cargo/bin/rg", "ripgrep@14.0.0", "regex@1.0"), lang(1, "rustbinary", "root/.cargo/bin/rg", "regex@1.0")},
			lang(1, "rustbinary", "root/.cargo/bin/rg", "regex@1.0"), "cargo install ripgrep --version 14.0.0: ripgrep > regex: 2-2",
		},
		{"gem", "gem install rake:13.0", nil, lang(1, "gemspec", "gems/specifications/rake-13.0.gemspec", "rake@13.0"), "gem install rake --version 13.0: rake: 2-2"},
		{
			"gem, in the same file as another kind", "gem install tool other",
			[]finding.Package{lang(1, "jar", "app", "tool@1", "rake@1"), lang(1, "gemspec", "app", "rake@1")},
			lang(1, "gemspec", "app", "rake@1"), ": : 2-2",
		},
		{"one of another language", "pip install lodash", nil, npm[0], ": : 2-2"},
		{"composer", "composer global require a/b=1.2", nil, lang(1, "composer-vendor", "vendor/composer/installed.json", "a/b@1.2"), "composer global require a/b:1.2: a/b: 2-2"},

		{"download", "curl -o /usr/bin/a https://x.org/a && \\\n curl -Lo /usr/bin/kubectl https://x.org/k", nil, lang(1, "gobinary", "usr/bin/kubectl", "k8s.io/x@v1"), "curl kubectl: k8s.io/x: 3-3"},
		{"one download", "curl https://x.org/all.tgz | tar xz", nil, lang(1, "gobinary", "usr/bin/kubectl", "k8s.io/x@v1"), "curl all.tgz: : 2-2"},
		{"a download is no package", "curl -O https://x.org/curl", curl, curl[0], ": : 2-2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			packages := test.packages
			if packages == nil {
				packages = []finding.Package{test.p}
			}
			r := built(t, "FROM debian:12\nRUN "+test.run, base(1))
			o := origin.New(origin.Input{Packages: packages, Lineage: r}).Of(test.p)
			got := fmt.Sprintf("%s: %s: %d-%d", o.Asked, strings.Join(o.Path, " > "), o.Line.Start, o.Line.End)
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			if o.Instruction.Line.Start != 2 {
				t.Errorf("the instruction begins on line %d", o.Instruction.Line.Start)
			}
		})
	}
}

// TestAskedElsewhere: a sole command is not blamed for what there is another
// reason for.
func TestAskedElsewhere(t *testing.T) {
	r := built(t, "FROM debian:12\nRUN apt-get upgrade -y && apt-get install -y less\nRUN npm i -g npm && npm ci", base(1))
	upgraded := deb(1, "libssl3@3.1")
	lodash := lang(2, "node-pkg", "app/node_modules/lodash/package.json", "lodash@4")
	a := origin.New(origin.Input{
		Packages:  []finding.Package{upgraded, lodash},
		Lineage:   r,
		Base:      []finding.Package{deb(0, "libssl3@3.0")},
		Manifests: repository{"lodash": {Line: finding.Line{File: "package.json", Start: 4}}},
	})
	for _, p := range []finding.Package{upgraded, lodash} {
		if o := a.Of(p); o.Asked != "" || o.Path != nil {
			t.Errorf("%s: asked %q, path %q", p.Name, o.Asked, o.Path)
		}
	}
}

// TestAskedOnBuild: the line of what an ONBUILD of the same file ran is that of
// the FROM.
func TestAskedOnBuild(t *testing.T) {
	r := built(t, "FROM debian:12 AS lib\nONBUILD RUN apt-get install -y \\\n  curl\nFROM lib", base(1))
	p := deb(1, "curl@7")
	o := origin.New(origin.Input{Packages: []finding.Package{p}, Lineage: r}).Of(p)
	if o.Asked != "apt-get install curl" || o.Line.Start != 4 || !o.Instruction.OnBuild {
		t.Errorf("asked %q on line %d, instruction %+v", o.Asked, o.Line.Start, o.Instruction)
	}
}
