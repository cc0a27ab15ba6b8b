package dockerfile

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

// TestGolden dumps everything that is read from the files of testdata.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.Dockerfile")
	if err != nil || len(files) == 0 {
		t.Fatalf("got files %v, error %v", files, err)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			opts := Options{Platform: "linux/arm64"}
			if strings.Contains(path, "windows") {
				opts.Platform = "windows/amd64"
			}
			got := dump(t, mustParseFile(t, path), opts)
			golden := strings.TrimSuffix(path, ".Dockerfile") + ".golden"
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", golden, diff)
			}
		})
	}
}

// TestHistory compares with what BuildKit itself wrote. The .history files come
// from dockerfile2llb.Dockerfile2LLB of BuildKit v0.30.0 with a base image whose
// environment is PATH=/base/bin.
func TestHistory(t *testing.T) {
	for _, test := range []struct {
		name, file string
		opts       Options
	}{
		{name: "alpine-arg", opts: Options{Args: map[string]string{"TAG": "1", "OPENSSL": "3.1.5-r0"}}},
		{name: "crlf"},
		{name: "go-distroless"},
		{name: "heredoc"},
		{name: "java"},
		{name: "node"},
		{name: "node-build", file: "node", opts: Options{Target: "build", Args: map[string]string{"API_URL": "http://x"}}},
		{name: "onbuild"},
		{name: "python-uv"},
		{name: "shapes"},
		{name: "ubi"},
		{name: "windows", opts: Options{Platform: "windows/amd64"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := test.file
			if file == "" {
				file = test.name
			}
			b, err := mustParseFile(t, "testdata/"+file+".Dockerfile").Build(test.opts)
			if err != nil {
				t.Fatal(err)
			}
			base := strings.NewReplacer("${PATH}", "/base/bin", "$PATH", "/base/bin")
			var got strings.Builder
			for _, s := range b.Chain() {
				for _, i := range s.Instructions {
					if i.Created == "" {
						continue
					}
					layer := "-"
					if i.Layer {
						layer = "L"
					}
					fmt.Fprintf(&got, "%s %q\n", layer, base.Replace(i.Created))
				}
			}
			want, err := os.ReadFile("testdata/" + test.name + ".history")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("history (-BuildKit +got):\n%s", diff)
			}
		})
	}
}

func mustParseFile(t *testing.T, path string) *File {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return mustParse(t, string(src))
}

func mustParse(t *testing.T, src string) *File {
	t.Helper()
	f, err := Parse("Dockerfile", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func mustBuild(t *testing.T, src string, opts Options) *Build {
	t.Helper()
	b, err := mustParse(t, src).Build(opts)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func dump(t *testing.T, f *File, opts Options) []byte {
	t.Helper()
	b, err := f.Build(opts)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "syntax %s\nimages %s\n", f.Syntax, strings.Join(f.Images(), " "))
	fmt.Fprintf(&out, "chain %s needed %s\n", labels(b.Chain()), labels(b.Needed()))
	for _, image := range b.Images() {
		fmt.Fprintf(&out, "uses %s\n", describe(image))
	}
	for _, s := range b.Stages {
		fmt.Fprintf(&out, "\nstage %d %q from %s\n", s.Index, s.Name, describe(&s.From))
		for _, i := range s.Instructions {
			fmt.Fprintf(&out, "  %d-%d %s%s%s workdir=%q\n", i.Start, i.End, i.Kind, flagged(i.Layer, " layer"), flagged(i.OnBuild, " onbuild"), i.Workdir)
			if i.Created != "" {
				fmt.Fprintf(&out, "      %q\n", i.Created)
			}
			if i.Dest != "" || len(i.Sources) > 0 {
				fmt.Fprintf(&out, "      %q -> %q\n", i.Sources, i.Dest)
			}
			if i.From != nil {
				fmt.Fprintf(&out, "      from %s\n", describe(i.From))
			}
			for _, mount := range i.Mounts {
				fmt.Fprintf(&out, "      mounts %s\n", describe(mount))
			}
			for _, found := range i.Installs() {
				fmt.Fprintf(&out, "      %d: %s: %s %q %q%s\n", found.Line, found.System, found.Manager, found.Package, found.Version, flagged(found.Pinned, " pinned"))
			}
		}
	}
	return out.Bytes()
}

func flagged(set bool, text string) string {
	if set {
		return text
	}
	return ""
}

func labels(stages []*Stage) string {
	var names []string
	for _, s := range stages {
		names = append(names, s.Label())
	}
	return "[" + strings.Join(names, " ") + "]"
}

func describe(i *Image) string {
	text := fmt.Sprintf("%d-%d %s = %q", i.Start, i.End, i.Word, i.Ref)
	if i.Stage != nil {
		text += " stage " + i.Stage.Label()
	}
	text += flagged(i.Scratch, " scratch") + flagged(i.Context, " context")
	if len(i.Missing) > 0 {
		text += fmt.Sprintf(" missing %v", i.Missing)
	}
	return text + " " + i.Platform
}
