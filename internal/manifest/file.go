package manifest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"sort"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/org/imgscan-action/internal/finding"
)

// file is a text file of the repository, in UTF-8 and without a byte order mark.
type file struct {
	path   string
	text   string
	starts []int // of the lines, as offsets into text
}

// maxLineText is how many characters of a line are shown.
const maxLineText = 200

// errBinary is why a file with zero bytes in it is not read.
var errBinary = errors.New("it is not a text file")

// newFile decodes a file. PowerShell writes UTF-16, and pip and MSBuild read it.
func newFile(path string, data []byte) (*file, error) {
	var text string
	switch {
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}):
		text = decodeUTF16(data[2:], binary.LittleEndian)
	case bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		text = decodeUTF16(data[2:], binary.BigEndian)
	default:
		text = string(bytes.TrimPrefix(data, []byte("\uFEFF")))
	}
	if strings.IndexByte(text, 0) >= 0 {
		return nil, errBinary
	}
	f := &file{path: path, text: text, starts: []int{0}}
	for i := range len(text) {
		if text[i] == '\n' {
			f.starts = append(f.starts, i+1)
		}
	}
	return f, nil
}

func decodeUTF16(data []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return string(utf16.Decode(units))
}

// lineAt is the number, from 1, of the line that holds the byte at offset.
func (f *file) lineAt(offset int) int {
	return sort.Search(len(f.starts), func(i int) bool { return f.starts[i] > offset })
}

// lineText is line n without its end; empty when there is no such line.
func (f *file) lineText(n int) string {
	if n < 1 || n > len(f.starts) {
		return ""
	}
	end := len(f.text)
	if n < len(f.starts) {
		end = f.starts[n] - 1
	}
	return strings.TrimSuffix(f.text[f.starts[n-1]:end], "\r")
}

// lines are all lines without their ends; the first is line 1.
func (f *file) lines() []string {
	all := make([]string, len(f.starts))
	for i := range all {
		all[i] = f.lineText(i + 1)
	}
	return all
}

// span is the lines from one number to another, whichever is the smaller; 0
// stands for the other one.
func (f *file) span(a, b int) finding.Line {
	if a == 0 {
		a = b
	}
	if b == 0 {
		b = a
	}
	start, end := min(a, b), max(a, b)
	return finding.Line{File: f.path, Start: start, End: end, Text: shown(f.lineText(start))}
}

// shown is a line as it is shown: trimmed, of valid text only, and cut.
func shown(line string) string {
	if len(line) > 8*maxLineText {
		line = strings.TrimLeftFunc(line, unicode.IsSpace)
		line = line[:min(len(line), 8*maxLineText)]
	}
	line = strings.TrimSpace(strings.ToValidUTF8(line, ""))
	if utf8.RuneCountInString(line) > maxLineText {
		line = string([]rune(line)[:maxLineText-1]) + "…"
	}
	return line
}

// lineError is a mistake in a file, at a line.
type lineError struct {
	line   int // from 1; 0 when it is not known
	reason string
}

func (e *lineError) Error() string { return e.reason }
