package dockerfile

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestInstalls is one RUN each, after FROM and ENV: what it asks for, as
// "manager package version", with an exclamation mark when pinned.
func TestInstalls(t *testing.T) {
	for _, test := range []struct {
		run  string
		want []string
	}{
		// Debian
		{"apt-get install -y curl git", []string{"apt-get install curl", "apt-get install git"}},
		{"apt-get -y -qq -o Dpkg::Use-Pty=0 install --no-install-recommends curl=7.88.1-10", []string{"apt-get install curl 7.88.1-10!"}},
		{"apt install -t bookworm-backports -yt sid curl", []string{"apt install curl"}},
		{"apt-get install --target-release=sid curl/sid libc6:i386 libssl3:amd64=3.0", []string{"apt-get install curl", "apt-get install libc6", "apt-get install libssl3 3.0!"}},
		{"aptitude install g++ old- task^ 'lib*'", []string{"aptitude install g++"}},
		{"apt-get install ./x_1.2_amd64.deb /tmp/y.deb", []string{"apt-get install x 1.2!"}},
		{"dpkg -i /tmp/tool_2.0-1_amd64.deb && dpkg -l curl", []string{"dpkg -i tool 2.0-1!"}},
		{"apt-get update && apt-get remove curl; apt-cache search git; apt-get -s install vim", nil},
		{"apt-get install", nil},
		// Alpine
		{"apk add --no-cache -t .deps curl=8.5.0-r0 'git~=2.43' 'jq~1' 'vim>9' bash@edge '!nano'", []string{"apk add curl 8.5.0-r0!", "apk add git 2.43!", "apk add jq 1!", "apk add vim", "apk add bash"}},
		{"apk --update --repository http://x/y add -X http://x/z curl && apk del git", []string{"apk add curl"}},
		// RPM
		{"dnf -y install --releasever 9 curl-7.76.1-26.el9.x86_64 bind-32:9.16.23-1.el9 nginx-1.24.0 python3.11 postgresql-13", []string{"dnf install curl 7.76.1-26.el9!", "dnf install bind 32:9.16.23-1.el9!", "dnf install nginx 1.24.0!", "dnf install python3.11", "dnf install postgresql-13"}},
		{"yum install -y https://x.org/a/b-1.0-2.noarch.rpm", []string{"yum install b 1.0-2!"}},
		{"zypper -n --root /x in -r repo curl 'git=2.1' 'vim>=9'", []string{"zypper in curl", "zypper in git 2.1!", "zypper in vim"}},
		{"rpm -ivh a-1-2.rpm; rpm --install b-1-2.rpm; rpm -qi c-1-2.rpm; rpm -e d", []string{"rpm -i a 1-2!", "rpm -i b 1-2!"}},
		// Python
		{"pip install foo==1.2 bar[x,y]>=2 'baz >= 1, < 2' qux", []string{"pip install foo 1.2!", "pip install bar", "pip install baz !", "pip install qux"}},
		{"pip3.12 install -r requirements.txt -c constraints.txt --index-url https://x/simple -e . a===1", []string{"pip3.12 install a 1!"}},
		{"pip install 'a @ https://x/a.whl' 'b==1; python_version<\"3.9\"' ./c git+https://x/d /w/e-1.2-py3-none-any.whl", []string{"pip install a !", "pip install b 1!", "pip install e 1.2!"}},
		{"python -m pip install --upgrade pip && python3.11 -m venv /v && uv pip install ruff==0.4 && uv add x", []string{"python -m pip install pip", "uv pip install ruff 0.4!"}},
		// JavaScript
		{"npm install -g npm@10.2.0 @scope/a@1.2 b@latest c@^3 user/repo ./d", []string{"npm install -g npm 10.2.0!", "npm install -g @scope/a 1.2!", "npm install -g b", "npm install -g c !"}},
		{"npm i --global a && npm install b && npm i --location=global c && npm --location global i d", []string{"npm i -g a", "npm i -g c", "npm i -g d"}},
		{"yarn global add a@1 && yarn add b && pnpm add -g c && pnpm add d", []string{"yarn global add a 1!", "pnpm add -g c"}},
		// Others
		{"gem install a b:1.2 -v '~> 3.0' --no-document -- --with-x=/y", []string{"gem install a !", "gem install b 1.2!"}},
		{"gem install --version=2.1 a", []string{"gem install a 2.1!"}},
		{"go install -ldflags '-s -w' a.b/c@v1.2.3 d.e/f@latest g.h/i@0123abcd ./... && go build ./x@v1.0.0", []string{"go install a.b/c v1.2.3!", "go install d.e/f", "go install g.h/i 0123abcd!"}},
		{"/usr/local/go/bin/go install a.b/c@v1.0.0", []string{"go install a.b/c v1.0.0!"}},
		{"cargo +nightly install --locked a@1.2 && cargo install b --version 2 && cargo install --path .", []string{"cargo install a 1.2!", "cargo install b 2!"}},
		{"composer global require a/b:^1 c/d=1.2 && composer require e/f && composer install", []string{"composer global require a/b !", "composer global require c/d 1.2!", "composer require e/f"}},
		// Downloads
		{"curl -fsSLO https://x.org/a/b.tgz?c=d && curl https://x.org/e%20f.sh | sh", []string{"curl b.tgz", "curl e f.sh"}},
		{"curl -fsSLo /tmp/y -H 'Referer: https://z' --retry 3 https://x.org/a -x https://proxy:1 && curl --output=/w/v https://x.org/u", []string{"curl y", "curl v"}},
		{"curl https://x.org https://x.org/ https://x.org/$(uname -m)", nil},
		{"wget -q -P /tmp https://x.org/a.tgz && wget -O- https://x.org/b | tar x && wget --output-document=/c https://x.org/d", []string{"wget a.tgz", "wget b", "wget c"}},
		// The shell
		{`apt-get install -y "$KNOWN" pkg-${KNOWN} $LIST ${NONE:-dflt}`, []string{"apt-get install known", "apt-get install pkg-known", "apt-get install one", "apt-get install two", "apt-get install dflt"}},
		{`apt-get install a=$KNOWN b=$NONE $NONE c-$(uname -r) "$@" d`, []string{"apt-get install a known!", "apt-get install b !", "apt-get install d"}},
		{`P="x y"; apt-get install $P; export V=1; pip install z==$V`, []string{"apt-get install x", "apt-get install y", "pip install z 1!"}},
		{`P=x; P=y; apt-get install $P; for q in a b; do apk add $q; done; KNOWN=$(date); apk add $KNOWN`, nil},
		{`if true; then apk add a; else apk add b; fi; (apk add c); { apk add d; } ; f() { apk add e; }; x=$(apk add f)`, []string{"apk add a", "apk add b", "apk add c", "apk add d", "apk add e", "apk add f"}},
		{`sudo -E DEBIAN_FRONTEND=x apt-get install a; env -i B=1 apk add c; xargs -n 1 apk add d; time pip install e; timeout 5 npm i -g f`, []string{"apt-get install a", "apk add c", "apk add d", "pip install e", "npm i -g f"}},
		{`bash -euxo pipefail -c 'apk add a && sh -c "apk add b"'; sh script.sh -c 'apk add c'`, []string{"apk add a", "apk add b"}},
		{`apk add a\ b 'c'"d" e{f,g}`, []string{"apk add a b", "apk add cd"}},
		{`["apt-get", "install", "-y", "curl"]`, []string{"apt-get install curl"}},
		{`["/bin/bash", "-c", "apk add a"]`, []string{"apk add a"}},
		{`echo apt-get install curl; "apt-get install x"; apt-get "install`, nil},
		{`[[ -n $A ]] && apk add a`, []string{"apk add a"}},
	} {
		t.Run(test.run, func(t *testing.T) {
			b := mustBuild(t, "FROM a\nENV KNOWN=known LIST='one  two'\nRUN "+test.run, Options{})
			var got []string
			for _, found := range b.Target.Instructions[1].Installs() {
				text := found.Manager + " " + found.Package
				if found.Version != "" || found.Pinned {
					text += " " + found.Version + flagged(found.Pinned, "!")
				}
				got = append(got, text)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("installs (-want +got):\n%s", diff)
			}
		})
	}
}

