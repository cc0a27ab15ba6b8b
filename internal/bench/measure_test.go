package bench

import (
	"os"
	"strings"
	"testing"
	"time"
)

func testMeter(t *testing.T) Meter {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Meter{Command: []string{self, "child"}, Dir: t.TempDir()}
}

func TestMeasure(t *testing.T) {
	s, err := testMeter(t).Measure(t.Context(), []string{"sh", "-c", "sleep 0.05; exit 3"}, 0, 3)
	if err != nil {
		t.Fatal(err)
	}
	if s.Wall < 50*time.Millisecond || s.Memory <= 0 {
		t.Errorf("sleeping for 50 ms measured as %+v", s)
	}
}

func TestMeasureRefusesExitCode(t *testing.T) {
	_, err := testMeter(t).Measure(t.Context(), []string{"sh", "-c", "echo no such image >&2; exit 2"}, 0, 3)
	if err == nil || !strings.Contains(err.Error(), "exited with 2: no such image") {
		t.Errorf("error is %v, want the exit code and what was printed", err)
	}
}

func TestMeasureMissingCommand(t *testing.T) {
	if _, err := testMeter(t).Measure(t.Context(), []string{"/no/such/command"}, 0); err == nil {
		t.Error("no error for a command that is not there")
	}
}

// What this process has in memory must not count as the command's.
func TestMeasureMemoryIsTheCommands(t *testing.T) {
	const size = 256 << 20
	held := make([]byte, size)
	for i := 0; i < size; i += 4096 {
		held[i] = 1
	}
	s, err := testMeter(t).Measure(t.Context(), []string{"true"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if s.Memory >= size/2 {
		t.Errorf("\"true\" took %d bytes while this process held %d", s.Memory, len(held))
	}
}
