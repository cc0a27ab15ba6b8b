package github

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// How the sections of all images share one body: each stands between two hidden
// lines, of which the first holds its key, its state and the hash of all of it.

const (
	commentMarker = "<!-- imgscan:v1 -->"
	sectionEnd    = "<!-- imgscan:end -->"

	// markerStart is in no section's own text, see sectionText.
	markerStart = "<!-- imgscan:"

	// editedText stands for a section that somebody edited: what it says now is not
	// what a scan found, and only the job that wrote it can say that again.
	editedText = "⚠️ Somebody edited this section. The next run of its job writes it again."

	// maxSections bounds what is read from one comment. A matrix has at most 256 jobs.
	maxSections = 512
)

// stored is a section as it is in the body of a comment.
type stored struct {
	id    string // the key, written so that it fits into a marker
	text  string
	clean bool
}

var sectionStart = regexp.MustCompile(`^<!-- imgscan:section key=([A-Za-z0-9._/:%~]+) state=(open|clean) hash=([0-9a-f]{16}) -->$`)

// isOurs says whether a body starts with our marker. Elsewhere it is a quotation.
func isOurs(body string) bool {
	first, _, _ := strings.Cut(normalize(body), "\n")
	return strings.TrimSpace(first) == commentMarker
}

// normalize is a body as we wrote it: GitHub's editor ends lines as Windows does,
// and GitHub trims the ends.
func normalize(body string) string {
	return strings.TrimSpace(strings.ReplaceAll(body, "\r\n", "\n"))
}

// parseSections reads the sections of a body, whoever edited it since. A section
// without an end reaches to the next one. One that is not as it was written is
// open, and says so instead of its text.
func parseSections(body string) []stored {
	var (
		list  []stored
		hash  string
		lines []string
		open  bool
	)
	finish := func() {
		if !open {
			return
		}
		open = false
		s := &list[len(list)-1]
		s.text = strings.TrimSpace(strings.Join(lines, "\n"))
		if s.hash() != hash {
			s.text, s.clean = editedText, false
		}
	}
	for line := range strings.SplitSeq(normalize(body), "\n") {
		start := sectionStart.FindStringSubmatch(line)
		switch {
		case start != nil && len(list) == maxSections:
			finish()
			return list
		case start != nil:
			finish()
			list = append(list, stored{id: start[1], clean: start[2] == "clean"})
			hash, lines, open = start[3], nil, true
		case line == sectionEnd:
			finish()
		case open:
			lines = append(lines, line)
		}
	}
	finish()
	return list
}

// merge is the sections that the comment will have: of those that are known the
// first with each key, with mine in the place of its own. They are sorted: what is
// open first, then by key.
func merge(known []stored, mine Section) []stored {
	my := stored{id: sectionID(mine.Key), text: sectionText(mine.Body), clean: mine.Clean}
	var list []stored
	for _, s := range known {
		if !slices.ContainsFunc(list, func(o stored) bool { return o.id == s.id }) {
			list = append(list, s)
		}
	}
	i := slices.IndexFunc(list, func(s stored) bool { return s.id == my.id })
	switch {
	case i >= 0:
		list[i] = my
	case !my.clean: // an image that was never in the comment has nothing to resolve
		list = append(list, my)
	}
	slices.SortFunc(list, func(a, b stored) int {
		if a.clean != b.clean {
			if a.clean {
				return 1
			}
			return -1
		}
		return strings.Compare(a.id, b.id)
	})
	return list
}

// render is the body with these sections.
func render(list []stored, dropped int) string {
	open := 0
	for _, s := range list {
		if !s.clean {
			open++
		}
	}
	var b strings.Builder
	b.WriteString(commentMarker + "\n\n")
	closing := ""
	switch resolved := len(list) - open + dropped; {
	case open == 0:
		b.WriteString("✅ **imgscan: resolved.** Nothing that stood here before is left to do.\n\n" +
			"<details>\n<summary>What the scans say now</summary>\n\n")
		closing = "</details>\n"
	case open+resolved > 1:
		fmt.Fprintf(&b, "## imgscan: %s attention", count(open, "image needs", "images need"))
		if resolved > 0 {
			fmt.Fprintf(&b, ", %s resolved", count(resolved, "is", "are"))
		}
		b.WriteString("\n\n")
	}
	for _, s := range list {
		state := "open"
		if s.clean {
			state = "clean"
		}
		fmt.Fprintf(&b, "<!-- imgscan:section key=%s state=%s hash=%s -->\n\n%s\n\n%s\n\n", s.id, state, s.hash(), s.text, sectionEnd)
	}
	b.WriteString(closing)
	return b.String()
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// hash tells whether a section is as it was written. It keeps nobody from writing
// another one: whoever may edit the comment may also merge the pull request.
func (s stored) hash() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%t\n%s", s.id, s.clean, s.text))
	return hex.EncodeToString(sum[:])[:16]
}

// sectionID writes a key in letters that end no HTML comment: of any text, what is
// not a letter, a digit or one of "._/:" is percent-encoded. Two hyphens, for one,
// have no place in a comment.
func sectionID(key string) string {
	const longest = 200 // bytes of the key
	rest := ""
	if len(key) > longest {
		sum := sha256.Sum256([]byte(key))
		key, rest = key[:longest], "~"+hex.EncodeToString(sum[:])[:16]
	}
	var b strings.Builder
	for _, c := range []byte(key) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("._/:", c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String() + rest
}

// sectionText is the text of a section without anything that looks like a marker
// of ours: inside a code span, the name of a package may.
func sectionText(body string) string {
	return strings.ReplaceAll(normalize(body), markerStart, "<!-\u200b- imgscan:")
}
