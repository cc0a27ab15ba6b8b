package report

import (
	"cmp"
	"slices"

	"github.com/org/imgscan-action/internal/finding"
)

// Pointer is one thing to do at the line of the repository where it is done: an
// upgrade, or a base to move to.
type Pointer struct {
	File string // printable and inside the repository; never empty
	Line int    // counted from 1; 0 when it is about the whole file

	// Words is the advice as the comment gives it, in plain text.
	Words string

	introduced bool // it is about a finding that the change brings
	worst      finding.Rating
}

// Pointers are the first of what to do about findings that break the policy, at
// most that many: what the pull request introduced comes first where that is known,
// then the worst. What has no line in the repository is left out.
func Pointers(rep *finding.Report, most int) []Pointer {
	open, _ := counting(rep)
	var list []Pointer
	add := func(words string, findings []finding.Finding) {
		if p, ok := point(words, findings, rep.Compared.Known()); ok {
			list = append(list, p)
		}
	}
	if !divided(open, groups(open)) {
		for _, u := range upgrades(open.Findings) {
			add(u.words(plainInk), u.findings)
		}
	} else {
		for _, t := range tasks(open) {
			if t.base > 0 {
				add(t.words(open.Lineage, true, plainInk), t.findings)
			}
			for _, u := range t.upgrades() {
				add(u.words(plainInk), u.findings)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Pointer) int {
		return cmp.Or(
			order(b.introduced, a.introduced),
			cmp.Compare(b.worst.Severity, a.worst.Severity),
			cmp.Compare(b.worst.Score, a.worst.Score),
		)
	})
	return list[:min(len(list), most)]
}

// point places the advice on findings at the line of the worst of those that break
// the policy; false when none does, or none has a line.
func point(words string, findings []finding.Finding, compared bool) (Pointer, bool) {
	p := Pointer{Words: words}
	for _, f := range findings {
		if !f.Judgement.Breaks {
			continue
		}
		p.introduced = p.introduced || compared && changeOf(f) == finding.ChangeIntroduced
		if cmp.Or(cmp.Compare(f.Rating.Severity, p.worst.Severity), cmp.Compare(f.Rating.Score, p.worst.Score)) > 0 {
			p.worst = f.Rating
		}
		if line := f.Origin.Line; p.File == "" && isOfRepository(line.File) {
			p.File, p.Line = line.File, max(line.Start, 0)
		}
	}
	return p, p.File != ""
}

// isOfRepository says whether a path may be that of a file in the repository: a
// provenance that anybody wrote may say anything.
func isOfRepository(file string) bool {
	return file != "" && file == repositoryPath(file) && file == clean(file)
}
