package provenance

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files again")

// TestGolden reads what builders wrote. testdata/README.md says who wrote it.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in testdata: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			data := read(t, file)
			var got []byte
			if strings.HasPrefix(filepath.Base(file), "metadata-") {
				builds, err := ParseMetadata(data)
				if err != nil {
					t.Fatal(err)
				}
				got = render(t, builds)
			} else {
				p, err := Parse(data)
				if err != nil {
					t.Fatal(err)
				}
				got = render(t, p)
			}

			golden := strings.TrimSuffix(file, ".json") + ".golden"
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(read(t, golden)), string(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", golden, diff)
			}
		})
	}
}

// The two versions of the predicate say the same, and so does the metadata file.
func TestSameBuildInEveryForm(t *testing.T) {
	want, err := Parse(read(t, "testdata/v1-max.json"))
	if err != nil {
		t.Fatal(err)
	}
	v02, err := Parse(read(t, "testdata/v02-max.json"))
	if err != nil {
		t.Fatal(err)
	}
	metadata, err := ParseMetadata(read(t, "testdata/metadata-max.json"))
	if err != nil || len(metadata) != 1 {
		t.Fatalf("%d builds, %v", len(metadata), err)
	}
	for name, got := range map[string]*Provenance{"v0.2": v02, "metadata": metadata[0].Provenance} {
		got.BuildType = want.BuildType // the one thing that differs by design
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-v1 +%s):\n%s", name, name, diff)
		}
	}
}

// A predicate without its statement is read as well: buildx prints it like that.
func TestBarePredicate(t *testing.T) {
	data := read(t, "testdata/v1-min.json")
	want, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	var s statement
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	got, err := Parse(s.Predicate)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-statement +predicate):\n%s", diff)
	}
}

// Each layer of the real image leads to the instruction that made it.
func TestLayersLeadToTheirLines(t *testing.T) {
	p, err := Parse(read(t, "testdata/v1-max.json"))
	if err != nil {
		t.Fatal(err)
	}
	file := strings.Split(string(p.Source), "\n")
	var got []string
	for _, l := range p.LayerLines {
		if l.Start < 1 || l.End > len(file) {
			t.Fatalf("lines %v of %d", l, len(file))
		}
		got = append(got, fmt.Sprintf("%d-%d %s", l.Start, l.End, file[l.Start-1]))
	}
	slices.Sort(got)
	// WORKDIR /app and RUN ["echo", "exec form"] change nothing: their layers are
	// empty, and equal.
	want := []string{
		"10-10 FROM registry.example.com/acme/base:3 AS runtime", // its ONBUILD COPY and RUN
		"10-10 FROM registry.example.com/acme/base:3 AS runtime",
		"15-18 RUN <<SCRIPT",
		"19-19 WORKDIR $APP_HOME",
		"22-22 COPY --link --from=build /src/out /usr/share/out",
		"23-23 COPY --from=registry.example.com/acme/tools:2 /bin/tool /usr/bin/tool",
		"24-24 COPY --chown=1000 --chmod=755 main.sh run.sh ./",
		"25-25 ADD app.conf conf/",
		"26-27 RUN --mount=type=cache,target=/var/cache echo one \\",
		"29-31 COPY <<CONF /etc/inline.conf",
		"33-33 RUN echo shell > /etc/shell",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if p.BaseLayers != 2 || p.Base.Ref != "registry.example.com/acme/base:3" {
		t.Errorf("base %q with %d layers", p.Base.Ref, p.BaseLayers)
	}
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// render is v as JSON, with the Dockerfile as text.
func render(t *testing.T, v any) []byte {
	t.Helper()
	switch value := v.(type) {
	case *Provenance:
		v = struct {
			*Provenance
			Source []string
		}{value, lines(value.Source)}
	case []Named:
		var all []any
		for _, n := range value {
			p := n.Provenance
			all = append(all, struct {
				Named
				Source []string
			}{n, lines(p.Source)})
		}
		v = all
	}
	out, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(out, '\n')
}

func lines(text []byte) []string { return strings.Split(string(text), "\n") }
