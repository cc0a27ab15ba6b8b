package dockerfile

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestErrors(t *testing.T) {
	for _, test := range []struct{ name, src, want string }{
		{"empty", "", "Dockerfile: file with no instructions"},
		{"comments only", "# x\n\n# y\n", "Dockerfile:3: file with no instructions"},
		{"no FROM", "ARG A\n", "Dockerfile: expected an instruction FROM, got none"},
		{"before FROM", "ARG A\nRUN x\nFROM a\n", "Dockerfile:2: expected FROM, got RUN: only ARG may come before the first FROM"},
		{"unknown instruction", "FROM a\n\nRUM x", "Dockerfile:3: unknown instruction: RUM (did you mean RUN?)"},
		{"unterminated heredoc", "FROM a\nRUN <<E\nx", "Dockerfile:2: unterminated heredoc"},
		{"bad stage name", "FROM a AS 1x", `Dockerfile:1: invalid name for build stage: "1x", name can't start with a number or contain symbols`},
		{"bad flag", "FROM a\nCOPY --form=x a b", "Dockerfile:2: unknown flag: --form (did you mean from?)"},
		{"variable in a mount", "FROM a\nRUN --mount=from=$X,target=/x y", "Dockerfile:2: 'from' doesn't support variable expansion, define alias stage instead"},
		{"long line", "FROM a\nRUN " + strings.Repeat("x", 70_000), "Dockerfile:1: dockerfile line greater than max allowed size of 65535"},
		{"too large", "FROM a\n" + strings.Repeat("#", maxSource), "Dockerfile: expected a Dockerfile of at most 4 MiB, got 4194311 bytes"},
		{"many lines", strings.Repeat("\n", maxLines+1), "Dockerfile:100001: expected at most 100000 lines"},
		{"long instruction", "FROM a\nRUN \\\n" + strings.Repeat(strings.Repeat("x", 1000)+"\\\n", 300), "Dockerfile:264: expected an instruction of at most 256 KiB"},
		{"many substitutions", "FROM a\nRUN " + strings.Repeat("${a:-", 1001), "Dockerfile:2: expected at most 1000 substitutions in an instruction"},
		{"many instructions", "FROM a\n" + strings.Repeat("USER x\n", maxInstructions), "Dockerfile:20001: expected at most 20000 instructions"},
		{"many stages", strings.Repeat("FROM a\n", maxStages+1), "Dockerfile:1001: expected at most 1000 stages"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Parse("Dockerfile", []byte(test.src))
			if err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestBuildErrors(t *testing.T) {
	double := "FROM scratch\nENV A=" + strings.Repeat("x", 60_000) + "\n" + strings.Repeat("LABEL a=$A\n", 6000)
	for _, test := range []struct {
		name, src string
		opts      Options
		want      string
	}{
		{"platform", "FROM a", Options{Platform: "a/b/c/d"}, `expected a platform such as "linux/arm64", got "a/b/c/d"`},
		{"trigger", "FROM a AS b\nONBUILD RUM x\nFROM b", Options{}, "Dockerfile:3: reading ONBUILD of line 2: unknown instruction: RUM (did you mean RUN?)"},
		{"expands", double, Options{}, "expected a file that expands to at most 64 MiB"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := mustParse(t, test.src).Build(test.opts)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

// TestHostile: files made to take long end soon, with whatever result.
func TestHostile(t *testing.T) {
	many := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i, i+1)
		}
		return b.String()
	}
	for name, src := range map[string]string{
		"doubling arguments":     "FROM scratch\nARG A=" + strings.Repeat("a", 100) + "\n" + strings.Repeat("ARG A=$A$A$A$A\n", 500),
		"doubling before FROM":   "ARG A=aaaaaaaa\n" + strings.Repeat("ARG A=$A$A$A$A\n", 500) + "FROM $A",
		"replacement":            "FROM scratch\nARG A=" + strings.Repeat("a", 4000) + "\n" + strings.Repeat("ARG B=${A//a/$A}\n", 1000),
		"nested replacement":     "FROM scratch\nARG A=" + strings.Repeat("a", 1000) + "\nARG B=${A//a/${A//a/${A//a/$A}}}\n",
		"long pattern":           "FROM scratch\nARG A=" + strings.Repeat("a", 4000) + "\n" + strings.Repeat("ARG B=${A%"+strings.Repeat("*a", 400)+"}\n", 2000),
		"chained stages":         "FROM scratch AS s0\n" + many(999, "FROM s%d AS s%d\nARG A\nENV B=1\n"),
		"variables down a chain": "FROM scratch AS s0\n" + many(9000, "ENV A%d=%d\n") + many(900, "FROM s%d AS s%d\n"),
		"arguments in every RUN": "FROM scratch\n" + many(9000, "ARG A%d=%d\n") + strings.Repeat("RUN x\n", 9000),
		"triggers in chains":     "FROM scratch AS s0\n" + strings.Repeat("ONBUILD RUN x\n", 9000) + strings.Repeat("FROM s0\n", 900),
		"chained ONBUILD":        "FROM scratch\nRUN x\n" + "ONBUILD " + strings.Repeat("ONBUILD ", 7000) + "RUN x",
		"ports":                  "FROM scratch\n" + strings.Repeat("EXPOSE 1-65535\n", 9000),
		"copies from stages":     many(900, "FROM a%d AS s%d\n") + strings.Repeat("COPY --from=nowhere a b\n", 9000),
		"long comparisons":       "FROM scratch\nRUN " + strings.Repeat("\"$(", 20000),
		"nested subshells":       "FROM scratch\nRUN " + strings.Repeat("(", 60000),
		"large heredoc":          "FROM scratch\nRUN <<E\n" + strings.Repeat("apt-get install a\n", 90000) + "E\n",
		"many packages":          "FROM scratch\nENV P='" + strings.Repeat("a ", 2000) + "'\nRUN apt-get install " + strings.Repeat("$P ", 15000),
		"NUL and bad UTF-8":      "FROM a\x00b\xff\nRUN \x00\xff apt-get install \x00\nCOPY \xff \x00\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			if f, err := Parse("Dockerfile", []byte(src)); err == nil {
				if b, err := f.Build(Options{}); err == nil {
					for _, s := range b.Stages {
						for _, i := range s.Instructions {
							i.Installs()
						}
					}
				}
			}
			if took := time.Since(began); took > time.Minute {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestImages(t *testing.T) {
	f := mustParse(t, "# syntax=docker/dockerfile:1\nARG V=12\nFROM debian:$V AS a\nFROM $NONE\nRUN --mount=from=tools:1,target=/t x\nFROM debian:12\nCOPY --from=a / /\nCOPY --from=ghcr.io/x/y:2 / /")
	if diff := cmp.Diff([]string{"debian:12", "tools:1", "ghcr.io/x/y:2"}, f.Images()); diff != "" {
		t.Errorf("images (-want +got):\n%s", diff)
	}
	if f.Syntax != "docker/dockerfile:1" {
		t.Errorf("got syntax %q", f.Syntax)
	}
}
