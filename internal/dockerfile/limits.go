package dockerfile

import (
	"bytes"
	"fmt"
)

// The limits are far above what anybody writes and far below what hurts.
const (
	maxSource       = 4 << 20   // bytes of a file
	maxLines        = 100_000   // lines of a file
	maxInstruction  = 256 << 10 // bytes of an instruction with its continuation lines
	maxSubstitution = 1000      // "${" in an instruction, each of which may be a level of recursion
	maxInstructions = 20_000
	maxStages       = 1000
	maxWork         = 64 << 20 // about the bytes that a build may expand to
	maxScript       = 64 << 10 // bytes of a RUN's script, whose parser recurses
	maxInstalls     = 10_000   // of one RUN
)

// checkSize refuses what the parsers, which recurse and know no limits but one on
// the length of a line, would choke on. It sees instructions a little longer than
// they are, because it does not know where heredocs begin.
func checkSize(src []byte) (line int, err error) {
	if len(src) > maxSource {
		return 0, fmt.Errorf("expected a Dockerfile of at most %d MiB, got %d bytes", maxSource>>20, len(src))
	}
	size, substitutions, continued := 0, 0, false
	for rest := src; len(rest) > 0; {
		var text []byte
		text, rest, _ = bytes.Cut(rest, []byte("\n"))
		if line++; line > maxLines {
			return line, fmt.Errorf("expected at most %d lines", maxLines)
		}
		text = bytes.TrimSpace(text)
		if continued && (len(text) == 0 || text[0] == '#') {
			continue // the parser skips these between continuation lines
		}
		if !continued {
			size, substitutions = 0, 0
		}
		size += len(text)
		substitutions += bytes.Count(text, []byte("${"))
		if size > maxInstruction {
			return line, fmt.Errorf("expected an instruction of at most %d KiB", maxInstruction>>10)
		}
		if substitutions > maxSubstitution {
			return line, fmt.Errorf("expected at most %d substitutions in an instruction", maxSubstitution)
		}
		continued = bytes.HasSuffix(text, []byte(`\`)) || bytes.HasSuffix(text, []byte("`"))
	}
	return 0, nil
}
