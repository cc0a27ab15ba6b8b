package manifest

import "testing"

func TestMembers(t *testing.T) {
	for _, tt := range []struct {
		patterns []string
		dir      string
		want     bool
	}{
		{nil, "a", false},
		{[]string{"a"}, "a", true},
		{[]string{"./a/"}, "a", true},
		{[]string{"packages/*"}, "packages/a", true},
		{[]string{"packages/*"}, "packages/a/b", false},
		{[]string{"packages/*"}, "packages", false},
		{[]string{"packages/**"}, "packages/a/b", true},
		{[]string{"**"}, "a/b/c", true},
		{[]string{"**/x"}, "a/b/x", true},
		{[]string{"**/x"}, "a/x/b", false},
		{[]string{"a/**/x/**/y"}, "a/x/b/x/c/y", true},
		{[]string{"a/**/x/**/y"}, "a/b/c/y", false},
		{[]string{"packages/*", "!packages/old"}, "packages/old", false},
		{[]string{"packages/*", "!packages/old", "packages/o*"}, "packages/old", true},
		{[]string{"[", "a*"}, "ab", true},
	} {
		var m members
		m.add(tt.patterns)
		if got := m.has(tt.dir); got != tt.want {
			t.Errorf("%q has %q: %v", tt.patterns, tt.dir, got)
		}
	}
}
