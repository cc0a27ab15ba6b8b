package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/org/imgscan-action/internal/finding"
)

var update = flag.Bool("update", false, "write the golden files again")

// goldenOptions are the options of a CI log of 120 columns.
var goldenOptions = Options{Width: 120}

var extensions = map[string]string{
	"table": "txt", "json": "json", "sarif": "sarif", "markdown": "md", "github-summary": "summary.md",
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for name := range fixtures() {
		for _, format := range formats {
			t.Run(name+"/"+format.Name, func(t *testing.T) {
				t.Parallel()
				got := render(t, format.Name, fixtures()[name], goldenOptions)
				if again := render(t, format.Name, fixtures()[name], goldenOptions); got != again {
					t.Error("the same report gave other bytes the second time")
				}
				file := filepath.Join("testdata", name+".golden."+extensions[format.Name])
				if *update {
					if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(string(want), got); diff != "" {
					t.Errorf("%s differs (-want +got):\n%s", file, diff)
				}
			})
		}
	}
}

// TestHostile holds what the goldens of the hostile report only show: no byte of
// any format moves a cursor, reorders text or starts a runner's command.
func TestHostile(t *testing.T) {
	t.Parallel()
	for _, format := range formats {
		t.Run(format.Name, func(t *testing.T) {
			t.Parallel()
			checkInert(t, render(t, format.Name, hostileReport(), goldenOptions))
		})
	}
}

// checkInert fails on output that is unsafe to print to a log. The zero-width
// space is Markdown's own, and the variation selector belongs to an emoji.
func checkInert(t *testing.T, out string) {
	t.Helper()
	if !utf8.ValidString(out) {
		t.Errorf("not UTF-8: %q", out)
	}
	for _, r := range out {
		if !unicode.IsPrint(r) && r != '\n' && string(r) != zeroWidth {
			t.Errorf("unprintable %U in %q", r, out)
			break
		}
	}
	for line := range strings.Lines(out) {
		if strings.Contains(line, "##[") || strings.HasPrefix(strings.TrimSpace(line), "::") {
			t.Errorf("a runner's command: %q", line)
		}
	}
}

func TestSchemas(t *testing.T) {
	t.Parallel()
	schemas := map[string]*jsonschema.Schema{
		"json":  compile(t, "report.schema.json", Schema()),
		"sarif": compile(t, "sarif.json", readFile(t, "testdata/sarif-2.1.0.schema.json")),
	}
	reports := fixtures()
	reports["zero"] = &finding.Report{
		Image:   finding.Image{ID: baseLayer},
		Verdict: finding.Verdict{Outcome: finding.Pass, Judged: finding.Pass, Mode: finding.Block},
	}
	for format, schema := range schemas {
		for name, rep := range reports {
			t.Run(format+"/"+name, func(t *testing.T) {
				doc, err := jsonschema.UnmarshalJSON(strings.NewReader(render(t, format, rep, Options{})))
				if err != nil {
					t.Fatal(err)
				}
				if err := schema.Validate(doc); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// TestSchemaIsClosed proves that the schema would notice a field that it does
// not describe.
func TestSchemaIsClosed(t *testing.T) {
	t.Parallel()
	var doc map[string]any
	if err := json.Unmarshal([]byte(render(t, "json", failingReport(), Options{})), &doc); err != nil {
		t.Fatal(err)
	}
	doc["findings"].([]any)[0].(map[string]any)["surprise"] = true
	if err := compile(t, "report.schema.json", Schema()).Validate(doc); err == nil {
		t.Error("the schema accepts a field that it does not describe")
	}
}

func TestFor(t *testing.T) {
	t.Parallel()
	for _, name := range Names() {
		if f, err := For(name); err != nil || f.Name != name {
			t.Errorf("For(%q) = %q, %v", name, f.Name, err)
		}
	}
	_, err := For("xml")
	if want := `unknown format "xml": expected one of table, json, sarif, markdown, github-summary`; err == nil || err.Error() != want {
		t.Errorf("For(xml) = %v, want %s", err, want)
	}
}

func render(t testing.TB, format string, rep *finding.Report, opts Options) string {
	t.Helper()
	f, err := For(format)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b, rep, opts); err != nil {
		t.Fatalf("writing %s: %v", format, err)
	}
	return b.String()
}

func compile(t *testing.T, name string, schema []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(name, doc); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
