package dockerfile

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFrom is what the last FROM of a file stands for.
func TestFrom(t *testing.T) {
	for _, test := range []struct {
		name, src string
		opts      Options
		want      string // as describe prints it, without lines and platform
	}{
		{name: "image", src: "FROM debian:12.1", want: `debian:12.1 = "debian:12.1"`},
		{name: "no tag", src: "FROM debian", want: `debian = "debian:latest"`},
		{name: "library", src: "FROM docker.io/library/debian:12", want: `docker.io/library/debian:12 = "debian:12"`},
		{name: "digest", src: "FROM a/b@sha256:" + strings.Repeat("a", 64), want: "a/b@sha256:" + strings.Repeat("a", 64) + ` = "a/b@sha256:` + strings.Repeat("a", 64) + `"`},
		{name: "scratch", src: "FROM scratch", want: `scratch = "" scratch`},
		{name: "stage", src: "FROM debian AS base\nFROM base", want: `base = "" stage base`},
		{name: "stage in another case", src: "FROM debian AS Base\nFROM BASE", want: `BASE = "" stage base`},
		{name: "later stage is an image", src: "FROM debian\nFROM later\nFROM later", want: `later = "later:latest"`},
		{name: "itself is an image", src: "FROM debian AS debian", want: `debian = "debian:latest"`},
		{name: "stage named as an image", src: "FROM alpine AS debian\nFROM debian", want: `debian = "" stage debian`},
		{name: "latest stage of a name", src: "FROM a AS x\nFROM b AS x\nFROM x AS y\nFROM y", want: `y = "" stage y`},
		{name: "argument", src: "ARG V=12\nFROM debian:$V", want: `debian:$V = "debian:12"`},
		{name: "build argument", src: "ARG V=12\nFROM debian:$V", opts: Options{Args: map[string]string{"V": "13"}}, want: `debian:$V = "debian:13"`},
		{name: "build argument without default", src: "ARG V\nFROM debian:$V", opts: Options{Args: map[string]string{"V": "13"}}, want: `debian:$V = "debian:13"`},
		{name: "undeclared build argument", src: "FROM debian:$V", opts: Options{Args: map[string]string{"V": "13"}}, want: `debian:$V = "" missing [V]`},
		{name: "missing argument", src: "ARG V\nFROM ${R}/debian:$V", want: `${R}/debian:$V = "" missing [R V]`},
		{name: "missing that leaves an image", src: "ARG S\nFROM debian:12$S", want: `debian:12$S = "" missing [S]`},
		{name: "empty argument", src: "ARG S=\nFROM debian:12$S", want: `debian:12$S = "debian:12"`},
		{name: "default", src: "FROM debian:${V:-12}", want: `debian:${V:-12} = "debian:12"`},
		{name: "default not needed", src: "ARG V=11\nFROM debian:${V:-$W}", want: `debian:${V:-$W} = "debian:11"`},
		{name: "default needed and missing", src: "FROM debian:${V:-$W}", want: `debian:${V:-$W} = "" missing [W]`},
		{name: "suffix", src: "ARG V=12-slim\nFROM debian:${V%-slim}", want: `debian:${V%-slim} = "debian:12"`},
		{name: "error in expansion", src: "FROM debian:${V:?which}", want: `debian:${V:?which} = "" missing [V]`},
		{name: "argument of a stage is not global", src: "FROM a\nARG V=1\nFROM debian:$V", want: `debian:$V = "" missing [V]`},
		{name: "recursive argument", src: "ARG A=$A\nFROM debian:$A", want: `debian:$A = "" missing [A]`},
		{name: "argument of arguments", src: "ARG A=1\nARG A=$A.$A\nFROM debian:$A", want: `debian:$A = "debian:1.1"`},
		{name: "no image name", src: "FROM UPPER/case:1", want: `UPPER/case:1 = "UPPER/case:1"`},
		{name: "not a reference", src: "FROM a:b:c", want: `a:b:c = ""`},
		{name: "quoted", src: `FROM "debian:12"`, want: `"debian:12" = "debian:12"`},
		{name: "escape", src: "# escape=`\nFROM debian`\n:12", want: `debian:12 = "debian:12"`},
		{name: "BOM and CRLF", src: "\ufeffARG V=12\r\nFROM debian:$V\r\n", want: `debian:$V = "debian:12"`},
		{name: "comment in a continuation", src: "FROM \\\n# really\n debian:12", want: `debian:12 = "debian:12"`},
		{name: "heredoc is no FROM", src: "FROM debian:12\nRUN <<E\nFROM fake\nE", want: `debian:12 = "debian:12"`},
		{name: "context for an image", src: "FROM alpine", opts: contextOf("alpine:latest", "docker-image://debian"), want: `alpine = "debian:latest" context`},
		{name: "context in full", src: "FROM docker.io/library/alpine:3", opts: contextOf("alpine:3", "docker-image://a.io/x:1"), want: `docker.io/library/alpine:3 = "a.io/x:1" context`},
		{name: "context for another tag", src: "FROM alpine:3", opts: contextOf("alpine", "docker-image://debian"), want: `alpine:3 = "alpine:3"`},
		{name: "context of files", src: "FROM alpine", opts: contextOf("alpine", "../alpine"), want: `alpine = "" context`},
		{name: "context of nothing", src: "FROM alpine", opts: contextOf("alpine", "docker-image://scratch"), want: `alpine = "" scratch context`},
		{name: "context does not beat a stage", src: "FROM debian AS alpine-x\nFROM alpine-x AS z\nFROM z", opts: contextOf("debian", "docker-image://d:1"), want: `z = "" stage z`},
		{name: "context for a stage", src: "FROM debian AS base\nRUN x", opts: contextOf("base", "docker-image://b:1"), want: `debian = "b:1" context`},
		{name: "no context for scratch", src: "FROM scratch", opts: contextOf("scratch", "docker-image://b:1"), want: `scratch = "" scratch`},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := mustBuild(t, test.src, test.opts)
			_, got, _ := strings.Cut(describe(&b.Target.From), " ")
			if got = strings.TrimSpace(got); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func contextOf(name, source string) Options {
	return Options{Contexts: map[string]string{name: source}}
}

// TestReplacedStage: nothing of a stage runs that a context stands in for.
func TestReplacedStage(t *testing.T) {
	b := mustBuild(t, "FROM debian AS base\nRUN x\nFROM base\nRUN y", contextOf("base", "docker-image://b:1"))
	if got := b.Stages[0].Instructions; len(got) != 0 {
		t.Errorf("got %d instructions of the replaced stage, want none", len(got))
	}
	if got := labels(b.Chain()); got != "[base 1]" {
		t.Errorf("got chain %s", got)
	}
}

func TestPlatform(t *testing.T) {
	for _, test := range []struct {
		name, src, platform, want string
		args                      map[string]string
	}{
		{name: "of the build", src: "FROM a", platform: "linux/arm64", want: "linux/arm64"},
		{name: "not known", src: "FROM a", want: ""},
		{name: "written", src: "FROM --platform=linux/arm/v6 a", platform: "linux/arm64", want: "linux/arm/v6"},
		{name: "normal form", src: "FROM --platform=linux/x86_64 a", want: "linux/amd64"},
		{name: "builder's", src: "FROM --platform=$BUILDPLATFORM a", platform: "linux/arm64", want: "linux/arm64"},
		{name: "builder's by argument", src: "FROM --platform=$BUILDPLATFORM a", platform: "linux/arm64", args: map[string]string{"BUILDPLATFORM": "linux/amd64"}, want: "linux/amd64"},
		{name: "builder's not known", src: "FROM --platform=$BUILDPLATFORM a", want: ""},
		{name: "none", src: "FROM --platform=a/b/c/d/e a", platform: "linux/arm64", want: ""},
		{name: "of the stage", src: "FROM --platform=linux/386 a AS b\nFROM b", platform: "linux/arm64", want: "linux/386"},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := mustBuild(t, test.src, Options{Platform: test.platform, Args: test.args})
			if got := b.Target.From.Platform; got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestTarget(t *testing.T) {
	const src = "FROM a AS One\nFROM b\nFROM c AS three"
	for target, want := range map[string]int{"": 2, "one": 0, "ONE": 0, "1": 1, "three": 2, "2": 2} {
		if got := mustBuild(t, src, Options{Target: target}).Target.Index; got != want {
			t.Errorf("target %q: got stage %d, want %d", target, got, want)
		}
	}
	for _, target := range []string{"four", "3", "-1"} {
		_, err := mustParse(t, src).Build(Options{Target: target})
		want := fmt.Sprintf("Dockerfile: expected a target among the stages one, 1, three, got %q", target)
		if err == nil || err.Error() != want {
			t.Errorf("target %q: got error %v, want %s", target, err, want)
		}
	}
}

// TestCopyFrom is what COPY --from and mounts stand for.
func TestCopyFrom(t *testing.T) {
	for _, test := range []struct{ name, line, want string }{
		{"name", "COPY --from=one a b", `one = "" stage one`},
		{"another case", "COPY --from=ONE a b", `ONE = "" stage one`},
		{"number", "COPY --from=0 a b", `0 = "" stage one`},
		{"itself", "COPY --from=1 a b", `1 = ""`},
		{"too high", "COPY --from=7 a b", `7 = ""`},
		{"image", "COPY --from=nginx:1 a b", `nginx:1 = "nginx:1"`},
		{"later stage", "COPY --from=last a b", `last = "last:latest"`},
		{"context", "COPY --from=ctx a b", `ctx = "x:1" context`},
		{"context of files", "COPY --from=files a b", `files = "" context`},
		{"scratch", "COPY --from=scratch a b", `scratch = "" scratch`},
		{"argument, as podman has it", "COPY --from=nginx:$V a b", `nginx:$V = "nginx:3"`},
		{"mount", "RUN --mount=from=one,target=/x y", `one = "" stage one`},
		{"mount of an image", "RUN --mount=type=cache,from=nginx:1,target=/x y", `nginx:1 = "nginx:1"`},
		{"mount knows no numbers", "RUN --mount=from=0,target=/x y", `0 = "0:latest"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			opts := Options{Target: "1", Contexts: map[string]string{"ctx": "docker-image://x:1", "files": "."}}
			b := mustBuild(t, "FROM a AS one\nFROM b\nARG V=3\n"+test.line+"\nFROM c AS last", opts)
			i := b.Target.Instructions[1]
			images := i.Mounts
			if i.From != nil {
				images = append(images, i.From)
			}
			if len(images) != 1 {
				t.Fatalf("got %d images, want 1", len(images))
			}
			_, got, _ := strings.Cut(describe(images[0]), " ")
			if got = strings.TrimSpace(got); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// TestNeeded: a stage that nothing of the target uses does not count.
func TestNeeded(t *testing.T) {
	b := mustBuild(t, `
FROM a AS unused
FROM b AS mounted
FROM c AS copied
FROM copied AS base
RUN --mount=from=mounted,target=/m x
FROM base
COPY --from=d:1 / /
FROM e AS after
`, Options{Target: "4"})
	if got := labels(b.Chain()); got != "[copied base 4]" {
		t.Errorf("got chain %s", got)
	}
	if got := labels(b.Needed()); got != "[mounted copied base 4]" {
		t.Errorf("got needed %s", got)
	}
	var refs []string
	for _, image := range b.Images() {
		refs = append(refs, image.Ref)
	}
	if diff := cmp.Diff([]string{"b:latest", "c:latest", "d:1"}, refs); diff != "" {
		t.Errorf("images (-want +got):\n%s", diff)
	}
}

// TestArguments follows one variable into the history.
func TestArguments(t *testing.T) {
	for _, test := range []struct {
		name, src string
		opts      Options
		want      string
	}{
		{name: "default", src: "FROM scratch\nARG V=1\nRUN x", want: "RUN |1 V=1 /bin/sh -c x"},
		{name: "no value", src: "FROM scratch\nARG V\nRUN x", want: "RUN |1 V= /bin/sh -c x"},
		{name: "global default", src: "ARG V=1\nFROM scratch\nARG V\nRUN x", want: "RUN |1 V=1 /bin/sh -c x"},
		{name: "global is not in the stage", src: "ARG V=1\nFROM scratch\nLABEL v=$V", want: "LABEL v="},
		{name: "own default beats global", src: "ARG V=1\nFROM scratch\nARG V=2\nRUN x", want: "RUN |1 V=2 /bin/sh -c x"},
		{name: "given beats both", src: "ARG V=1\nFROM scratch\nARG V=2\nRUN x", opts: Options{Args: map[string]string{"V": "3"}}, want: "RUN |1 V=3 /bin/sh -c x"},
		{name: "environment beats argument", src: "FROM scratch\nARG V=1\nENV V=2\nRUN x", want: "RUN |1 V=2 /bin/sh -c x"},
		{name: "of the stage below", src: "FROM scratch AS a\nARG V=1\nFROM a\nRUN x", want: "RUN |1 V=1 /bin/sh -c x"},
		{name: "twice", src: "FROM scratch\nARG V=1 W=2\nARG V=3\nRUN x", want: "RUN |2 V=3 W=2 /bin/sh -c x"},
		{name: "automatic", src: "FROM scratch\nARG TARGETARCH TARGETVARIANT\nRUN x", opts: Options{Platform: "linux/arm/v7"}, want: "RUN |2 TARGETARCH=arm TARGETVARIANT=v7 /bin/sh -c x"},
		{name: "target", src: "FROM scratch AS Fin\nARG TARGETSTAGE\nRUN x", want: "RUN |1 TARGETSTAGE=fin /bin/sh -c x"},
		{name: "no platform", src: "FROM scratch\nARG TARGETARCH\nRUN x", want: "RUN |1 TARGETARCH= /bin/sh -c x"},
		{name: "scanner's own", src: "FROM scratch\nARG BUILDKIT_SBOM_SCAN_STAGE=true\nLABEL a=$BUILDKIT_SBOM_SCAN_STAGE", want: "LABEL a="},
		{name: "exec form", src: "FROM scratch\nARG V=1\nRUN [\"x\", \"y z\"]", want: "RUN |1 V=1 x y z"},
		{name: "base's variable", src: "FROM a\nENV P=/x:$P", want: "ENV P=/x:$P"},
		{name: "depends on base's variable", src: "FROM a\nENV P=/x:$P\nLABEL p=$P q=${Q:-1}", want: "LABEL p=$P q=1"},
		{name: "declared and empty", src: "FROM a\nARG V\nLABEL v=x$V", want: "LABEL v=x"},
		{name: "shell", src: "FROM a\nSHELL [\"/bin/bash\", \"-c\"]\nRUN x", want: "RUN /bin/bash -c x"},
		{name: "windows", src: "FROM a\nRUN x", opts: Options{Platform: "windows/amd64"}, want: "RUN cmd /S /C x"},
		{name: "recursive", src: "FROM scratch\nARG A=$A\nARG A=$A$A\nRUN x", want: "RUN |1 A= /bin/sh -c x"},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := mustBuild(t, test.src, test.opts)
			all := b.Target.Instructions
			if got := all[len(all)-1].Created; got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestDest(t *testing.T) {
	for _, test := range []struct{ name, src, want string }{
		{"absolute", "FROM a\nCOPY x /y", "y"},
		{"into", "FROM a\nCOPY x /y/", "y/"},
		{"several", "FROM a\nCOPY x y /z", "z/"},
		{"root", "FROM a\nCOPY x /", "."},
		{"relative to the base's", "FROM a\nCOPY x y", ""},
		{"relative in scratch", "FROM scratch\nCOPY x y", "y"},
		{"relative", "FROM a\nWORKDIR /w\nCOPY x y", "w/y"},
		{"here", "FROM a\nWORKDIR /w\nCOPY x .", "w/"},
		{"up", "FROM a\nWORKDIR /w/v\nCOPY x ..", "w/"},
		{"above the root", "FROM a\nCOPY x /../../y", "y"},
		{"relative WORKDIR over the base's", "FROM a\nWORKDIR w\nCOPY x y", ""},
		{"relative WORKDIR", "FROM a\nWORKDIR /w\nWORKDIR v\nCOPY x y", "w/v/y"},
		{"of the stage below", "FROM a AS b\nWORKDIR /w\nFROM b\nCOPY x y", "w/y"},
		{"variable", "FROM a\nENV D=/d\nCOPY x $D/", "d/"},
		{"base's variable", "FROM a\nCOPY x $D/", ""},
		{"add", "FROM a\nADD https://x/y.tgz /z/", "z/"},
		{"heredocs", "FROM a\nCOPY <<x <<y /z\nx\ny", "z/"},
	} {
		t.Run(test.name, func(t *testing.T) {
			all := mustBuild(t, test.src, Options{}).Target.Instructions
			if got := all[len(all)-1].Dest; got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestRepeatable: building twice gives the same, whatever the first one expanded.
func TestRepeatable(t *testing.T) {
	f := mustParse(t, "ARG V=1\nFROM a:$V\nARG V\nENV W=$V\nEXPOSE $W\nCOPY $W /\nFROM a\nARG V=2")
	first, second := dump(t, f, Options{Target: "0"}), dump(t, f, Options{Target: "0"})
	if diff := cmp.Diff(string(first), string(second)); diff != "" {
		t.Errorf("second build (-first +second):\n%s", diff)
	}
	other, err := f.Build(Options{Args: map[string]string{"V": "9"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := other.Stages[0].Instructions[1].Created; got != "ENV W=9" {
		t.Errorf("got %q", got)
	}
}

// TestConcurrent has a file built by several at once, for the race detector.
func TestConcurrent(t *testing.T) {
	f := mustParseFile(t, "testdata/node.Dockerfile")
	b, err := f.Build(Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := string(dump(t, f, Options{}))
	for range 4 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			for _, i := range b.Target.Instructions {
				i.Installs() // of the shared build
			}
			if got := string(dump(t, f, Options{})); got != want {
				t.Error("another result than alone")
			}
		})
	}
}
