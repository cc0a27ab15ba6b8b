package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/org/imgscan-action/internal/finding"
)

// What changed since the image that a report is compared with, in the words that
// every format shares.

const newsTitle = "What is new"

// difference is the findings of one kind of change.
type difference struct {
	kind     finding.ChangeKind
	findings []finding.Finding
}

// differences are the findings by how they came about, in the order in which a
// developer cares. A finding of which that is not known counts as introduced, as it
// does for the policy. Kinds without a finding are not there.
func differences(rep *finding.Report) []difference {
	var list []difference
	for _, kind := range finding.ChangeKinds() {
		d := difference{kind: kind}
		for _, f := range rep.Findings {
			if changeOf(f) == kind {
				d.findings = append(d.findings, f)
			}
		}
		if len(d.findings) > 0 {
			list = append(list, d)
		}
	}
	return list
}

// changeOf is how a finding came about, as far as anybody knows.
func changeOf(f finding.Finding) finding.ChangeKind {
	if slices.Contains(finding.ChangeKinds(), f.Change.Kind) {
		return f.Change.Kind
	}
	return finding.ChangeIntroduced
}

// title heads the findings of a difference.
func (d difference) title() string {
	switch d.kind {
	case finding.ChangeIntroduced:
		return "New in this change"
	case finding.ChangeBaseTagMoved:
		return "New with a base whose tag has moved"
	case finding.ChangeNewlyDisclosed:
		return "Published since"
	}
	return "There before"
}

// words is a difference as a sentence without a full stop.
func (d difference) words() string {
	n := len(d.findings)
	what := plural(n, "finding") + " (" + severityWords(d.findings) + ")"
	switch d.kind {
	case finding.ChangeIntroduced:
		return fmt.Sprintf("%s %s new in this change", what, agree(n, "is", "are"))
	case finding.ChangeBaseTagMoved:
		return fmt.Sprintf("%s came with a base whose tag has moved; nobody edited the FROM line", what)
	case finding.ChangeNewlyDisclosed:
		return fmt.Sprintf("%s %s published since; the package is as it was", what, agree(n, "was", "were"))
	}
	return fmt.Sprintf("%s %s there before", what, agree(n, "was", "were"))
}

// comparisonWords says what the findings are compared with, or that nobody can tell
// which are new, and what can be told instead.
func comparisonWords(rep *finding.Report, in ink) string {
	c := rep.Compared
	if c.Known() {
		words := "Compared with " + cmp.Or(in.name(c.Ref), "another build")
		if c.From != "" {
			words += ", " + in.text(cutBytes(clean(c.From), maxSentence))
		}
		return words + ":"
	}
	why := "the image was compared with no other"
	if c != nil {
		why = in.text(cutBytes(clean(c.Why), maxSentence))
	}
	words := "There is no baseline: " + why + ". So nobody can say which findings this change brings; "
	if rep.Lineage.Known() {
		return words + "they are told apart by origin only, and what your layers brought may be a year old."
	}
	return words + "nor is it known which of them came with a base."
}

// newsWords are the sentences after comparisonWords; none without a baseline.
func newsWords(rep *finding.Report, in ink) []string {
	if !rep.Compared.Known() {
		return nil
	}
	var list []string
	diffs := differences(rep)
	if len(diffs) == 0 || diffs[0].kind != finding.ChangeIntroduced {
		list = append(list, "no finding is new in this change")
	}
	for _, d := range diffs {
		words := d.words()
		if d.kind == finding.ChangeIntroduced {
			words += ": " + few(names(d.findings), in.name)
		}
		list = append(list, words)
	}
	if gone := rep.Compared.Resolved; len(gone) > 0 {
		list = append(list, fmt.Sprintf("%s (%s) %s gone: %s", plural(len(gone), "finding"), severityWords(gone),
			agree(len(gone), "is", "are"), few(names(gone), in.name)))
	}
	return list
}

// names are the vulnerabilities of findings, each once.
func names(findings []finding.Finding) []string {
	var list []string
	for _, f := range findings {
		if !slices.Contains(list, f.ID) {
			list = append(list, f.ID)
		}
	}
	return list
}

// news is what is new, or that nobody can tell.
func (d *document) news(rep *finding.Report) {
	text := d.title(newsTitle) + comparisonWords(rep, d.in) + "\n"
	if list := newsWords(rep, d.in); len(list) > 0 {
		text += "\n"
		for _, words := range list {
			text += "- " + words + "\n"
		}
	}
	d.fixed(text)
}
