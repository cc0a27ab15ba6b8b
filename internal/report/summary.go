package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// headline is the answer, in our own words only: may the build proceed?
func headline(v finding.Verdict) string {
	switch {
	case v.Outcome == finding.Fail:
		return "FAIL: the build must stop"
	case v.Outcome != finding.Pass: // a verdict nobody gave is not a pass either
		return "INCONCLUSIVE: the scan could not find out whether the build may proceed"
	case v.Judged == finding.Fail && v.Mode == finding.Block: // a ladder that blocks only some
		return fmt.Sprintf("PASS: the build may proceed; would have failed in block mode: %d", v.Breaking)
	case v.Judged == finding.Fail:
		return fmt.Sprintf("PASS in %s mode: would have failed: %d", v.Mode, v.Breaking)
	case v.Judged == finding.Inconclusive:
		return fmt.Sprintf("PASS in %s mode: would have been inconclusive: %s", v.Mode, plural(v.OpenGaps, "gap"))
	}
	return "PASS: the build may proceed"
}

// stance is how to colour or mark a verdict: what block would have said, so
// that a warning does not look like a clean image.
func stance(v finding.Verdict) finding.Outcome {
	if v.Outcome == finding.Pass && v.Judged != finding.Pass {
		return finding.Inconclusive
	}
	return v.Outcome
}

// fact is one line of the report's head.
type fact struct{ label, value string }

// facts says what was scanned, with what, and by which rule.
func facts(rep *finding.Report, in ink) []fact {
	list := append(imageFacts(rep, in), fact{"Database", databaseWords(rep.Database, rep.Now) + digestWords(rep.Database, in)})
	list = append(list, contextFacts(rep, in)...)
	list = append(list, comparedFacts(rep.Compared, in)...)
	return append(list, fact{"Scanned", rep.Now.UTC().Format(minute) + " by imgscan " + in.text(rep.Tool)})
}

// imageFacts says what was scanned.
func imageFacts(rep *finding.Report, in ink) []fact {
	img := rep.Image
	list := []fact{
		{"Image", in.code(img.Ref) + ", from " + in.text(img.Source)},
	}
	if img.Digest != "" {
		list = append(list, fact{"Digest", in.code(img.Digest)})
	} else {
		list = append(list, fact{"Image ID", in.code(img.ID)})
	}
	list = append(list, fact{"Platform", in.text(img.Platform) + ", " + in.text(osWords(rep.OS))})
	list = append(list, baseFacts(rep.Lineage, len(img.Layers), in)...)
	list = append(list, fact{"Packages", in.text(packageWords(rep.Packages))})
	if rep.Executables.Total > 0 {
		list = append(list, fact{"Programs", programWords(rep.Executables)})
	}
	return list
}

// contextFacts says what else was read, and by which rule the image was judged.
func contextFacts(rep *finding.Report, in ink) []fact {
	var list []fact
	for _, note := range rep.Database.Notes {
		list = append(list, fact{"", in.text(note)})
	}
	list = append(list, sourceFacts(rep.Sources, in)...)
	list = append(list, triageFacts(rep.Triage, in)...)
	return append(list, fact{"Policy", in.text(policyWords(rep.Verdict))})
}

// minute is how people read a point in time; the zone is part of it.
const minute = "2006-01-02 15:04 MST"

func osWords(os finding.OS) string {
	if os.Family == "" {
		return "no operating system recognised"
	}
	return os.String()
}

// packageWords is the coverage: how many packages of each type were looked at.
func packageWords(packages []finding.Package) string {
	if len(packages) == 0 {
		return "none were recognised"
	}
	return fmt.Sprintf("%d: %s", len(packages), typeWords(packages))
}

// typeWords is how many packages there are of each type.
func typeWords(packages []finding.Package) string {
	types := countTypes(packages)
	words := make([]string, len(types))
	for i, t := range types {
		words[i] = strconv.Itoa(t.count) + " " + t.name
	}
	return strings.Join(words, ", ")
}

type typeCount struct {
	name  string
	count int
}

// countTypes is the number of packages of each type, by name.
func countTypes(packages []finding.Package) []typeCount {
	counts := make(map[string]int)
	for _, p := range packages {
		counts[p.Type]++
	}
	types := make([]typeCount, 0, len(counts))
	for name, count := range counts {
		types = append(types, typeCount{name, count})
	}
	slices.SortFunc(types, func(a, b typeCount) int { return strings.Compare(a.name, b.name) })
	return types
}

