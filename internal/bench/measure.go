package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"syscall"
	"time"
)

// Meter runs commands and measures each.
//
// Linux counts the memory of the process that starts a program as the program's
// own, up to the moment that it starts. This process has had databases of a
// gigabyte in hand, so a small one stands in between: Command, which is this
// program with the arguments that make it call [Child].
type Meter struct {
	Command []string

	// Dir is the folder that commands run in.
	Dir string
}

// reading is what the process in between says of a command.
type reading struct {
	Sample
	Exit int `json:"exit"`
}

// Measure runs a command to its end. Exit codes other than those in good are
// errors; imgscan's is its verdict.
func (m Meter) Measure(ctx context.Context, argv []string, good ...int) (Sample, error) {
	cmd := exec.CommandContext(ctx, m.Command[0], append(m.Command[1:len(m.Command):len(m.Command)], argv...)...)
	cmd.Dir = m.Dir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return Sample{}, fmt.Errorf("measuring %q: %w: %s", argv, err, tail(stderr.Bytes()))
	}
	var r reading
	if err := json.Unmarshal(stdout.Bytes(), &r); err != nil {
		return Sample{}, fmt.Errorf("measuring %q: %w", argv, err)
	}
	if !slices.Contains(good, r.Exit) {
		return Sample{}, fmt.Errorf("%q exited with %d: %s", argv, r.Exit, tail(stderr.Bytes()))
	}
	return r.Sample, nil
}

// Child runs a command and writes what it took to out. What the command prints
// goes to log.
func Child(ctx context.Context, argv []string, out, log io.Writer) error {
	if len(argv) == 0 {
		return errors.New("no command to measure")
	}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Stdout, cmd.Stderr = log, log
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	if err != nil && !errors.As(err, new(*exec.ExitError)) {
		return err
	}
	r := reading{Sample: Sample{Wall: wall, CPU: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}, Exit: cmd.ProcessState.ExitCode()}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return errors.New("this system does not say how much memory a process had")
	}
	r.Memory = usage.Maxrss << 10 // in KiB on Linux
	return json.NewEncoder(out).Encode(r)
}

// tail is the end of what a command printed, which is where the reason is.
func tail(output []byte) []byte {
	const most = 2000
	output = bytes.TrimSpace(output)
	return output[max(0, len(output)-most):]
}
