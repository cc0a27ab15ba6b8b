package report

import (
	"bytes"
	"fmt"
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Everything an image, a registry or a vulnerability database says is hostile.
// This file is the only place that makes it fit to show.

// ink writes untrusted words into one kind of document. The sentences that
// several formats share are written with an ink, so that the words are the same
// and the escaping is the format's own.
type ink struct {
	text func(string) string // prose: titles, reasons, details
	code func(string) string // names, versions, paths, digests

	// mention writes the name of an owner that the repository itself named. A comment
	// mentions nobody: there would be a notification for each pull request.
	mention func(string) string
}

var (
	plainInk    = ink{text: clean, code: clean, mention: clean}
	markdownInk = ink{text: markdownText, code: markdownCode, mention: markdownMention}
	commentInk  = ink{text: markdownText, code: markdownCode, mention: markdownText}
	htmlInk     = ink{text: htmlText, code: htmlText, mention: htmlText}
	sarifInk    = ink{text: sarifText, code: sarifText, mention: sarifText}
)

// What an image says of itself stands inside our sentences, so it is cut to a
// length that leaves them readable, in bytes.
const (
	maxWords    = 120
	maxName     = 200
	maxSentence = 300
)

// words is text for what is a few words long unless somebody wants to do harm:
// the owners that labels name, the instructions of a Dockerfile.
func (in ink) words(s string) string { return in.text(cutBytes(clean(s), maxWords)) }

// name is code for the references, paths and commands of a lineage.
func (in ink) name(s string) string { return in.code(cutBytes(clean(s), maxName)) }

// maxMarkdownValue bounds one untrusted value in a Markdown document, in bytes.
const maxMarkdownValue = 300

// clean makes s one printable line: line breaks and other white space become
// spaces; control, bidirectional and invisible characters become U+FFFD, so
// that nothing moves the cursor, reorders the text or hides in it. "##[", and "::"
// before a word, are parted because a GitHub runner reads them as commands: the
// first anywhere in a log line, the second where a line starts, which wrapping
// may make of any word.
func clean(s string) string {
	if s == "" {
		return ""
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			b.WriteRune(utf8.RuneError)
		}
	}
	return strings.TrimSpace(commands.Replace(" " + b.String()))
}

var commands = strings.NewReplacer("##[", "## [", " ::", " : :")

// cutBytes shortens s to at most limit bytes, at the end of a character.
func cutBytes(s string, limit int) string {
	const mark = "…"
	if len(s) <= limit {
		return s
	}
	end := max(0, limit-len(mark))
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + mark
}

// zeroWidth is put inside what GitHub would turn into a mention or a link.
// GitHub looks for those in the rendered text, where a backslash no longer
// helps.
const zeroWidth = "\u200b"

// markdownText writes s as prose that no Markdown renderer reads as markup, and
// that GitHub turns into no mention, reference, closing keyword, link or emoji.
func markdownText(s string) string {
	s = cutBytes(clean(s), maxMarkdownValue)
	var b strings.Builder
	for i, r := range s {
		after := s[i+utf8.RuneLen(r):]
		if strings.ContainsRune("\\`*_[]<>#|~&$", r) || startsBlock(s[:i], r, after) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
		if r == '@' || r == '#' || startsLink(s[:i], r, after) {
			b.WriteString(zeroWidth)
		}
	}
	return b.String()
}

var mentionable = regexp.MustCompile(`^@[A-Za-z0-9](-?[A-Za-z0-9])*(/[A-Za-z0-9._-]+)?$`)

// markdownMention is markdownText, in which a name that GitHub knows how to
// notify is left to be a mention.
func markdownMention(s string) string {
	if len(s) <= maxWords && mentionable.MatchString(s) {
		return strings.ReplaceAll(s, "_", "\\_")
	}
	return markdownText(cutBytes(clean(s), maxWords))
}

// htmlText writes s for the inside of an HTML tag in a Markdown document, where
// markup is not read but GitHub still finds mentions and references.
func htmlText(s string) string {
	s = cutBytes(clean(s), maxMarkdownValue)
	var b strings.Builder
	for i, r := range s {
		b.WriteString(html.EscapeString(string(r)))
		if r == '@' || r == '#' || startsLink(s[:i], r, s[i+utf8.RuneLen(r):]) {
			b.WriteString(zeroWidth)
		}
	}
	return b.String()
}

