package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/org/imgscan-action/internal/config"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/policy"
)

// invisible lists the mistakes that a schema cannot see, or that a YAML library
// does not hand to it, each with the reason.
var invisible = map[string]string{
	"alias":                "written in YAML, not in the data",
	"arg-twice":            "written in YAML, not in the data",
	"anchor":               "written in YAML, not in the data",
	"brackets":             "the schema would complain of the type",
	"complex-key":          "written in YAML, not in the data",
	"documents":            "written in YAML, not in the data",
	"long-value":           "the limit protects messages, not users",
	"merge":                "written in YAML, not in the data",
	"mirror-twice":         "written in YAML, not in the data",
	"not-utf8":             "written in YAML, not in the data",
	"owners-key-twice":     "written in YAML, not in the data",
	"owners-name":          "the schema knows no kinds of character",
	"owners-pattern":       "the schema knows no patterns",
	"refused-and-accepted": "the schema compares no lists",
	"trust-vex-pattern":    "the schema knows no patterns",
	"tag":                  "written in YAML, not in the data",
	"twice":                "written in YAML, not in the data",
}

func TestSchemaAgreesWithLoad(t *testing.T) {
	schema := compileSchema(t)
	for _, path := range glob(t, "testdata/ok/*.yaml") {
		if err := schema.Validate(decodeYAML(t, read(t, path))); err != nil {
			t.Errorf("%s is valid, but not by the schema: %v", path, err)
		}
	}
	for _, path := range glob(t, "testdata/err/*.yaml") {
		name := strings.TrimSuffix(filepath.Base(path), ".yaml")
		if _, known := invisible[name]; known {
			continue
		}
		var data any
		if yaml.Unmarshal(read(t, path), &data) != nil {
			continue // not YAML: nothing to ask the schema about
		}
		if err := schema.Validate(data); err == nil {
			t.Errorf("%s is not valid, but is by the schema", path)
		}
	}
	for name := range invisible {
		if _, err := os.Stat(filepath.Join("testdata", "err", name+".yaml")); err != nil {
			t.Errorf("a stale entry: %v", err)
		}
	}
}

// One value at a time, so that one mistake cannot hide behind another.
func TestSchemaRejectsEachValue(t *testing.T) {
	schema := compileSchema(t)
	tests := map[string]string{
		"policy.mode":                           "audit",
		"policy.enforce-from":                   "2026-02-30",
		"policy.fail-on":                        "HIGH",
		"policy.unknown":                        "low",
		"policy.only-fixable":                   `"yes"`,
		"policy.only-introduced":                `"yes"`,
		"policy.types.include":                  "[node]",
		"policy.types.exclude":                  "[Debian]",
		"policy.paths.include":                  `[""]`,
		"policy.paths.exclude":                  `["/"]`,
		"policy.accept-gaps":                    "[eol]",
		"policy.introduced-by":                  "[you]",
		"policy.trusted-bases":                  `[""]`,
		"policy.inherited.fail-on":              "severe",
		"policy.inherited.only-fixable":         `"yes"`,
		"policy.refuse-gaps":                    "[stale-database]",
		"policy.kev":                            "warn",
		"policy.epss.fail-at":                   "1.5",
		"policy.bod-26-04":                      "1",
		"policy.grace.new-vulnerability":        "7",
		"policy.grace.new-fix":                  "1w",
		"policy.rules":                          "[{mode: warn}]",
		"baseline.file":                         `" "`,
		"baseline.until":                        "2026-02-30",
		"compare.image":                         `" "`,
		"compare.report":                        "1",
		"triage.warn-within":                    "14",
		"triage.stale-grace":                    "-1d",
		"triage.unused":                         "block",
		"triage.vex":                            `[""]`,
		"triage.vex-repositories":               `[" "]`,
		"triage.trust-vex":                      `[""]`,
		"triage.approvers.default":              `[""]`,
		"triage.approvers.kev":                  "[1]",
		"triage.max-days.critical":              "30d",
		"triage.max-days.high":                  "-1",
		"triage.max-days.medium":                "1.5",
		"triage.max-days.low":                   "10000",
		"triage.allow-wildcard-vulnerabilities": `"yes"`,
		"context.kev":                           `" "`,
		"context.epss":                          "1",
		"context.ssvc":                          "[a]",
		"context.max-age":                       "7",
		"severity.order":                        "[v3]",
		"images":                                "[{name: api}]",
		"build.repository":                      `" "`,
		"build.dockerfile":                      "/Dockerfile",
		"build.target":                          "a b",
		"build.args":                            `{a-b: ""}`,
		"build.contexts":                        `{alpine: ""}`,
		"build.metadata":                        `" "`,
		"build.bases":                           `[""]`,
		"build.registries":                      `["https://ghcr.io"]`,
		"build.check-tags":                      "1",
		"owners":                                "[{base: debian, owners: []}]",
		"scan.platform":                         "amd64",
		"scan.java-db":                          `" "`,
		"registry.mirrors":                      "{docker.io: [https://mirror.gcr.io]}",
		"registry.insecure":                     `["http://localhost"]`,
		"database.source":                       `" "`,
		"database.mirrors":                      `[""]`,
		"database.max-age":                      "0d",
	}
	for _, s := range explain(t, "version: 1") {
		value, ok := tests[s.Key]
		if !ok {
			t.Errorf("%s has no wrong value to try", s.Key)
			continue
		}
		file := nest(s.Key, value)
		if _, err := config.Parse("f.yaml", []byte(file)); err == nil {
			t.Errorf("Parse accepts %s", file)
		}
		if err := schema.Validate(decodeYAML(t, []byte(file))); err == nil {
			t.Errorf("the schema accepts %s", file)
		}
	}
}

