package github

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEmulatorObeys shows that the emulator sees commands where the runner does;
// without it the tests that see none would prove nothing.
func TestEmulatorObeys(t *testing.T) {
	t.Parallel()
	for stream, want := range map[string]command{
		"::error file=a%2Cb,line=3::x%0Ay%25": {"error", map[string]string{"file": "a,b", "line": "3"}, "x\ny%"},
		" \t\u00a0::set-output name=a::b":     {"set-output", map[string]string{"name": "a"}, "b"},
		"\ufeff::WARNING::x":                  {"warning", nil, "x"},
		"text ##[set-output name=a;b=c]d%5D":  {"set-output", map[string]string{"name": "a", "b": "c"}, "d]"},
		"text\r::stop-commands::token":        {"stop-commands", nil, "token"},
	} {
		commands, _ := readLog(stream)
		if diff := cmp.Diff([]command{want}, commands); diff != "" {
			t.Errorf("readLog(%q):\n%s", stream, diff)
		}
	}
	for _, stream := range []string{"x::error::y", "::unknown::y", "::error:y", "##[unknown]y", "##[error"} {
		if commands, _ := readLog(stream); commands != nil {
			t.Errorf("readLog(%q) = %v, want no command", stream, commands)
		}
	}
}

func TestEmulatorReadsOutputs(t *testing.T) {
	t.Parallel()
	got, err := readOutputs("a=1\n\nb<<E\nx=y\n\nE\nc<<E\nE\n")
	if err != nil {
		t.Fatal(err)
	}
	want := [][2]string{{"a", "1"}, {"b", "x=y\n"}, {"c", ""}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, file := range []string{"a<<E\nx\n", "a<<E\nx", "<<E\nE\n", "word\n"} {
		if pairs, err := readOutputs(file); err == nil {
			t.Errorf("readOutputs(%q) = %v, want an error", file, pairs)
		}
	}
}
