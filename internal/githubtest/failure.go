package githubtest

import (
	"fmt"
	"slices"
	"sync"
	"testing"
)

// failures are what clients have done wrong. They have a lock of their own: some
// are found while the server's is held.
type failures struct {
	t testing.TB // is told of each; nil in a program

	mu   sync.Mutex
	list []string
}

// failf notes one.
func (f *failures) failf(format string, args ...any) {
	if f.t != nil {
		f.t.Helper()
		f.t.Errorf(format, args...)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = append(f.list, fmt.Sprintf(format, args...))
}

// Failures are what clients have done wrong, in order, and what makes the test of
// [New] fail.
func (f *failures) Failures() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.list)
}
