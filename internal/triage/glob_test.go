package triage

import (
	"strings"
	"testing"
	"time"
)

func TestMatchGlob(t *testing.T) {
	for _, tt := range []struct {
		pattern, text string
		want          bool
	}{
		{"a", "a", true},
		{"a", "b", false},
		{"a*", "abc", true},
		{"a*", "a/b", false},
		{"a/**", "a/b/c", true},
		{"[a-c]?", "bz", true},
		{"{a,b}{c,d}", "bd", true},
		{`a\*`, "a*", true},
		{`a\*`, "ab", false},
		{"[a", "a", false},
		{"[a", "[a", true}, // written as it is
		{"*", "", false},
		{"", "", false},
		{strings.Repeat("a", maxGlob+1), strings.Repeat("a", maxGlob+1), false},
		{strings.Repeat("{a,b}", maxGroups), strings.Repeat("a", maxGroups), true},
		{strings.Repeat("{a,b}", maxGroups+1), strings.Repeat("a", maxGroups+1), false},
		{"{" + strings.Repeat("a,", maxAlternatives) + "}", "a", false},
	} {
		if got := matchGlob(tt.pattern, tt.text); got != tt.want {
			t.Errorf("%q matches %q: %v, want %v", tt.pattern, tt.text, got, tt.want)
		}
	}
}

// The worst that the limits allow is soon over.
func TestMatchGlobIsBounded(t *testing.T) {
	group := "{" + strings.Repeat("a,", (maxAlternatives-maxGroups)/maxGroups) + "a}"
	start := time.Now()
	matchGlob(strings.Repeat(group, maxGroups)+"b", strings.Repeat("a", maxGroups)+"c")
	if took := time.Since(start); took > time.Second {
		t.Errorf("it takes %v", took)
	}
}
