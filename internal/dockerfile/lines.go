package dockerfile

import (
	"regexp"
	"sort"
	"strings"
	"unicode"
)

// joined is an instruction whose continuation lines have been put together, with
// the way back.
type joined struct {
	text   string
	pieces []piece
	lines  int // lines of the file that went into it
}

// piece is what one line of the file contributed.
type piece struct{ offset, line int }

// The continuation patterns are those of BuildKit's parser, which depend on the
// escape character.
var (
	backslash = regexp.MustCompile(`([^\\])\\[ \t]*$|^\\[ \t]*$`)
	backtick  = regexp.MustCompile("([^`])`[ \t]*$|^`[ \t]*$")
)

// join puts lines together as BuildKit's parser does, the first of them being
// line number start of the file. Whoever uses it compares the text with the
// parser's own.
func join(lines []string, start int, escape rune) joined {
	continuation := backslash
	if escape == '`' {
		continuation = backtick
	}
	var j joined
	var text strings.Builder
	for i, line := range lines {
		j.lines = i + 1
		trimmed := strings.TrimLeftFunc(line, unicode.IsSpace)
		if i == 0 {
			line = trimmed
		} else if trimmed == "" || trimmed[0] == '#' {
			continue
		}
		j.pieces = append(j.pieces, piece{text.Len(), start + i})
		if !continuation.MatchString(line) {
			text.WriteString(line)
			break
		}
		text.WriteString(continuation.ReplaceAllString(line, "$1"))
	}
	j.text = text.String()
	return j
}

// line returns the line of the file that a byte of the text is from.
func (j joined) line(offset int) int {
	i := sort.Search(len(j.pieces), func(i int) bool { return j.pieces[i].offset > offset })
	if i == 0 {
		return 0
	}
	return j.pieces[i-1].line
}
