package strictyaml_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/strictyaml"
)

func limits() strictyaml.Limits {
	return strictyaml.Limits{Size: 1 << 20, Tokens: 100_000, Depth: 5, Keys: 1000, Text: 100}
}

// The tree is what the file says, each node with where it begins.
func TestParse(t *testing.T) {
	const src = "text: 'a b'\nnumber: 0x1F\nboolean: true\nnothing:\n\"twice\": |\n  a\n  b\n" +
		"list:\n  - é: 1\n    b: 2\n  - [x, {y: z}]\ntwice: ~\n"
	root, err := strictyaml.Parse("f.yaml", []byte(src), limits())
	if err != nil {
		t.Fatal(err)
	}
	want := `1:1 a mapping
  1:1 the text "text": 1:7 the text "a b"
  2:1 the text "number": 2:9 the number 0x1F
  3:1 the text "boolean": 3:10 true
  4:1 the text "nothing": 4:9 nothing
  5:1 the text "twice": 5:10 the text "a\nb\n"
  8:1 the text "list": 9:3 a list
    9:5 a mapping
      9:5 the text "é": 9:8 the number 1
      10:5 the text "b": 10:8 the number 2
    11:5 a list in brackets
      11:6 the text "x"
      11:9 a mapping in brackets
        11:10 the text "y": 11:13 the text "z"
  12:1 the text "twice": 12:8 nothing
`
	if diff := cmp.Diff(want, tree(root, "")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What Windows writes is read as the same, places included.
func TestParseWindows(t *testing.T) {
	const src = "a: \"b\n  c\"\nd: |\n  e\n  f\ng: [h,\n  i]\n"
	want, err := strictyaml.Parse("f.yaml", []byte(src), limits())
	if err != nil {
		t.Fatal(err)
	}
	windows := strictyaml.ByteOrderMark + strings.ReplaceAll(src, "\n", "\r\n")
	got, err := strictyaml.Parse("f.yaml", []byte(windows), limits())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParseNothing(t *testing.T) {
	for _, src := range []string{"", "\n", strictyaml.ByteOrderMark} {
		if root, err := strictyaml.Parse("f.yaml", []byte(src), limits()); root != nil || err != nil {
			t.Errorf("%q: %v, %v, want nothing", src, root, err)
		}
	}
}

func TestParseErrors(t *testing.T) {
	tests := map[string]struct {
		src     string
		want    string // the beginning of the error
		feature strictyaml.Feature
	}{
		"alias":          {"a: *b\n", "f.yaml:1:4: anchors and aliases are not used here", strictyaml.Alias},
		"anchor":         {"a: &b c\n", "f.yaml:1:4: anchors and aliases are not used here", strictyaml.Alias},
		"merge key":      {"a:\n  <<: b\n", "f.yaml:2:3: merge keys are not used here", strictyaml.MergeKey},
		"tag":            {"a: !!str b\n", "f.yaml:1:4: YAML tags and directives", strictyaml.Tag},
		"directive":      {"%YAML 1.2\n---\na: b\n", "f.yaml:1:1: YAML tags and directives", strictyaml.Tag},
		"complex key":    {"? a\n: b\n", `f.yaml:1:1: keys are not written with "?"`, strictyaml.ComplexKey},
		"documents":      {"a: b\n---\nc: d\n", "f.yaml: several YAML documents", strictyaml.None},
		"not UTF-8":      {"a: \xff\n", "f.yaml: malformed YAML: not UTF-8", strictyaml.None},
		"malformed":      {"a: [b\n", "f.yaml:1:4: malformed YAML: ", strictyaml.None},
		"tab":            {"a:\n\tb: c\n", "f.yaml:2:1: malformed YAML: ", strictyaml.None},
		"text":           {"a: b\nc: " + strings.Repeat("x", 101), "f.yaml:2:4: 101 bytes are too many for one value: the limit is 100", strictyaml.None},
		"key":            {strings.Repeat("x", 101) + ": a", "f.yaml:1:1: 101 bytes are too many for one value: the limit is 100", strictyaml.None},
		"size":           {strings.Repeat("#", 1<<20+1), "f.yaml: 1048577 bytes are too many: the limit is 1048576", strictyaml.None},
		"tokens":         {"[" + strings.Repeat("a,", 50_000) + "]", "f.yaml: 100002 YAML tokens are too many: the limit is 100000", strictyaml.None},
		"brackets":       {"a: " + strings.Repeat("[", 10_000), "f.yaml:1:9: nested too deep", strictyaml.None},
		"after brackets": {strings.Repeat("]", 10_000) + strings.Repeat("[", 10_000), "f.yaml:1:10006: nested too deep", strictyaml.None},
		"dashes":         {strings.Repeat("- ", 10_000), "f.yaml:1:11: nested too deep", strictyaml.None},
		"mappings":       {steps(6), "f.yaml:6:7: nested too deep", strictyaml.None},
		"keys":           {keys(1001, "", "\n"), "f.yaml:1001:6: more than 1000 keys in one mapping", strictyaml.None},
		"keys within":    {"a:\n  - b: c\n" + keys(1000, "    ", "\n"), "f.yaml:1002:10: more than 1000 keys in one mapping", strictyaml.None},
		"keys around":    {keys(1001, "", "\n  - b: c\n"), "f.yaml:2001:6: more than 1000 keys in one mapping", strictyaml.None},
		"keys in braces": {"{" + keys(1001, "", ",\n") + "}", "f.yaml:1001:6: more than 1000 keys in one mapping", strictyaml.None},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_, err := strictyaml.Parse("f.yaml", []byte(tt.src), limits())
			var e *strictyaml.Error
			if !errors.As(err, &e) || !strings.HasPrefix(err.Error(), tt.want) || e.Feature != tt.feature {
				t.Fatalf("got %v, want %s", err, tt.want)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("several lines: %v", err)
			}
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// Up to the limits everything is read; the keys are those of one mapping, not of all.
func TestParseWithinLimits(t *testing.T) {
	tests := map[string]string{
		"text":                 "a: " + strings.Repeat("x", 100),
		"mappings":             steps(5),
		"brackets":             strings.Repeat("[", 5) + strings.Repeat("]", 5),
		"keys":                 keys(1000, "", "\n"),
		"keys in braces":       "{" + keys(1000, "", ",\n") + "}",
		"keys of many":         strings.Repeat("- a: 1\n  b: 2\n", 2000),
		"keys of many, braces": "[" + strings.Repeat("{a: 1, b: 2},\n", 2000) + "]",
	}
	for name, src := range tests {
		if _, err := strictyaml.Parse("f.yaml", []byte(src), limits()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParseLimitsFor(t *testing.T) {
	l := limits()
	l.For, l.Size = "a shopping list", 1
	_, err := strictyaml.Parse("f.yaml", []byte("milk"), l)
	if want := "f.yaml: 4 bytes are too many for a shopping list: the limit is 1"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// tree shows a node and what is in it.
func tree(n *strictyaml.Node, indent string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d:%d %s", n.Line, n.Col, n)
	if n.Flow {
		b.WriteString(" in brackets")
	}
	b.WriteString("\n")
	for _, item := range n.Items {
		b.WriteString(indent + "  " + tree(item, indent+"  "))
	}
	for _, p := range n.Pairs {
		fmt.Fprintf(&b, "%s  %d:%d %s: %s", indent, p.Key.Line, p.Key.Col, p.Key, tree(p.Value, indent+"  "))
	}
	return b.String()
}

// keys are so many different keys.
func keys(n int, indent, end string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%sk%04d: 1%s", indent, i, end)
	}
	return b.String()
}

// steps are so many mappings, each in the one before.
func steps(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}