// TestInstallLines looks for each package on the line that names it.
func TestInstallLines(t *testing.T) {
	for name, src := range map[string]string{
		"continuations":       "FROM a\nRUN apk add \\\n  p3 \\\n  p4 && \\\n  apk add p5",
		"comments and blanks": "FROM a\nRUN apk add \\\n# no\n\n   # no\n  p6 \\\n  p7",
		"flags":               "FROM a\nRUN --mount=type=cache,target=/x \\\n  --network=none \\\n  apk add p4",
		"tabs and spaces":     "FROM a\n \t RUN\t\\\n\tapk add \\ \t\n\tp4  \n",
		"word in two":         "FROM a\nRUN apk add p\\\n2 \\\n  p4",
		"escape":              "# escape=`\nFROM a\nRUN apk add `\n  p4 `\n  p5",
		"CRLF":                "FROM a\r\nRUN apk add \\\r\n  p3 \\\r\n  p4\r\n",
		"BOM":                 "\ufeffFROM a\nRUN apk add \\\n  p3",
		"heredoc":             "FROM a\nRUN <<E\n\napk add p4 \\\n  p5\nE",
		"second heredoc":      "FROM a\nRUN cat <<A >x && sh <<B\napk add p0\nA\napk add p5\nB",
		"heredoc after lines": "FROM a\nRUN \\\n  <<E\napk add p4\nE",
		"chomped heredoc":     "FROM a\nRUN <<-E\n\tapk add p3\n\tE",
		"exec":                "FROM a\nRUN [\"apk\", \\\n  \"add\", \"p2\"]",
		"inner script":        "FROM a\nRUN true && \\\n  sh -c 'apk add p3'",
		"unicode":             "FROM a\nRUN echo 'žluťoučký kůň' && \\\n  apk add p3",
		"onbuild":             "FROM a AS b\nONBUILD RUN apk add \\\n  p4\nFROM b",
	} {
		t.Run(name, func(t *testing.T) {
			stages := mustBuild(t, src, Options{}).Stages
			n := 0
			for _, i := range stages[len(stages)-1].Instructions {
				for _, found := range i.Installs() {
					if n++; found.Package != fmt.Sprintf("p%d", found.Line) {
						t.Errorf("got %s on line %d", found.Package, found.Line)
					}
				}
			}
			if n == 0 {
				t.Error("got no packages")
			}
		})
	}
}