// startsBlock says whether r makes the text a list, a rule or an underlined
// heading when the text stands at the start of a line.
func startsBlock(before string, r rune, after string) bool {
	switch r {
	case '-', '+', '=':
		return before == ""
	case '.', ')':
		return before != "" && strings.Trim(before, "0123456789") == "" && (after == "" || after[0] == ' ')
	}
	return false
}

// startsLink says whether r is where a bare link, a reference or an emoji is best
// broken: the colon of "://" and the first of ":tada:", the last w of "www.", the
// hyphen of "GH-1", every sixth digit of the name of a commit.
func startsLink(before string, r rune, after string) bool {
	if isHex(r) && breaksCommit(before, r, after) {
		return true
	}
	switch r {
	case ':':
		return strings.HasPrefix(after, "//") || emojiRest.MatchString(after)
	case 'w', 'W':
		return strings.HasPrefix(after, ".") && hasSuffixFold(before, "ww")
	case '-':
		return after != "" && '0' <= after[0] && after[0] <= '9' && hasSuffixFold(before, "gh")
	}
	return false
}

// emojiRest is what follows the first colon of an emoji. Of numbers only two are
// one, so "debian:12: its tag has moved" can be copied as it is.
var emojiRest = regexp.MustCompile(`^([A-Za-z0-9_+-]*[A-Za-z_+-][A-Za-z0-9_+-]*|100|1234):`)

// shortestCommit is how many digits GitHub takes for the name of a commit.
const shortestCommit = 7

// breaksCommit says whether a word that GitHub may take for the name of a commit is
// to be broken after its hexadecimal digit r, which is so before it is long enough.
// Words without a decimal digit are left alone.
func breaksCommit(before string, r rune, after string) bool {
	start := len(before)
	for start > 0 && isWord(before[start-1]) {
		start--
	}
	end := 0
	for end < len(after) && isWord(after[end]) {
		end++
	}
	word := before[start:] + string(r) + after[:end]
	place := len(before) - start + 1
	return place%(shortestCommit-1) == 0 && end > 0 && len(word) >= shortestCommit &&
		strings.Trim(word, "0123456789abcdefABCDEF") == "" && strings.ContainsAny(word, "0123456789")
}

func isHex(r rune) bool { return '0' <= r && r <= '9' || 'a' <= r && r <= 'f' || 'A' <= r && r <= 'F' }

func isWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func hasSuffixFold(s, suffix string) bool {
	return len(s) >= len(suffix) && strings.EqualFold(s[len(s)-len(suffix):], suffix)
}

// markdownCode writes s as a code span, inside which GitHub looks for nothing.
// A bar becomes a broken bar: it would end a table cell even inside code, and a
// backslash before it would be shown outside of a table.
func markdownCode(s string) string {
	s = strings.ReplaceAll(cutBytes(clean(s), maxMarkdownValue), "|", "¦")
	if s == "" {
		return ""
	}
	longest, run := 0, 0
	for _, r := range s {
		if r != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	if s[0] == '`' || s[len(s)-1] == '`' {
		s = " " + s + " "
	}
	return fence + s + fence
}

// jsonForTerminals rewrites a JSON document so that it is safe to print:
// invisible characters, and the "##[" of a runner command, become \u escapes.
// Both occur inside strings only, so the document says the same.
func jsonForTerminals(doc []byte) []byte {
	out := make([]byte, 0, len(doc)+1)
	for i := 0; i < len(doc); {
		r, size := utf8.DecodeRune(doc[i:])
		switch {
		case bytes.HasPrefix(doc[i:], []byte("##[")):
			out = append(out, `##\u005b`...)
			size = len("##[")
		case r < utf8.RuneSelf && r != 0x7f, unicode.IsPrint(r):
			out = append(out, doc[i:i+size]...)
		default:
			for _, unit := range utf16.Encode([]rune{r}) {
				out = fmt.Appendf(out, `\u%04x`, unit)
			}
		}
		i += size
	}
	return out
}

// percentPath writes a path as a relative URI reference: only unreserved
// characters stay, so that no part of it looks like a scheme, a host or a query.
func percentPath(path string) string {
	var b strings.Builder
	for _, c := range []byte(strings.ToValidUTF8(path, "\uFFFD")) {
		switch {
		case c == '/', c == '-', c == '.', c == '_', c == '~',
			'0' <= c && c <= '9', 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z':
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// sarifText is clean for SARIF's plain text, in which "[words](1)" is a link,
// and no longer than GitHub takes the longest of them.
func sarifText(s string) string {
	return cutBytes(strings.ReplaceAll(clean(s), "](", "] ("), maxRuleText)
}
