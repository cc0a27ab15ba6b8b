package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// How the decisions of a project fared, in the words that every format shares.

const decisionsTitle = "Decisions"

// decidedWords counts the findings that were decided not to count; empty when
// there are none.
func decidedWords(decided []finding.Finding) string {
	if len(decided) == 0 {
		return ""
	}
	var parts []string
	for _, c := range countDecisions(decided) {
		parts = append(parts, strconv.Itoa(c.suppressed)+" "+decisionWords(c.decision))
	}
	n := len(decided)
	return fmt.Sprintf("%s %s decided and %s not count: %s", plural(n, "finding"),
		agree(n, "is", "are"), agree(n, "does", "do"), strings.Join(parts, ", "))
}

// decisionCount is the findings that one decision acts on.
type decisionCount struct {
	decision             finding.Decision
	findings, suppressed int
}

// countDecisions counts the findings of each decision that acts on any, in the
// order of finding.Decisions.
func countDecisions(findings []finding.Finding) []decisionCount {
	var list []decisionCount
	for _, decision := range finding.Decisions() {
		c := decisionCount{decision: decision}
		for _, f := range findings {
			if f.Disposition.Decision != decision {
				continue
			}
			c.findings++
			if f.Disposition.Suppressed {
				c.suppressed++
			}
		}
		if c.findings > 0 {
			list = append(list, c)
		}
	}
	return list
}

// appliedWords is a sentence for each decision that acts and each of its effects:
// how many findings, and by which entries.
func appliedWords(findings []finding.Finding, in ink) []string {
	effects := []struct {
		one, many string
		of        func(finding.Finding) bool
	}{
		{"does not count", "do not count", func(f finding.Finding) bool { return f.Disposition.Suppressed }},
		{"counts at another rating", "count at another rating", func(f finding.Finding) bool {
			return !f.Disposition.Suppressed && f.Disposition.Before != nil
		}},
		{"still counts", "still count", func(f finding.Finding) bool {
			return !f.Disposition.Suppressed && f.Disposition.Before == nil
		}},
	}
	var list []string
	for _, decision := range finding.Decisions() {
		for _, effect := range effects {
			var acting []finding.Disposition
			for _, f := range findings {
				if f.Disposition.Decision == decision && effect.of(f) {
					acting = append(acting, f.Disposition)
				}
			}
			if n := len(acting); n > 0 {
				list = append(list, fmt.Sprintf("%s: %s %s (%s)", decisionWords(decision), plural(n, "finding"),
					agree(n, effect.one, effect.many), entriesWords(acting, in)))
			}
		}
	}
	return list
}

// entriesWords are the entries behind decisions, by name, the project's own first.
func entriesWords(list []finding.Disposition, in ink) string {
	slices.SortFunc(list, func(a, b finding.Disposition) int {
		return cmp.Or(order(a.Vendor, b.Vendor), strings.Compare(a.Entry, b.Entry))
	})
	entries := make([]string, len(list))
	for i, d := range list {
		entries[i] = entryWords(d, in)
	}
	return few(slices.Compact(entries), func(s string) string { return s })
}

// order puts false before true.
func order(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// expiringWords says when an entry ends and what for.
func expiringWords(rep *finding.Report, e finding.Expiring, in ink) string {
	return fmt.Sprintf("%s expires %s, %s: %s will count again", entryAt(e.Entry, e.At, in),
		day(e.Expires), awayWords(e.Expires, rep.Now), plural(e.Findings, "finding"))
}

// unusedWords says that an entry decided nothing, and the nearest miss.
func unusedWords(u finding.Unused, in ink) string {
	words := entryAt(u.Entry, u.At, in) + " is not used: " + in.words(u.Cause)
	if u.Detail != "" {
		words += "; " + in.text(cutBytes(clean(u.Detail), maxSentence))
	}
	return words
}

// entryAt is an entry and where it stands: "EX-2026-004 (.imgscan/exceptions.yaml:31)".
func entryAt(entry string, at finding.Line, in ink) string {
	words := in.name(entry)
	if place := lineWords(at, in); place != "" {
		words += " (" + place + ")"
	}
	return words
}

// idleClaims says how many statements of vendors changed nothing; empty when
// every one acts. Who wonders why asks explain.
func idleClaims(findings []finding.Finding) string {
	claims, about := 0, 0
	for _, f := range findings {
		idle := 0
		for _, c := range f.Disposition.Claims {
			if !c.Acts {
				idle++
			}
		}
		claims += idle
		about += min(idle, 1)
	}
	if claims == 0 {
		return ""
	}
	return fmt.Sprintf("%s about %s %s not act: imgscan explain says why",
		plural(claims, "claim")+" of vendors", plural(about, "finding"), agree(claims, "does", "do"))
}

// triageFacts says where the decisions were read.
func triageFacts(t finding.Triage, in ink) []fact {
	if len(t.Files) == 0 {
		return nil
	}
	words := few(t.Files, in.name)
	if t.From != "" {
		words += ", from " + in.words(t.From)
	}
	return []fact{{decisionsTitle, words}}
}

// The part of a report's head that is about another day.

// forecastWords are what the verdict will be if nothing changes, the next first.
func forecastWords(rep *finding.Report, in ink) []string {
	var list []string
	for _, f := range rep.Forecast {
		list = append(list, in.text(cutBytes(clean(f.String()), maxSentence)))
	}
	return list
}

const pendingTitle = "This pull request's own changes to the policy and its decisions take effect after the merge:"

// pendingWords are what the changes of a pull request to its own rules would
// change.
func pendingWords(rep *finding.Report, in ink) []string {
	var list []string
	for _, sentence := range rep.Pending {
		list = append(list, in.text(cutBytes(clean(sentence), maxSentence)))
	}
	return list
}
