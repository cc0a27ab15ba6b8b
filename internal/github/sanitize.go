package github

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sanitize makes one line out of text that somebody else wrote, such that no
// runner takes it, or any part of it, for a command:
//
//   - line breaks, control characters, invisible formatting characters (they
//     reorder or hide text, and a byte order mark is cut off by the runner before
//     it looks) and invalid UTF-8 are shown as escapes such as \n and \u202e;
//   - "::" at the start, where a command would begin, becomes "\::";
//   - "##[" anywhere becomes "##\[".
//
// Harmless text comes back unchanged.
func Sanitize(s string) string {
	s = plain(s, "")
	// The runner trims the same white space that unicode.IsSpace knows before it
	// looks for the two colons.
	trimmed := strings.TrimLeftFunc(s, unicode.IsSpace)
	if strings.HasPrefix(trimmed, "::") {
		s = s[:len(s)-len(trimmed)] + `\` + trimmed
	}
	return s
}

// plain does all of Sanitize but for the start of the line, which is harmless
// where the text comes after something of ours. Characters of keep stay.
func plain(s, keep string) string {
	return strings.ReplaceAll(escapeUnprintable(s, keep), "##[", `##\[`)
}

// escapeUnprintable shows the characters that have no place in a line of text as
// escapes. Tabs stay, and so does every character of keep.
func escapeUnprintable(s, keep string) string {
	clean := func(r rune) bool {
		return r != utf8.RuneError && (r == '\t' || !unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp))
	}
	if strings.IndexFunc(s, func(r rune) bool { return !clean(r) }) < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case clean(r), r == utf8.RuneError, strings.ContainsRune(keep, r):
			b.WriteString(s[i : i+size])
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r < 0x80:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		i += size
	}
	return b.String()
}