// TestOtherShells: what is no shell script is not read as one.
func TestOtherShells(t *testing.T) {
	for name, test := range map[string]struct {
		src  string
		opts Options
		want int
	}{
		"powershell":   {src: "FROM a\nSHELL [\"powershell\", \"-Command\"]\nRUN apk add p"},
		"windows":      {src: "FROM a\nRUN apk add p", opts: Options{Platform: "windows/amd64"}},
		"python":       {src: "FROM a\nSHELL [\"/usr/bin/python\", \"-c\"]\nRUN apk add p"},
		"shebang":      {src: "FROM a\nRUN <<E\n#!/usr/bin/env python3\napk add p\nE"},
		"env shebang":  {src: "FROM a\nRUN <<E\n#!/usr/bin/env -S bash -e\napk add p\nE", want: 1},
		"bash":         {src: "FROM a\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nRUN apk add <(x) p", want: 1},
		"bash.exe":     {src: "FROM a\nSHELL [\"C:\\\\git\\\\bash.exe\", \"-c\"]\nRUN apk add p", want: 1},
		"no RUN":       {src: "FROM a\nCMD apk add p"},
		"other SHELL":  {src: "FROM a\nSHELL [\"powershell\"]\nSHELL [\"/bin/ash\", \"-c\"]\nRUN apk add p", want: 1},
		"broken shell": {src: "FROM a\nRUN apk add p; if"},
	} {
		t.Run(name, func(t *testing.T) {
			all := mustBuild(t, test.src, test.opts).Target.Instructions
			if got := all[len(all)-1].Installs(); len(got) != test.want {
				t.Errorf("got %v, want %d", got, test.want)
			}
		})
	}
}

