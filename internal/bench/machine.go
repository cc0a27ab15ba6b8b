package bench

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
)

// Machine is what the numbers depend on besides the programs.
type Machine struct {
	CPU    string `json:"cpu"`
	Cores  int    `json:"cores"`
	Memory int64  `json:"memory"` // bytes
	Kernel string `json:"kernel"`
	Go     string `json:"go"`
}

// thisMachine describes the machine without naming it.
func thisMachine() (Machine, error) {
	m := Machine{Cores: runtime.NumCPU(), Go: runtime.Version()}
	var err error
	if m.CPU, err = procField("/proc/cpuinfo", "model name"); err != nil {
		return m, err
	}
	total, err := procField("/proc/meminfo", "MemTotal")
	if err != nil {
		return m, err
	}
	kib, err := strconv.ParseInt(strings.TrimSuffix(total, " kB"), 10, 64)
	if err != nil {
		return m, fmt.Errorf("reading the size of the memory: %w", err)
	}
	m.Memory = kib << 10
	release, err := os.ReadFile("/proc/sys/kernel/osrelease")
	// What follows the version names the builder's machine more than the kernel.
	m.Kernel, _, _ = strings.Cut(strings.TrimSpace(string(release)), "-")
	return m, err
}

// procField is the value of the first line "field : value" of a file of Linux.
func procField(path, field string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		key, value, found := strings.Cut(lines.Text(), ":")
		if found && strings.TrimSpace(key) == field {
			return strings.TrimSpace(value), nil
		}
	}
	return "", fmt.Errorf("%q has no field %q", path, field)
}

// String is the machine in one line.
func (m Machine) String() string {
	return fmt.Sprintf("%s, %d cores, %.0f GiB of memory, Linux %s, %s", m.CPU, m.Cores, float64(m.Memory)/(1<<30), m.Kernel, m.Go)
}
