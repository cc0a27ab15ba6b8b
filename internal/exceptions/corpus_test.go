package exceptions_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/org/imgscan-action/internal/exceptions"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// The corpus is testdata/valid, files that are read, and testdata/invalid, files
// that are not, each beside the message it gives. Adding a test is adding a file.
func TestCorpus(t *testing.T) {
	for _, path := range glob(t, "testdata/valid/*.yaml") {
		if _, err := exceptions.Parse(path, read(t, path)); err != nil {
			t.Error(err)
		}
	}
	for _, path := range glob(t, "testdata/invalid/*.yaml") {
		_, err := exceptions.Parse("f.yaml", read(t, path))
		if err == nil {
			t.Errorf("%s: no error", path)
			continue
		}
		golden(t, strings.TrimSuffix(path, ".yaml")+".out", err.Error()+"\n")
	}
}

// What is valid is written and read back the same.
func TestCorpusRoundTrip(t *testing.T) {
	for _, path := range glob(t, "testdata/valid/*.yaml") {
		want := parse(t, string(read(t, path)))
		src, err := exceptions.Marshal(want)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if diff := cmp.Diff(want, parse(t, string(src)), ignorePlaces); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}

// The golden file is how Marshal writes each kind of value.
func TestMarshalExample(t *testing.T) {
	var all []exceptions.Entry
	for _, name := range []string{"example", "texts", "cvss", "every-decision"} {
		all = append(all, parse(t, string(read(t, "testdata/valid/"+name+".yaml")))...)
	}
	all[len(all)-1].ID, all[7].Evidence = "EX-last", append(all[7].Evidence, strings.Repeat("long/", 20)+"path.md")
	for i := range all {
		if all[i].ID == "EX-1" {
			all[i].ID = "EX-texts"
		}
	}
	src, err := exceptions.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/marshal.golden", string(src))
}

// invisible lists the mistakes that a schema cannot see, or that a YAML library
// does not hand to it, each with the reason.
var invisible = map[string]string{
	"alias":           "written in YAML, not in the data",
	"anchor":          "written in YAML, not in the data",
	"carriage-return": "written in YAML, not in the data",
	"cvss-base-bad":   "the schema knows no vectors",
	"cvss-vector-bad": "the schema knows no vectors",
	"date-none":       "the schema knows no calendar",
	"date-zero":       "the schema knows no calendar",
	"documents":       "written in YAML, not in the data",
	"id-twice":        "the schema compares no entries",
	"image-glob":      "the schema knows no globs",
	"key-twice":       "written in YAML, not in the data",
	"long-value":      "the limit protects messages, not users",
	"metric-value":    "the schema knows no vectors",
	"metric-version":  "the schema knows no vectors",
	"not-utf8":        "written in YAML, not in the data",
	"purl-no-name":    "the schema knows no package URLs",
	"tag":             "written in YAML, not in the data",
	"version-glob":    "the schema knows no globs",
}

func TestSchemaAgreesWithParse(t *testing.T) {
	schema := compileSchema(t)
	for _, path := range glob(t, "testdata/valid/*.yaml") {
		var data any
		src := bytes.TrimPrefix(read(t, path), []byte("\uFEFF")) // which editors take away
		if err := yaml.Unmarshal(src, &data); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(plain(t, data)); err != nil {
			t.Errorf("%s is valid, but not by the schema: %v", path, err)
		}
	}
	for _, path := range glob(t, "testdata/invalid/*.yaml") {
		name := strings.TrimSuffix(filepath.Base(path), ".yaml")
		if _, known := invisible[name]; known {
			continue
		}
		var data any
		if yaml.Unmarshal(read(t, path), &data) != nil {
			continue // not YAML: nothing to ask the schema about
		}
		if err := schema.Validate(plain(t, data)); err == nil {
			t.Errorf("%s is not valid, but is by the schema", path)
		}
	}
	for name := range invisible {
		if _, err := os.Stat(filepath.Join("testdata", "invalid", name+".yaml")); err != nil {
			t.Errorf("a stale entry: %v", err)
		}
	}
}

// Editors show a description for every key.
func TestSchemaDescribesEveryKey(t *testing.T) {
	var root any
	if err := json.Unmarshal(exceptions.Schema(), &root); err != nil {
		t.Fatal(err)
	}
	described := 0
	var walk func(path string, v any)
	walk = func(path string, v any) {
		m, ok := v.(map[string]any)
		if !ok {
			return
		}
		for key, child := range m {
			properties, ok := child.(map[string]any)
			if key != "properties" || !ok || strings.Contains(path, "allOf") {
				walk(path+"/"+key, child)
				continue
			}
			for name, p := range properties {
				if p, _ := p.(map[string]any); p["description"] == nil {
					t.Errorf("%s/%s has no description", path, name)
				}
				described++
				walk(path+"/"+name, p)
			}
		}
	}
	walk("", root)
	if described < 80 {
		t.Errorf("only %d keys were seen", described)
	}
}

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(exceptions.Schema())))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// plain makes JSON's types of what a YAML library returns.
func plain(t *testing.T, v any) any {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func glob(t testing.TB, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files in %s: %v", pattern, err)
	}
	return paths
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(read(t, path)), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}
