package catalog

import (
	"bytes"
	"fmt"

	"github.com/BurntSushi/toml"
)

// The limits of a file in TOML. The parser calls itself for every bracket, makes
// a table for every dot in a name, and keeps the whole name of each. The largest
// lock files have some 3,000 packages with about ten of either.
const (
	maxTOML         = 4 << 20 // bytes
	maxTOMLBrackets = 100_000
	maxTOMLDots     = 200_000
	maxTOMLLineDots = 500
)

// checkTOML refuses what no person and no program writes.
func checkTOML(content []byte) error {
	if n := bytes.Count(content, []byte("[")) + bytes.Count(content, []byte("{")); n > maxTOMLBrackets {
		return fmt.Errorf("%d brackets are over the limit of %d", n, maxTOMLBrackets)
	}
	total := 0
	for line := range bytes.Lines(content) {
		n := bytes.Count(line, []byte("."))
		if n > maxTOMLLineDots {
			return fmt.Errorf("a line with %d dots is over the limit of %d", n, maxTOMLLineDots)
		}
		if total += n; total > maxTOMLDots {
			return fmt.Errorf("more than %d dots", maxTOMLDots)
		}
	}
	return nil
}

// readTOML is the content of f, within the limits.
func readTOML(f *file) ([]byte, error) {
	content, err := f.bytes(maxTOML)
	if err != nil {
		return nil, err
	}
	return content, checkTOML(content)
}

// readProject reads the project file f into v, or says that it is broken.
func readProject(f *file, v any) (broken bool) {
	content, err := readTOML(f)
	if err == nil {
		err = toml.Unmarshal(content, v)
	}
	return err != nil
}
