package strictyaml_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/org/imgscan-action/internal/strictyaml"
)

// Whatever is in the file, Parse does not panic. An error is one line that names the
// file, and a tree is within the limits, with places that are in the file.
func FuzzParse(f *testing.F) {
	for _, src := range []string{
		"", "a: b\n", "a: [b, {c: d}]\n", "- - a\n  - b: |\n      c\n", "{\"a\": [1, true, null]}", "'a': \"b\\n\"\r\nc: >-\r\n  d\r\n",
		"a: *b", "&a b: c", "<<: a", "a: !!str b", "? a\n: b", "%YAML 1.2\n---\na", "a\n---\nb", "a: [", "a:\n\tb: c", "\xff", "\uFEFFa: 1",
		"]]{{{{{{", "a: \r b", "[a]: b\n[[a]]: c\n", "# only a comment\n", "a: 'b''c'\n...\n", "- \n-\n- #\n",
	} {
		f.Add([]byte(src))
	}
	l := limits()
	f.Fuzz(func(t *testing.T, src []byte) {
		root, err := strictyaml.Parse("f.yaml", src, l)
		if err != nil {
			var e *strictyaml.Error
			if !errors.As(err, &e) || root != nil || !strings.HasPrefix(err.Error(), "f.yaml:") || strings.ContainsAny(err.Error(), "\r\n") {
				t.Errorf("%v, %q, want one line with the file", root, err)
			}
			return
		}
		if root != nil {
			check(t, root, l, 1+strings.Count(string(src), "\n")+strings.Count(string(src), "\r"))
		}
	})
}

func check(t *testing.T, n *strictyaml.Node, l strictyaml.Limits, lines int) {
	t.Helper()
	if n.File != "f.yaml" || n.Line < 1 || n.Line > lines || n.Col < 1 {
		t.Errorf("%s is at %s:%d:%d, of %d lines", n, n.File, n.Line, n.Col, lines)
	}
	if len(n.Text) > l.Text {
		t.Errorf("%s has %d bytes", n, len(n.Text))
	}
	if kind := n.Kind; len(n.Items) > 0 && kind != strictyaml.List || len(n.Pairs) > 0 && kind != strictyaml.Mapping || n.Text != "" && kind > strictyaml.Boolean {
		t.Errorf("%s has what it cannot have", n)
	}
	for _, item := range n.Items {
		check(t, item, l, lines)
	}
	for _, p := range n.Pairs {
		check(t, p.Key, l, lines)
		check(t, p.Value, l, lines)
	}
}
