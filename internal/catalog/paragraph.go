package catalog

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxLine is how long a line of a package database may be, in bytes: the
// longest real ones, of what a package provides, have a few hundred thousand.
const maxLine = 4 << 20

// paragraph is the wanted fields of one paragraph of a Debian control file, by
// the names that they were asked for.
type paragraph map[string]string

// eachParagraph reads a Debian control file (deb822(5)): paragraphs of fields,
// an empty line between them. Only the wanted fields are kept; their names are
// compared without regard to case, and a continued field is joined with spaces.
// A line of another shape is skipped, where Trivy skips the whole package.
//
// The paragraph is only valid until do returns.
func eachParagraph(r io.Reader, wanted []string, do func(paragraph)) error {
	p := make(paragraph, len(wanted))
	current := "" // the field that a continuation line belongs to
	s := newLongLines(r)
	for s.Scan() {
		line := s.Bytes()
		switch {
		case len(line) == 0:
			if len(p) > 0 {
				do(p)
				clear(p)
			}
			current = ""
		case line[0] == ' ' || line[0] == '\t':
			if current != "" {
				p[current] += " " + strings.TrimSpace(string(line))
			}
		default:
			current = ""
			for _, name := range wanted {
				if len(line) > len(name) && line[len(name)] == ':' && strings.EqualFold(string(line[:len(name)]), name) {
					current = name
					p[name] = strings.TrimSpace(string(line[len(name)+1:]))
					break
				}
			}
		}
	}
	if len(p) > 0 {
		do(p)
	}
	return lineError(s)
}

// newLongLines scans lines of up to maxLine bytes.
func newLongLines(r io.Reader) *bufio.Scanner {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 0, 64<<10), maxLine)
	return s
}

// lineError is what ended s before the end of its input; nil at the end.
func lineError(s *bufio.Scanner) error {
	if errors.Is(s.Err(), bufio.ErrTooLong) {
		return fmt.Errorf("a line has more than %d bytes", maxLine)
	}
	return s.Err()
}
