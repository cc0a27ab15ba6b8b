package github

import (
	"os"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
)

// TestActionMetadata holds action.yml to the tables of inputs and outputs, their
// order included.
func TestActionMetadata(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../action.yml")
	if err != nil {
		t.Fatal(err)
	}
	var action struct {
		Inputs, Outputs yaml.MapSlice
		Runs            map[string]any
	}
	if err := yaml.Unmarshal(text, &action); err != nil {
		t.Fatal(err)
	}

	var want yaml.MapSlice
	for _, i := range inputs {
		fields := map[string]any{"description": i.description, "required": i.required}
		if i.def != "" {
			fields["default"] = i.def
		}
		want = append(want, yaml.MapItem{Key: i.name, Value: fields})
	}
	if diff := cmp.Diff(want, action.Inputs); diff != "" {
		t.Errorf("inputs of action.yml (+) and of the table (-):\n%s", diff)
	}

	want = nil
	for _, o := range outputs {
		want = append(want, yaml.MapItem{Key: o.name, Value: map[string]any{"description": o.description}})
	}
	if diff := cmp.Diff(want, action.Outputs); diff != "" {
		t.Errorf("outputs of action.yml (+) and of the table (-):\n%s", diff)
	}

	// The program reads its inputs from the environment. An argument would be a
	// second way in, through a shell's or a runner's quoting.
	if diff := cmp.Diff([]any{"action"}, action.Runs["args"]); diff != "" {
		t.Errorf("runs.args:\n%s", diff)
	}
}
