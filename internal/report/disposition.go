package report

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// What was decided about one finding, in the words that every format shares.
// Everything in a decision was typed by people, some of them strangers: nobody is
// mentioned for it.

// divide separates the findings that were decided not to count from the others,
// both in their order.
func divide(findings []finding.Finding) (count, decided []finding.Finding) {
	for _, f := range findings {
		if f.Disposition.Suppressed {
			decided = append(decided, f)
		} else {
			count = append(count, f)
		}
	}
	return count, decided
}

// counting is the report without the findings that were decided not to count, and
// those findings.
func counting(rep *finding.Report) (open *finding.Report, decided []finding.Finding) {
	some := *rep
	some.Findings, decided = divide(rep.Findings)
	return &some, decided
}

// decisionWords is a decision as people say it: "risk accepted".
func decisionWords(d finding.Decision) string {
	return cmp.Or(strings.ReplaceAll(string(d), "_", " "), "decided")
}

// entryWords names the entry that decided.
func entryWords(d finding.Disposition, in ink) string {
	if d.Vendor {
		return "VEX of " + few(d.ApprovedBy, in.words)
	}
	return in.name(d.Entry)
}

// few is the first of the values, each written as write does, and how many more
// there are.
func few(values []string, write func(string) string) string {
	var words []string
	for _, v := range values[:min(len(values), maxNames)] {
		words = append(words, write(v))
	}
	if more := len(values) - maxNames; more > 0 {
		words = append(words, strconv.Itoa(more)+" more")
	}
	return strings.Join(words, ", ")
}

// approverWords says who answers for a decision; empty when nobody is named.
func approverWords(d finding.Disposition, in ink) string {
	switch {
	case len(d.ApprovedBy) == 0:
		return ""
	case d.Vendor:
		return "stated by " + few(d.ApprovedBy, in.words)
	}
	return "approved by " + few(d.ApprovedBy, in.words)
}

// reasonWords is why something was decided, and who answers for it.
func reasonWords(d finding.Disposition, in ink) string {
	words := in.text(cutBytes(clean(d.Reason), maxSentence))
	if who := approverWords(d, in); who != "" {
		words = strings.TrimSpace(words + " (" + who + ")")
	}
	return words
}

// beforeWords is a rating that counts beside the one before: "4.3 medium (7.5 high
// before EX-2026-003)". It is empty when the decision did not change it.
func beforeWords(f finding.Finding, in ink) string {
	d := f.Disposition
	if d.Before == nil {
		return ""
	}
	return fmt.Sprintf("%s (%s before %s)", scoreWords(f.Rating), scoreWords(*d.Before), entryWords(d, in))
}

// scoreWords is a rating as short as can be: "7.5 high".
func scoreWords(r finding.Rating) string {
	if r.Score == 0 && r.Vector == "" {
		return r.Severity.String()
	}
	return strconv.FormatFloat(r.Score, 'f', 1, 64) + " " + r.Severity.String()
}

// actingWords is a decision after which the finding still counts: at another
// rating, or as before. It is empty for any other.
func actingWords(f finding.Finding, in ink) string {
	d := f.Disposition
	if d.Decision == "" || d.Suppressed {
		return ""
	}
	words := decisionWords(d.Decision)
	if before := beforeWords(f, in); before != "" {
		words += ": " + before
	} else {
		words += ", says " + entryWords(d, in)
	}
	if !d.Expires.IsZero() {
		words += ", until " + day(d.Expires)
	}
	return words
}

// reviewWords says that the entry has to be looked at again; empty when it does
// not.
func reviewWords(d finding.Disposition, in ink) string {
	if d.Review == "" {
		return ""
	}
	words := entryWords(d, in) + " needs review: " + in.text(cutBytes(clean(d.Review), maxSentence))
	if !d.Lapses.IsZero() {
		words += "; lapses " + day(d.Lapses)
	}
	return words
}

// lapsedWords says that an entry would have decided about the finding, and why it
// does not.
func lapsedWords(l finding.Lapsed, now time.Time, in ink) string {
	why := in.text(cutBytes(clean(l.Why), maxSentence))
	// An entry holds until the end of its last day.
	if l.Expires.IsZero() || len(l.ApprovedBy) == 0 || daysUntil(l.Expires, now) >= 0 {
		return in.name(l.Entry) + " does not act: " + why
	}
	return fmt.Sprintf("was excepted by %s (%s, %s)", in.name(l.Entry), why, few(l.ApprovedBy, in.words))
}

// modeWords says that breaking the policy stops more or less for this finding than
// for the image as a whole; empty when it does not.
func modeWords(v finding.Verdict, j finding.Judgement) string {
	if !j.Breaks || j.Mode == "" || j.Mode == v.Mode {
		return ""
	}
	if j.Mode == finding.Block {
		return "stops the build: block mode"
	}
	return "does not stop the build: " + string(j.Mode) + " mode"
}

// maxLapsed is how many lapsed entries are worth telling beside a finding.
const maxLapsed = 3

// remarks are what to say beside a finding, the most urgent first.
func remarks(rep *finding.Report, f finding.Finding, in ink) []string {
	d := f.Disposition
	list := []string{kevWords(f.Context.KEV, rep.Now)}
	if deadline := f.Context.Deadline; deadline != nil && deadline.Forensics {
		list = append(list, "BOD 26-04: "+deadlineWords(deadline))
	}
	list = append(list,
		modeWords(rep.Verdict, f.Judgement),
		actingWords(f, in),
		reviewWords(d, in))
	for _, l := range d.Lapsed[:min(len(d.Lapsed), maxLapsed)] {
		list = append(list, lapsedWords(l, rep.Now, in))
	}
	if more := len(d.Lapsed) - maxLapsed; more > 0 {
		list = append(list, plural(more, "more exception")+" that "+agree(more, "does", "do")+" not act")
	}
	if counts := f.Judgement.Counts; !counts.IsZero() && !d.Suppressed {
		list = append(list, "counts from "+day(counts)+": "+in.text(cutBytes(clean(f.Judgement.Reason), maxSentence)))
	}
	return withoutEmpty(list)
}

func withoutEmpty(list []string) []string {
	var some []string
	for _, s := range list {
		if s != "" {
			some = append(some, s)
		}
	}
	return some
}

// day is a date as people and files write it.
func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// daysUntil is how many days from now's day to t's; negative when t is over.
func daysUntil(t, now time.Time) int {
	const length = 24 * time.Hour
	return int(t.UTC().Truncate(length).Sub(now.UTC().Truncate(length)) / length)
}

// awayWords is how far a day is from now: "in 7 days", "today", "3 days ago".
func awayWords(t, now time.Time) string {
	switch n := daysUntil(t, now); {
	case n > 0:
		return "in " + plural(n, "day")
	case n < 0:
		return plural(-n, "day") + " ago"
	}
	return "today"
}

// agree is the form of a verb that goes with a number.
func agree(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// untilWords is the last day of a decision; a vendor's has none.
func untilWords(d finding.Disposition) string {
	if d.Expires.IsZero() {
		return ""
	}
	return day(d.Expires)
}