func databaseWords(db finding.Database, now time.Time) string {
	if db.Built.IsZero() {
		return "of unknown age"
	}
	return "built " + db.Built.UTC().Format(minute) + ", " + age(db.Age(now)) + " old"
}

func digestWords(db finding.Database, in ink) string {
	if db.Digest == "" {
		return ""
	}
	return ", " + in.code(db.Digest)
}

// age is a duration as a person says it.
func age(d time.Duration) string {
	switch hours := int(d.Hours()); {
	case hours < 1:
		return "less than an hour"
	case hours < 48:
		return plural(hours, "hour")
	default:
		return plural(hours/24, "day")
	}
}

func policyWords(v finding.Verdict) string {
	words := cmp.Or(v.Threshold, "none") + " (" + cmp.Or(string(v.Mode), "no") + " mode"
	if v.Mode != finding.Block && !v.EnforceFrom.IsZero() {
		words += "; blocks from " + v.EnforceFrom.UTC().Format(time.DateOnly)
	}
	return words + ")"
}

// tally counts findings of one kind.
type tally struct {
	name                     string
	total, fixable, breaking int

	suppressed int // of the total, decided not to count
}

func (t *tally) add(f finding.Finding) {
	t.total++
	if f.Fixable() {
		t.fixable++
	}
	if f.Judgement.Breaks {
		t.breaking++
	}
	if f.Disposition.Suppressed {
		t.suppressed++
	}
}

// tallies counts the findings per severity, worst first, and altogether.
// Severities without a finding are there with zeros.
func tallies(findings []finding.Finding) (perSeverity []tally, all tally) {
	all.name = "all"
	index := make(map[finding.Severity]int)
	for i, s := range finding.Severities() {
		perSeverity = append(perSeverity, tally{name: s.String()})
		index[s] = i
	}
	for _, f := range findings {
		perSeverity[index[f.Rating.Severity]].add(f)
		all.add(f)
	}
	return perSeverity, all
}

// severityWords is "1 critical, 3 high" for the severities that occur.
func severityWords(findings []finding.Finding) string {
	perSeverity, _ := tallies(findings)
	var words []string
	for _, t := range perSeverity {
		if t.total > 0 {
			words = append(words, strconv.Itoa(t.total)+" "+t.name)
		}
	}
	return strings.Join(words, ", ")
}

// unfixedWords says how many findings no upgrade helps against, and why; empty
// when there are none.
func unfixedWords(findings []finding.Finding) string {
	counts := make(map[string]int)
	unfixed := 0
	for _, f := range findings {
		if !f.Fixable() {
			unfixed++
			counts[unfixedReason(f.Status)]++
		}
	}
	if unfixed == 0 {
		return ""
	}
	var order []string
	for _, reason := range slices.Sorted(maps.Keys(counts)) {
		order = append(order, strconv.Itoa(counts[reason])+" "+reason)
	}
	return fmt.Sprintf("No upgrade helps against %s: %s.", plural(unfixed, "finding"), strings.Join(order, ", "))
}

// unfixedReason follows a number of findings that have no fixed version.
func unfixedReason(status finding.Status) string {
	switch status {
	case finding.StatusWillNotFix:
		return "that the vendor will not fix"
	case finding.StatusEndOfLife:
		return "of a release past its end of life"
	case finding.StatusFixDeferred:
		return "whose fix is deferred"
	case finding.StatusUnderInvestigation:
		return "under investigation"
	}
	return "without a fix yet"
}

// cleanWords is what a report without findings says instead of a list.
func cleanWords(rep *finding.Report) string {
	if len(rep.Packages) == 0 {
		return "No package was recognised, so there was nothing to match."
	}
	return fmt.Sprintf("No known vulnerability in %s.", plural(len(rep.Packages), "package"))
}

// ratingWords is the score that counts and who gave it, "7.5 nvd v3.1", or
// whose word it is where nobody gave a score.
func ratingWords(r finding.Rating) string {
	switch {
	case r.Source == "":
		return "not rated"
	case r.Score == 0 && r.Vector == "":
		return r.Source + "'s word"
	}
	words := strconv.FormatFloat(r.Score, 'f', 1, 64) + " " + r.Source
	if r.Version != "" {
		words += " v" + r.Version
	}
	return words
}

// plural is a number and its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// capital is a sentence that starts with a capital letter.
func capital(s string) string {
	if s != "" && 'a' <= s[0] && s[0] <= 'z' {
		return string(s[0]-'a'+'A') + s[1:]
	}
	return s
}