// nest writes a file that sets one key.
func nest(key, value string) string {
	names := strings.Split(key, ".")
	return "{version: 1, " + strings.Join(names, ": {") + ": " + value + strings.Repeat("}", len(names))
}

// The schema has the keys that there are, with their defaults.
func TestSchemaHasEveryKey(t *testing.T) {
	var root schemaNode
	if err := json.Unmarshal(config.Schema(), &root); err != nil {
		t.Fatal(err)
	}
	got := make(map[string]string)
	root.walk(t, "", got)
	delete(got, "version")

	want := make(map[string]string)
	for _, s := range explain(t, "version: 1") {
		want[s.Key] = s.Value
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("keys and defaults (-code +schema):\n%s", diff)
	}
}

type schemaNode struct {
	Description string
	Type        string
	Default     any
	Properties  map[string]schemaNode
	Additional  any `json:"additionalProperties"`
}

func (n schemaNode) walk(t *testing.T, name string, defaults map[string]string) {
	if n.Description == "" {
		t.Errorf("%q has no description", name)
	}
	if n.Properties == nil {
		switch value := n.Default.(type) {
		case nil, []any, map[string]any: // the lists are empty: decoding a schema's default proves no more
			defaults[name] = ""
		default:
			defaults[name] = fmt.Sprint(value)
		}
		return
	}
	if n.Additional != false {
		t.Errorf("%q accepts unknown keys", name)
	}
	for child, sub := range n.Properties {
		sub.walk(t, strings.TrimPrefix(name+"."+child, "."), defaults)
	}
}

// The names in the schema are the names in the code, in the same order.
func TestSchemaNames(t *testing.T) {
	var root struct {
		Properties struct {
			Policy struct {
				Properties map[string]struct {
					Enum  []string
					Items struct {
						Enum       []string
						Properties map[string]struct {
							Enum  []string
							Items struct{ Enum []string }
						}
					}
					Properties map[string]struct{ Enum []string }
				}
			}
			Triage struct {
				Properties map[string]struct{ Enum []string }
			}
			Severity struct {
				Properties map[string]struct{ Items struct{ Enum []string } }
			}
			Images struct {
				Items struct {
					Properties map[string]struct{ Enum []string }
				}
			}
		}
		Defs map[string]struct{ Enum []string } `json:"$defs"`
	}
	if err := json.Unmarshal(config.Schema(), &root); err != nil {
		t.Fatal(err)
	}
	all := root.Properties
	var severities []string
	for _, s := range finding.Severities() {
		severities = append(severities, s.String())
	}
	keys := root.Properties.Policy.Properties
	for name, names := range map[string]struct{ code, schema []string }{
		"policy.mode":              {texts(policy.Modes()), keys["mode"].Enum},
		"policy.fail-on":           {texts(policy.Thresholds()), keys["fail-on"].Enum},
		"policy.unknown":           {texts(policy.UnratedChoices()), keys["unknown"].Enum},
		"policy.accept-gaps":       {texts(finding.GapKinds()), keys["accept-gaps"].Items.Enum},
		"policy.refuse-gaps":       {texts(commonGaps()), keys["refuse-gaps"].Items.Enum},
		"policy.introduced-by":     {texts(policy.Sides()), keys["introduced-by"].Items.Enum},
		"policy.inherited.fail-on": {texts(policy.Thresholds()), keys["inherited"].Properties["fail-on"].Enum},
		"policy.kev":               {texts(policy.ExploitedChoices()), keys["kev"].Enum},
		"policy.rules.mode":        {texts(policy.Modes()), keys["rules"].Items.Properties["mode"].Enum},
		"policy.rules.severities":  {severities, keys["rules"].Items.Properties["severities"].Items.Enum},
		"triage.unused":            {texts(policy.UnusedChoices()), all.Triage.Properties["unused"].Enum},
		"severity.order":           {texts(finding.Tiers()), all.Severity.Properties["order"].Items.Enum},
		"images.exposure":          {texts(config.Exposures()), all.Images.Items.Properties["exposure"].Enum},
		"policy.types":             {policy.Types(), root.Defs["type"].Enum},
	} {
		if diff := cmp.Diff(names.code, names.schema); diff != "" {
			t.Errorf("%s (-code +schema):\n%s", name, diff)
		}
	}
}

func commonGaps() []finding.GapKind {
	return slices.DeleteFunc(finding.GapKinds(), func(k finding.GapKind) bool { return !k.Common() })
}

func texts[T ~string](names []T) []string {
	var all []string
	for _, n := range names {
		all = append(all, string(n))
	}
	return all
}

func compileSchema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(config.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("config.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("config.json") // checks it against its metaschema
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// decodeYAML reads a file as an editor would.
func decodeYAML(t testing.TB, data []byte) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal(bytes.TrimPrefix(data, []byte("\uFEFF")), &v); err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	return v
}
