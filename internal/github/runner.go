package github

import (
	"io"
	"strings"
	"sync"

	"github.com/sethvargo/go-githubactions"
)

// Runner is the GitHub Actions runner around this process, or its absence.
// It is safe for concurrent use.
type Runner struct {
	env    map[string]string
	action *githubactions.Action // reads inputs; its writers panic, so they stay unused

	stdout, stderr io.Writer

	mu          sync.Mutex
	annotations map[Level]int
}

// NewRunner looks for a runner in an environment of KEY=VALUE entries, as
// os.Environ returns it. The streams are those the runner reads: nothing else may
// write to them, or a command of ours may land in the middle of a foreign line.
func NewRunner(environ []string, stdout, stderr io.Writer) *Runner {
	env := make(map[string]string, len(environ))
	for _, entry := range environ {
		if key, value, ok := strings.Cut(entry, "="); ok {
			env[key] = value
		}
	}
	r := &Runner{
		env:         env,
		stdout:      stdout,
		stderr:      stderr,
		annotations: make(map[Level]int),
	}
	r.action = githubactions.New(
		githubactions.WithGetenv(r.getenv),
		githubactions.WithWriter(io.Discard),
	)
	if r.Active() {
		r.stdout = NewSafeWriter(stdout)
		r.stderr = NewSafeWriter(stderr)
	}
	return r
}

// Active reports whether the process runs as a step of a workflow.
func (r *Runner) Active() bool { return r.getenv("GITHUB_ACTIONS") == "true" }

// Stdout is where everything for a person goes. Under a runner it neutralises
// commands in what is written, see [SafeWriter]; elsewhere it is the plain stream.
func (r *Runner) Stdout() io.Writer { return r.stdout }

// Stderr is the same for the other stream, which the runner obeys just as well.
func (r *Runner) Stderr() io.Writer { return r.stderr }

// Flush writes out the unfinished last line of both streams. Call it before the
// process exits.
func (r *Runner) Flush() error {
	for _, w := range []io.Writer{r.stdout, r.stderr} {
		if safe, ok := w.(*SafeWriter); ok {
			if err := safe.Flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *Runner) getenv(key string) string { return r.env[key] }

// inactive is the reason for skipping what only a runner understands.
func inactive() error { return &Skip{Reason: "not running under GitHub Actions"} }
