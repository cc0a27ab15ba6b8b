package history

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/org/imgscan-action/internal/dockerfile"
)

var update = flag.Bool("update", false, "write the golden files again")

// scenario is a history, and the Dockerfile that it is laid beside.
type scenario struct {
	Base    int // entries that are the base's; -1 when not known
	OnBuild []string
	Target  string
	Args    map[string]string
	Labels  map[string]string

	entries []Entry
	build   *dockerfile.Build // nil without a Dockerfile
}

// TestAlign lays real histories, and some made after the builders' own source,
// beside Dockerfiles. testdata/README.md says where each is from.
func TestAlign(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in testdata: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s := load(t, archive)
			a := Align(s.entries, s.Base, s.OnBuild, s.build)
			if s.build != nil {
				checkAlignment(t, a, s.entries, s.Base)
			}
			got := fmt.Sprintf("tool %q\n%s", Tool(s.entries, s.Labels), render(a, s.entries))

			want := &archive.Files[len(archive.Files)-1]
			if want.Name != "want" {
				t.Fatalf("the last file is %q", want.Name)
			}
			if *update {
				want.Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(want.Data), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Where the base ends is found without being told, and everything above it is
// then where it would be with being told.
func TestAlignFindsTheBase(t *testing.T) {
	for _, name := range []string{"buildkit", "buildkit-build-stage", "docker", "kaniko", "buildah-layers", "one-line-changed", "line-added", "scratch", "windows"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(filepath.Join("testdata", name+".txtar"))
			if err != nil {
				t.Fatal(err)
			}
			s := load(t, archive)
			told := Align(s.entries, s.Base, s.OnBuild, s.build)
			found := Align(s.entries, -1, s.OnBuild, s.build)
			if found.Base != s.Base || found.Confidence != Declared {
				t.Errorf("the base ends at %d, %q; want %d, declared: %s", found.Base, found.Confidence, s.Base, found.Why)
			}
			for i, step := range found.Steps {
				if i >= len(told.Steps) || step.Instruction != told.Steps[i].Instruction || step.OnBuild != told.Steps[i].OnBuild {
					t.Errorf("entry %d is %v when the base is found, not when it is told", step.Entry, step.Instruction)
				}
			}
		})
	}
}

// Histories and Dockerfiles of any size end in an answer.
func TestAlignLimits(t *testing.T) {
	build := parse(t, "FROM alpine\n"+strings.Repeat("RUN echo a b c\n", 900), dockerfile.Options{})
	for _, tt := range []struct {
		name    string
		entries int
		want    string
	}{
		{"many entries", maxEntries + 1, "more than 5000"},
		{"many pairs", maxEntries, "are too many to compare"},
		{"as many as go", maxCells/900 - 1, "the history has 0 of the 900 instructions"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			entries := make([]Entry, tt.entries)
			for i := range entries {
				entries[i].CreatedBy = fmt.Sprintf("RUN /bin/sh -c x%d # buildkit", i)
			}
			a := Align(entries, 0, nil, build)
			if a.Confidence != "" || !strings.Contains(a.Why, tt.want) || len(a.Steps) != 0 {
				t.Errorf("%q, %d steps, %q; want %q", a.Confidence, len(a.Steps), a.Why, tt.want)
			}
		})
	}
}

// Of an entry too long to be read the beginning counts, and a history of such
// entries is not read at all.
func TestAlignLongEntries(t *testing.T) {
	script := "echo " + strings.Repeat("x", 60<<10) // a line of a Dockerfile may have 64 KiB
	build := parse(t, "FROM scratch\nRUN "+script+"\n", dockerfile.Options{})
	entry := Entry{CreatedBy: "RUN /bin/sh -c " + script + " # buildkit", Comment: "buildkit.dockerfile.v0"}
	if a := Align([]Entry{entry}, 0, nil, build); a.Confidence != Proven {
		t.Errorf("%q: %s", a.Confidence, a.Why)
	}
	entry.CreatedBy += strings.Repeat("y", 1<<20)
	if kind, text := Labelled(entry); kind != "RUN" || len(text) > maxText {
		t.Errorf("%q with %d bytes", kind, len(text))
	}
	if a := Align([]Entry{entry, entry, entry, entry}, 0, nil, build); !strings.Contains(a.Why, "more than 4194304 bytes") {
		t.Errorf("%q: %s", a.Confidence, a.Why)
	}
}

