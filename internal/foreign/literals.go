package foreign

import (
	"regexp/syntax"
	"slices"
)

// maxLiterals is how many names one pattern may stand for.
const maxLiterals = 50

// literals are the texts that a regular expression matches from end to end, which is
// how Grype and OSV-Scanner use one; ok is false when it does not parse or matches
// what cannot be listed. They put ^ before and $ behind without brackets, so that
// "a|b" matches "abc".
func literals(pattern string) (texts []string, ok bool) {
	if len(pattern) > maxText {
		return nil, false
	}
	re, err := syntax.Parse("^"+pattern+"$", syntax.Perl)
	if err != nil || re.Op != syntax.OpConcat {
		return nil, false
	}
	parts := re.Sub
	for len(parts) > 0 && parts[0].Op == syntax.OpBeginText {
		parts = parts[1:]
	}
	for len(parts) > 0 && parts[len(parts)-1].Op == syntax.OpEndText {
		parts = parts[:len(parts)-1]
	}
	if len(parts) == len(re.Sub) || re.Sub[0].Op != syntax.OpBeginText || re.Sub[len(re.Sub)-1].Op != syntax.OpEndText {
		return nil, false
	}
	texts, ok = concatenations(parts)
	slices.Sort(texts)
	texts = slices.Compact(texts)
	return texts, ok && len(texts) > 0 && !slices.ContainsFunc(texts, func(s string) bool { return s == "" || plain(s, maxText) != s })
}

// listed are the texts that an expression matches.
func listed(re *syntax.Regexp) (texts []string, ok bool) {
	switch re.Op {
	case syntax.OpEmptyMatch:
		return []string{""}, true
	case syntax.OpLiteral:
		return []string{string(re.Rune)}, re.Flags&syntax.FoldCase == 0
	case syntax.OpCapture:
		return listed(re.Sub[0])
	case syntax.OpConcat:
		return concatenations(re.Sub)
	case syntax.OpQuest:
		texts, ok = listed(re.Sub[0])
		return append(texts, ""), ok
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			some, ok := listed(sub)
			if !ok || len(texts)+len(some) > maxLiterals {
				return nil, false
			}
			texts = append(texts, some...)
		}
		return texts, true
	case syntax.OpCharClass:
		for i := 0; i+1 < len(re.Rune); i += 2 {
			for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
				if len(texts) == maxLiterals {
					return nil, false
				}
				texts = append(texts, string(r))
			}
		}
		return texts, len(texts) > 0
	}
	return nil, false
}

func concatenations(parts []*syntax.Regexp) (texts []string, ok bool) {
	texts = []string{""}
	for _, part := range parts {
		ends, ok := listed(part)
		if !ok || len(texts)*len(ends) > maxLiterals {
			return nil, false
		}
		var longer []string
		for _, begin := range texts {
			for _, end := range ends {
				longer = append(longer, begin+end)
			}
		}
		texts = longer
	}
	return texts, true
}
