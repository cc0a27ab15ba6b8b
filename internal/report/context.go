package report

import (
	"strconv"
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// What is known of a vulnerability beyond its rating. What is not known is not
// said: silence never means "no".

// kevWords marks what is in CISA's catalog of known exploited vulnerabilities.
func kevWords(k *finding.KEV, now time.Time) string {
	if k == nil {
		return ""
	}
	words := "KEV"
	switch {
	case k.Due.IsZero():
	case daysUntil(k.Due, now) < 0:
		words += ", was due " + day(k.Due)
	default:
		words += ", due " + day(k.Due)
	}
	if k.Ransomware {
		words += ", used by ransomware"
	}
	return words
}

// epssWords is FIRST's estimate in two digits; empty when there is none.
func epssWords(e *finding.EPSS) string {
	if e == nil {
		return ""
	}
	return strconv.FormatFloat(e.Score, 'f', 2, 64)
}

// deadlineWords is by when BOD 26-04 demands to remediate; empty when nobody asked.
func deadlineWords(d *finding.Deadline) string {
	if d == nil {
		return ""
	}
	words := "within " + plural(d.Days, "day")
	switch {
	case d.Upgrade:
		words = "at the next upgrade"
	case !d.Due.IsZero():
		words = "by " + day(d.Due)
	}
	if d.Forensics {
		words += ", with forensics"
	}
	return words
}

// dueWords is deadlineWords for a narrow column.
func dueWords(d *finding.Deadline) string {
	switch {
	case d == nil:
		return ""
	case d.Upgrade:
		return "upgrade"
	case d.Due.IsZero():
		return plural(d.Days, "day")
	}
	return day(d.Due)
}

// sourceFacts are the files that context came from, one line for each.
func sourceFacts(sources []finding.ContextSource, in ink) []fact {
	var list []fact
	for _, s := range sources {
		list = append(list, fact{in.words(strings.ToUpper(s.Name)), sourceWords(s, in)})
		for _, note := range s.Notes {
			list = append(list, fact{"", in.text(cutBytes(clean(note), maxSentence))})
		}
	}
	return list
}

// shortHash is how many digits of a hash tell files apart for a person; the json
// format has all of them.
const shortHash = 12

func sourceWords(s finding.ContextSource, in ink) string {
	words := "of unknown date"
	if !s.Date.IsZero() {
		words = "of " + day(s.Date)
	}
	if hash := strings.TrimPrefix(s.SHA256, "sha256:"); hash != "" {
		words += ", sha256:" + in.name(hash[:min(len(hash), shortHash)])
	}
	if s.File != "" {
		words += " (" + in.name(s.File) + ")"
	}
	return words
}
