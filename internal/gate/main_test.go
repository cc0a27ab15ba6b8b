package gate_test

import (
	"log/slog"
	"testing"
)

// TestMain does what the program does first: the default logger that Trivy leaves
// behind keeps every line, and not safely.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}
