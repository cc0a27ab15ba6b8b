package foreign

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"
)

// What an osv-scanner.toml never needs and an attack does: the parser recurses, and
// takes quadratic time for tables in tables and for keys with many dots.
const (
	maxTOMLDepth = 12
	maxTOMLDots  = 200 // of one line
	maxTOMLLines = 50_000
)

// checkTOML refuses what is over the limits. It only tells texts and comments from
// the rest; whether the rest is TOML is for the parser to say.
func checkTOML(src []byte) error {
	if !utf8.Valid(src) {
		return errors.New("malformed TOML: not UTF-8")
	}
	line, depth, dots := 1, 0, 0
	for i := 0; i < len(src); i++ {
		switch c := src[i]; c {
		case '\n':
			line, dots = line+1, 0
		case '"', '\'':
			end := endOfText(src[i:], c)
			line += bytes.Count(src[i:i+end], []byte("\n"))
			i += end - 1
		case '#':
			for i+1 < len(src) && src[i+1] != '\n' {
				i++
			}
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		case '.':
			dots++
		}
		switch {
		case depth > maxTOMLDepth:
			return fmt.Errorf("line %d: nested too deep", line)
		case dots > maxTOMLDots:
			return fmt.Errorf("line %d: too many dots in one line", line)
		case line > maxTOMLLines:
			return fmt.Errorf("more than %d lines", maxTOMLLines)
		}
	}
	return nil
}

// endOfText is the length of a text in quotes, its quotes included. One that is not
// closed ends with its line, or with the file when it may have several.
func endOfText(src []byte, quote byte) int {
	long := bytes.Repeat([]byte{quote}, 3)
	end, several := long[:1], bytes.HasPrefix(src, long)
	if several {
		end = long
	}
	for i := len(end); i < len(src); i++ {
		switch {
		case src[i] == '\\' && quote == '"':
			i++
		case bytes.HasPrefix(src[i:], end):
			return i + len(end)
		case src[i] == '\n' && !several:
			return i
		}
	}
	return len(src)
}
