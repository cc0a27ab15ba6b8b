package config_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/config"
	"github.com/org/imgscan-action/internal/finding"
)

const reference = "../../docs/config.md"

var (
	example = regexp.MustCompile("(?s)\n```yaml\n(.*?)```\n")
	keyRow  = regexp.MustCompile("(?m)^\\| `([a-z]+(?:\\.[a-z0-9-]+)*)` \\| (?:`([^`]*)`)? ?\\|")
	gapRow  = regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\| [A-Z]")
)

// The examples that people copy are valid.
func TestReferenceExamples(t *testing.T) {
	schema := compileSchema(t)
	examples := example.FindAllStringSubmatch(string(read(t, reference)), -1)
	if len(examples) == 0 {
		t.Fatal("no examples")
	}
	for _, e := range examples {
		if _, err := config.Parse("example", []byte(e[1])); err != nil {
			t.Errorf("%v\n%s", err, e[1])
		}
		if err := schema.Validate(decodeYAML(t, []byte(e[1]))); err != nil {
			t.Errorf("%v\n%s", err, e[1])
		}
	}
}

// The reference has every key with its default, and no other.
func TestReferenceKeys(t *testing.T) {
	want := make(map[string]string)
	for _, s := range explain(t, "version: 1") {
		want[s.Key] = s.Value
	}
	got := make(map[string]string)
	for _, row := range keyRow.FindAllStringSubmatch(string(read(t, reference)), -1) {
		got[row[1]] = row[2]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("keys and defaults (-code +docs/config.md):\n%s", diff)
	}
}

func TestReferenceGaps(t *testing.T) {
	var got []string
	for _, row := range gapRow.FindAllStringSubmatch(string(read(t, reference)), -1) {
		got = append(got, row[1])
	}
	if diff := cmp.Diff(texts(finding.GapKinds()), got); diff != "" {
		t.Errorf("gaps (-code +docs/config.md):\n%s", diff)
	}
}

// The message that the reference shows is the one that is given.
func TestReferenceMessage(t *testing.T) {
	_, err := config.Parse(".imgscan/config.yaml", []byte("version: 1\npolicy:\n  failon: high\n"))
	if err == nil {
		t.Fatal("no error")
	}
	for line := range strings.Lines(string(read(t, reference))) {
		if shown, ok := strings.CutSuffix(strings.TrimSpace(line), "…"); ok && strings.HasPrefix(shown, ".imgscan/config.yaml:") {
			if !strings.HasPrefix(err.Error(), shown) {
				t.Errorf("message\n  in the docs %s\n       given %v", shown, err)
			}
			return
		}
	}
	t.Error("the reference shows no message")
}