func FuzzAlign(f *testing.F) {
	f.Add("FROM alpine\nRUN a b\nCOPY a /a\nCMD x\n", "RUN /bin/sh -c a b # buildkit\x00COPY a /a # buildkit\x00!CMD x", 0, "RUN z")
	f.Add("FROM alpine AS x\nRUN a b\nFROM x\nONBUILD RUN y\nRUN b\n", "/bin/sh -c a b\x00/bin/sh -c b|inheritLabels=false\x00!/bin/sh -c #(nop) LABEL a=b", -1, "")
	f.Add("FROM alpine\nRUN a\nRUN b\n", "x\x00|1 A=b /bin/sh -c a\x00!b", 1, "COPY a b\x00RUN c")
	f.Add("FROM alpine\nRUN a\nRUN b\n", "!/bin/sh -c a\x00!/bin/sh -c b\x00\x02merge sha256:1", 0, "")
	f.Add("FROM alpine\nRUN a\nRUN b\nCMD c\n", "CMD c\x01kaniko", 0, "")
	f.Fuzz(func(t *testing.T, file, history string, base int, onBuild string) {
		if len(file) > 4<<10 || len(history) > 16<<10 {
			return
		}
		parsed, err := dockerfile.Parse("Dockerfile", []byte(file))
		if err != nil {
			return
		}
		build, err := parsed.Build(dockerfile.Options{})
		if err != nil {
			return
		}
		var entries []Entry
		for created := range strings.SplitSeq(history, "\x00") {
			by, empty := strings.CutPrefix(created, "!")
			by, author, _ := strings.Cut(by, "\x01")
			by, comment, _ := strings.Cut(by, "\x02")
			entries = append(entries, Entry{CreatedBy: by, Author: author, Comment: comment, Empty: empty})
		}
		var triggers []string
		if onBuild != "" {
			triggers = strings.Split(onBuild, "\x00")
		}
		checkAlignment(t, Align(entries, base, triggers, build), entries, base)
	})
}

// checkAlignment holds an answer to what Alignment promises.
func checkAlignment(t *testing.T, a Alignment, entries []Entry, base int) {
	t.Helper()
	if (a.Confidence == "") != (a.Why != "") {
		t.Errorf("confidence %q and why %q", a.Confidence, a.Why)
	}
	if a.Confidence == "" {
		if len(a.Steps) != 0 {
			t.Errorf("%d steps of an alignment that failed", len(a.Steps))
		}
		return
	}
	if base >= 0 && a.Base != base || a.Base < 0 || a.Base > len(entries) {
		t.Errorf("base %d of %d entries, told %d", a.Base, len(entries), base)
	}
	if len(a.Steps) != len(entries)-a.Base {
		t.Errorf("%d steps for %d entries above %d", len(a.Steps), len(entries), a.Base)
	}
	last := 0
	for i, step := range a.Steps {
		if step.Entry != a.Base+i {
			t.Errorf("step %d is of entry %d, with a base of %d", i, step.Entry, a.Base)
		}
		if (step.Confidence != "") != (step.Instruction != nil || step.OnBuild) {
			t.Errorf("step %d: confidence %q for %v", i, step.Confidence, step.Instruction)
		}
		if step.Confidence != "" && step.Stage == nil {
			t.Errorf("step %d has no stage", i)
		}
		// The layers follow the lines of the Dockerfile, whose later stages can only
		// stand on earlier ones.
		if in := step.Instruction; in != nil && !entries[step.Entry].Empty {
			if in.Start < last {
				t.Errorf("step %d goes back to line %d", i, in.Start)
			}
			last = in.Start
		}
	}
}

func load(t *testing.T, archive *txtar.Archive) scenario {
	t.Helper()
	var s scenario
	var file []byte
	for _, f := range archive.Files {
		switch f.Name {
		case "Dockerfile":
			file = f.Data
		case "case.json":
			if err := json.Unmarshal(f.Data, &s); err != nil {
				t.Fatal(err)
			}
		case "history.json":
			var history []struct {
				CreatedBy string `json:"created_by"`
				Comment   string `json:"comment"`
				Author    string `json:"author"`
				Empty     bool   `json:"empty_layer"`
			}
			if err := json.Unmarshal(f.Data, &history); err != nil {
				t.Fatal(err)
			}
			for _, h := range history {
				s.entries = append(s.entries, Entry(h))
			}
		}
	}
	if file != nil {
		s.build = parse(t, string(file), dockerfile.Options{Target: s.Target, Args: s.Args, Platform: "linux/amd64"})
	}
	return s
}

func parse(t *testing.T, file string, opts dockerfile.Options) *dockerfile.Build {
	t.Helper()
	parsed, err := dockerfile.Parse("Dockerfile", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	build, err := parsed.Build(opts)
	if err != nil {
		t.Fatal(err)
	}
	return build
}

// render is an alignment as a person can check it.
func render(a Alignment, entries []Entry) string {
	var b strings.Builder
	fmt.Fprintf(&b, "builder %q, base %d", a.Builder, a.Base)
	if a.Confidence == "" {
		fmt.Fprintf(&b, ", failed: %s\n", a.Why)
		return b.String()
	}
	fmt.Fprintf(&b, ", %s\n", a.Confidence)
	for _, step := range a.Steps {
		entry := entries[step.Entry]
		mark := "layer"
		if entry.Empty {
			mark = "empty"
		}
		kind, text := Labelled(entry)
		fmt.Fprintf(&b, "\n%d %s %s\n", step.Entry, mark, strings.TrimSpace(kind+" "+strings.ReplaceAll(text, "\n", "⏎")))
		switch in := step.Instruction; {
		case in == nil && step.OnBuild:
			fmt.Fprintf(&b, "    ONBUILD of the base of stage %d, %s\n", step.Stage.Index, step.Confidence)
		case in == nil:
			fmt.Fprintf(&b, "    not known\n")
		case in.Kind == "":
			fmt.Fprintf(&b, "    stage %d, lines %d-%d, all of them, %s\n", step.Stage.Index, in.Start, in.End, step.Confidence)
		default:
			fmt.Fprintf(&b, "    stage %d, lines %d-%d: %s, %s\n", step.Stage.Index, in.Start, in.End, in.Text, step.Confidence)
		}
	}
	return b.String()
}
