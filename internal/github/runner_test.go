package github

import (
	"bytes"
	"errors"
	"testing"
)

// step is a runner's step: an environment, and what was written to its streams.
type step struct {
	*Runner
	stdout, stderr bytes.Buffer
}

func newStep(environ ...string) *step {
	s := new(step)
	s.Runner = NewRunner(append([]string{"GITHUB_ACTIONS=true"}, environ...), &s.stdout, &s.stderr)
	return s
}

func isSkip(err error) bool {
	var skip *Skip
	return errors.As(err, &skip)
}

func TestOutsideARunner(t *testing.T) {
	t.Parallel()
	for _, environ := range [][]string{nil, {"GITHUB_ACTIONS=false"}, {"CI=true"}} {
		var stdout, stderr bytes.Buffer
		r := NewRunner(environ, &stdout, &stderr)
		if r.Active() {
			t.Errorf("Active() with %q", environ)
		}
		for name, err := range map[string]error{
			"Annotate":     r.Annotate(Annotation{Level: Error, Message: "x"}),
			"WriteOutputs": r.WriteOutputs(Outputs{}),
			"WriteSummary": r.WriteSummary("x"),
		} {
			if !isSkip(err) {
				t.Errorf("%s = %v, want a Skip", name, err)
			}
		}
		for name, err := range map[string]error{
			"mask":  r.mask("a secret"),
			"Flush": r.Flush(),
		} {
			if err != nil {
				t.Errorf("%s = %v", name, err)
			}
		}
		if out := stdout.String() + stderr.String(); out != "" {
			t.Errorf("with %q, printed %q", environ, out)
		}
	}
}

func TestStreamsOutsideARunnerAreUntouched(t *testing.T) {
	t.Parallel()
	var stdout bytes.Buffer
	r := NewRunner(nil, &stdout, &stdout)
	const text = "::error::x\n##[group]\x1b[1m"
	if _, err := r.Stdout().Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if got := stdout.String(); got != text {
		t.Errorf("wrote %q, want %q", got, text)
	}
}
