package origin_test

import (
	"fmt"
	"testing"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/origin"
)

// TestBuilder asks for the image that a copied program, "usr/bin/app", was made
// in, and the line that chooses its compiler.
func TestBuilder(t *testing.T) {
	const golang = "FROM golang:1.22 AS build\nWORKDIR /src\nRUN go build -o /out/app\n"
	for _, test := range []struct{ name, source, want string }{
		{"stage", golang + "FROM debian:12\nCOPY --from=build /out/app /usr/bin/app", "golang:1.22, compiler on line 1"},
		{"into a folder", golang + "FROM debian:12\nCOPY --from=build /out/app /usr/bin/", "golang:1.22, compiler on line 1"},
		{"folder", golang + "FROM debian:12\nCOPY --from=build /out /usr/bin", "golang:1.22, compiler on line 1"},
		{"stage on a stage", "FROM golang:1.22 AS lib\nFROM lib AS build\nRUN go build -o /out/app\nFROM debian:12\nCOPY --from=build /out/app /usr/bin/app", "golang:1.22, compiler on line 1"},
		{"passed on", golang + "FROM alpine:3 AS pack\nCOPY --from=build /out/app /p/app\nRUN upx /p/app\nFROM debian:12\nCOPY --from=pack /p/app /usr/bin/app", "golang:1.22, compiler on line 1"},
		{"passed on by a pattern", golang + "FROM alpine:3 AS pack\nCOPY --from=build /out/a* /p/\nFROM debian:12\nCOPY --from=pack /p/app /usr/bin/app", "golang:1.22, compiler on line 1"},
		{"passed on in a folder", golang + "FROM scratch AS pack\nCOPY --from=build /out/ /p/q/\nFROM debian:12\nCOPY --from=pack /p /usr/bin/../x\nCOPY --from=pack p/q /usr/bin", "golang:1.22, compiler on line 1"},
		{"passed on twice", golang + "FROM scratch AS a\nCOPY --from=build /out/app /\nFROM a AS b\nFROM scratch AS c\nCOPY --from=b / /c\nFROM debian:12\nCOPY --from=c /c/app /usr/bin/", "golang:1.22, compiler on line 1"},
		{"made in a folder that was copied", "FROM alpine:3 AS files\nFROM golang:1.22 AS build\nCOPY --from=files /src /src\nRUN go build -o /src/app\nFROM debian:12\nCOPY --from=build /src/app /usr/bin/app", "golang:1.22, compiler on line 2"},
		{"made among files that were copied", "FROM alpine:3 AS files\nFROM golang:1.22 AS build\nCOPY --from=files /src/* /src/\nRUN go build -o /src/app\nFROM debian:12\nCOPY --from=build /src/app /usr/bin/app", "golang:1.22, compiler on line 2"},
		{"replaced", golang + "FROM alpine:3 AS pack\nRUN apk add go && go build -o /p/app\nCOPY --from=build /out/app /p/app\nFROM debian:12\nCOPY --from=pack /p/app /usr/bin/app", "golang:1.22, compiler on line 1"},
		{"one of several", golang + "FROM debian:12\nCOPY --from=build /out/app /out/b /usr/bin/", "golang:1.22, compiler on line 1"},
		{"one of several folders", golang + "FROM alpine:3 AS pack\nCOPY --from=build /out /etc /p/\nRUN true\nFROM debian:12\nCOPY --from=pack /p/app /usr/bin/app", "alpine:3, compiler on line 4"},
		{"of the repository", golang + "FROM alpine:3 AS pack\nRUN true\nCOPY app /p/app\nFROM debian:12\nCOPY --from=pack /p/app /usr/bin/app", "alpine:3"},
		{"built among the files of the repository", "FROM alpine:3 AS pack\nCOPY . /p\nRUN true\nFROM debian:12\nCOPY --from=pack /p/app /usr/bin/app", "alpine:3, compiler on line 1"},
		{"of an image", "FROM debian:12\nCOPY --from=prom/prometheus:v2 /bin/app /usr/bin/app", "prom/prometheus:v2"},
		{"of an image as a stage", "FROM prom/prometheus:v2 AS p\nFROM debian:12\nCOPY --from=p /bin/app /usr/bin/app", "prom/prometheus:v2"},
		{"of an image, passed on", "FROM alpine:3 AS pack\nCOPY --from=prom/prometheus:v2 /bin/app /p/app\nRUN true\nFROM debian:12\nCOPY --from=pack /p/app /usr/bin/app", "prom/prometheus:v2"},
		{"of an unknown version", "FROM golang:${V} AS build\nRUN go build -o /out/app\nFROM debian:12\nCOPY --from=build /out/app /usr/bin/app", ", compiler on line 1"},
		{"on nothing", "FROM scratch AS build\nRUN [\"/x\"]\nFROM debian:12\nCOPY --from=build /out/app /usr/bin/app", ""},
		{"not copied from anywhere", "FROM debian:12\nCOPY app /usr/bin/app", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := built(t, test.source, base(1))
			p := lang(len(r.Layers)-1, "gobinary", "usr/bin/app", "stdlib@1.22")
			o := origin.New(origin.Input{Packages: []finding.Package{p}, Lineage: r}).Of(p)
			got := o.Builder
			for _, m := range o.Manifests {
				got += fmt.Sprintf(", compiler on line %d", m.Line.Start)
				if m.Role != "toolchain" || m.Confidence != finding.Declared || o.Line != m.Line {
					t.Errorf("manifest %+v, line %+v", m, o.Line)
				}
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if o.Instruction.Line != r.Layers[p.LayerIndex].Instruction.Line {
				t.Errorf("instruction %+v", o.Instruction)
			}
		})
	}
}

// TestCompiler: the compiler's line is for the standard library, after what the
// repository's go.mod says about it.
func TestCompiler(t *testing.T) {
	r := built(t, "FROM golang:1.22 AS build\nRUN go build -o /app\nFROM scratch\nCOPY --from=build /app /app")
	stdlib, module := lang(0, "gobinary", "app", "stdlib@1.22"), lang(0, "gobinary", "app", "x.org/y@v1")
	toolchain := finding.Line{File: "go.mod", Start: 3}
	a := origin.New(origin.Input{
		Packages:  []finding.Package{stdlib, module},
		Lineage:   r,
		Manifests: repository{"stdlib": {Line: toolchain, Role: "toolchain"}},
	})
	o := a.Of(stdlib)
	if len(o.Manifests) != 2 || o.Line != toolchain || o.Manifests[1].Line.Start != 1 {
		t.Errorf("stdlib: %+v", o)
	}
	if o := a.Of(module); len(o.Manifests) != 0 || o.Line.Start != 4 || o.Builder != "golang:1.22" {
		t.Errorf("a module: %+v", o)
	}
}