// FuzzInstalls feeds scripts to the shell reader; packages have to have names
// without what is not known, and lines of the instruction.
func FuzzInstalls(f *testing.F) {
	for _, seed := range []string{
		"apt-get install -y curl=7.88 \\\n  git", "a=${b:-\"$c\"} && apk add $a 'x~=1' \"${d}\"", "pip install -r x 'a[b]==1 ; c' -- d",
		"<<E\napk add x\nE", "bash -c 'sh -c \"apk add $x\"'", "curl -Lo \"$x\" https://x/y%2fz -", "npm i -g @a/b@1 @ @/ a@", "[\"sh\", \"-c\", \"apk add x\"]",
		"dnf install a-1-2.x86_64 b-1. '@g' -", "sudo -u x env A=1 gem i a -v '>= 1, < 2'", "cargo + install --version", "go install @v1 a@", "x=(1 2); yum install ${x[@]} ${x//a/b} ${!x}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, script string) {
		file, err := Parse("Dockerfile", []byte("FROM a\nENV A=1 B='x y'\nRUN "+script))
		if err != nil {
			return
		}
		b, err := file.Build(Options{})
		if err != nil {
			return
		}
		for _, i := range b.Target.Instructions {
			for _, found := range i.Installs() {
				if found.Package == "" || strings.Contains(found.Package+found.Version, unset) && !strings.Contains(script, unset) {
					t.Errorf("got package %q version %q", found.Package, found.Version)
				}
				if found.Line < i.Start || found.Line > i.End {
					t.Errorf("got line %d outside of %d-%d", found.Line, i.Start, i.End)
				}
			}
		}
	})
}

// FuzzParse reads whole files; lines have to lie in the file.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"FROM a", "ARG A=$A\nFROM ${A:-b%c} AS x\nFROM x\nCOPY --from=0 a b", "# escape=`\nFROM a`\n:b\nRUN x `\n y", "\ufeffFROM a\r\nRUN <<E\r\nx\r\nE\r\n",
		"FROM scratch\nONBUILD RUN <<E\nx\nE\nFROM 0", "FROM a AS b\nONBUILD COPY --from=b / /\nFROM b\nRUN --mount=from=b,target=/x y", "FROM a\nEXPOSE 1-3/udp $X\nHEALTHCHECK CMD x\nVOLUME /a\nSHELL [\"x\"]\nWORKDIR a/../..\nADD a b ./",
		"from a\nENV A ${A//b/$C} \nLABEL a=\"$A\" b='$A'\nUSER ${A:?b}\nCMD [\"a\"]\nENTRYPOINT b\nSTOPSIGNAL 9\nMAINTAINER x",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		file, err := Parse("Dockerfile", src)
		if err != nil {
			return
		}
		file.Images()
		for _, platform := range []string{"", "linux/arm64", "windows/amd64"} {
			b, err := file.Build(Options{Platform: platform, Args: map[string]string{"A": "1"}, Contexts: map[string]string{"b": "docker-image://c"}})
			if err != nil {
				continue
			}
			lines := strings.Count(string(src), "\n") + 1
			check := func(what string, start, end int) {
				if start < 1 || end < start || end > lines {
					t.Errorf("%s has lines %d-%d of %d", what, start, end, lines)
				}
			}
			for _, image := range b.Images() {
				check(image.Word, image.Start, image.End)
				if image.Ref != "" && len(image.Missing) > 0 {
					t.Errorf("%s is %s and lacks %v", image.Word, image.Ref, image.Missing)
				}
			}
			for _, s := range b.Stages {
				for _, i := range s.Instructions {
					check(i.Kind, i.Start, i.End)
					if strings.HasPrefix(i.Dest, "/") || strings.Contains("/"+i.Dest+"/", "/../") {
						t.Errorf("%s goes to %q", i.Text, i.Dest)
					}
					for _, found := range i.Installs() {
						check(found.Package, found.Line, found.Line)
					}
				}
			}
			if chain := b.Chain(); chain[len(chain)-1] != b.Target {
				t.Error("the chain does not end with the target")
			}
		}
	})
}
