package catalog

import (
	"bytes"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReplacedModules(t *testing.T) {
	t.Parallel()
	m := func(path, version string, replace ...string) *debug.Module {
		d := &debug.Module{Path: path, Version: version}
		if replace != nil {
			d.Replace = &debug.Module{Path: replace[0], Version: replace[1]}
		}
		return d
	}
	const start = "built with replaced modules, about which no advisories are matched: "
	const hostile = start + "a b \x1b[31m by c? "
	tests := []struct {
		name string
		deps []*debug.Module
		want string
	}{
		{"none", nil, ""},
		{"not replaced", []*debug.Module{m("a.com/x", "v1.0.0"), nil}, ""},
		{"another version", []*debug.Module{m("a.com/x", "v1.0.0", "a.com/x", "v1.1.0")}, ""},
		{"a folder", []*debug.Module{m("a.com/x", "v1.2.3", "./x", "(devel)")}, start + "a.com/x v1.2.3 by ./x"},
		{"a fork", []*debug.Module{m("a.com/x", "v1.2.3", "b.com/x", "v1.2.4")}, start + "a.com/x v1.2.3 by b.com/x v1.2.4"},
		{
			"several",
			[]*debug.Module{m("a", "v1", "../a", ""), m("b", "", "/b", ""), m("c", "v1"), m("d", "v1", "e", "v2"), m("f", "v1", "g", "v1")},
			start + "a v1 by ../a, b by /b, d v1 by e v2 and 1 more",
		},
		{"hostile", []*debug.Module{m("a\nb", "\x1b[31m", "c\xff", strings.Repeat("v", 1000))}, hostile + strings.Repeat("v", maxDetail-len(hostile)) + "…"},
	}
	for _, tt := range tests {
		got := ""
		if gaps := replacedModules(tt.deps); len(gaps) > 0 {
			got = gaps[0].Detail
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// A real program with a real replacement, of which the name is changed.
func TestGoBinaryWithReplacement(t *testing.T) {
	t.Parallel()
	real := trivyContent(t, "pkg/dependency/parser/golang/binary/testdata/replace.elf")
	line := "=>\tgithub.com/go-sql-driver/mysql\tv1.5.0"
	const mysql = "replaced-module: built with replaced modules, about which no advisories are matched: github.com/go-sql-driver/mysql v0.0.0-00010101000000-000000000000 by "
	for replacement, want := range map[string][]string{
		line: nil,
		"=>\tgithub.com/go-sql-forker/mysql\tv1.5.0": {mysql + "github.com/go-sql-forker/mysql v1.5.0"},
		"=>\t./third_party/go-sql-driver-1\t(devel)": {mysql + "./third_party/go-sql-driver-1"},
	} {
		if len(replacement) != len(line) || !bytes.Contains(real, []byte(line)) {
			t.Fatalf("%q cannot be put in the place of %q", replacement, line)
		}
		f := languageFile("usr/bin/app", bytes.ReplaceAll(real, []byte(line), []byte(replacement)))
		var got []string
		for _, l := range languageSummary(t, goBinary{}, f) {
			if !strings.HasPrefix(l, "gobinary ") {
				got = append(got, l)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", replacement, diff)
		}
	}
}
