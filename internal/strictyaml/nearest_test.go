package strictyaml

import "testing"

func TestNearest(t *testing.T) {
	words := []string{"accept-gaps", "enforce-from", "fail-on", "mode", "only-fixable"}
	for word, want := range map[string]string{
		"fail_on":      "fail-on",
		"failon":       "fail-on",
		"only-fixible": "only-fixable",
		"moed":         "", // half of it would have to change
		"mod":          "mode",
		"accept-gap":   "accept-gaps",
		"severity":     "",
		"":             "",
	} {
		if got := Nearest(word, words); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}
