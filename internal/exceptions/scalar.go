package exceptions

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// plainWord is what can stand in brackets without quotes. It begins with a letter,
// so that it is no number and no date.
var plainWord = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._/+~@%=-]*(:[A-Za-z0-9._/+~@%=-]+)*$`)

// flowScalar is a text as it stands in brackets.
func flowScalar(s string) string {
	if plainWord.MatchString(s) && !isKeyword(s) {
		return s
	}
	return quoted(s)
}

// blockScalar is a text as it stands behind a key, on one line.
func blockScalar(s string) string {
	if s == "" || !isLetter(s[0]) || isKeyword(s) || strings.TrimSpace(s) != s ||
		strings.Contains(s, ": ") || strings.Contains(s, " #") || strings.HasSuffix(s, ":") ||
		strings.ContainsFunc(s, unprintable) {
		return flowScalar(s)
	}
	return s
}

// isKeyword says whether a reader of YAML, an old one too, takes a word for
// something else than a text.
func isKeyword(s string) bool {
	return slices.Contains([]string{"true", "false", "null", "yes", "no", "on", "off", "y", "n", "inf", "nan"}, strings.ToLower(s))
}

func isLetter(b byte) bool { return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' }

// unprintable says whether a character has to be escaped, or would better be:
// nobody can review what cannot be seen.
func unprintable(r rune) bool { return !unicode.IsPrint(r) || r == '\uFEFF' }

// quoted is a text in double quotes. YAML knows all escapes that Go writes.
func quoted(s string) string { return strconv.Quote(s) }

// folded is a long text as the lines below ">-"; nil when folding would change it.
func folded(s string, width int) []string {
	if strings.ContainsFunc(s, unprintable) {
		return nil
	}
	var lines []string
	line := ""
	for _, word := range strings.Split(s, " ") {
		switch {
		case word == "":
			return nil // two spaces, one of which a line break would swallow
		case line == "":
			line = word
		case len([]rune(line))+1+len([]rune(word)) > width:
			lines = append(lines, line)
			line = word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}

// literal is a text of several lines as the lines below "|-"; nil when they would
// change it.
func literal(s string) []string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		if strings.ContainsFunc(line, unprintable) || strings.TrimRight(line, " ") != line || i == 0 && strings.HasPrefix(line, " ") {
			return nil
		}
	}
	return lines
}
