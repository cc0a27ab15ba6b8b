package owner

import (
	"strings"
	"unicode"
)

// maxName is how many characters of a name are told.
const maxName = 120

// clean makes one line of text that somebody else wrote: without control
// characters, without those that change the direction of what follows or that
// cannot be seen, and not longer than maxName.
func clean(text string) string {
	const most = 16 * maxName // what is beyond is not looked at
	if len(text) > most {
		text = text[:most]
	}
	visible := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == unicode.ReplacementChar || !unicode.IsPrint(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	runes := []rune(strings.Join(strings.Fields(visible), " "))
	if len(runes) > maxName {
		return string(runes[:maxName-1]) + "…"
	}
	return string(runes)
}
