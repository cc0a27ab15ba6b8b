package strictyaml_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/org/imgscan-action/internal/strictyaml"
)

func parse(t *testing.T, src string) *strictyaml.Node {
	t.Helper()
	root, err := strictyaml.Parse("f.yaml", []byte(src), limits())
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func TestPair(t *testing.T) {
	root := parse(t, "a: 1\nb: 2\na: 3\n")
	if p := root.Pair("a"); p == nil || p.Value.Text != "1" {
		t.Errorf("a: %v, want the first", p)
	}
	if p := root.Pair("c"); p != nil {
		t.Errorf("c: %v, want none", p)
	}
}

// An error about a mapping points to its first key, wherever its bracket is.
func TestErrorPlace(t *testing.T) {
	cause := errors.New("cause")
	for src, want := range map[string]string{
		"a: {\n  b: c}": "f.yaml:2:3: cause",
		"a: {}":         "f.yaml:1:4: cause",
		"a:\n    b: c":  "f.yaml:2:5: cause",
		"a: [\n  b]":    "f.yaml:1:4: cause",
	} {
		n := parse(t, src).Pair("a").Value
		for _, err := range []error{n.Wrap(cause), n.Errorf("%w", cause)} {
			if err.Error() != want || !errors.Is(err, cause) {
				t.Errorf("%q: got %v, want %s", src, err, want)
			}
		}
		if err := n.Wrap(nil); err != nil {
			t.Errorf("%q: %v for no error", src, err)
		}
	}
}

func TestQuote(t *testing.T) {
	for in, want := range map[string]string{
		"a\n\"b\"":              `"a\n\"b\""`,
		strings.Repeat("é", 60): `"` + strings.Repeat("é", 60) + `"`,
		strings.Repeat("é", 61): `"` + strings.Repeat("é", 60) + `…"`,
	} {
		if got := strictyaml.Quote(in); got != want {
			t.Errorf("Quote(%q) = %s, want %s", in, got, want)
		}
	}
}
