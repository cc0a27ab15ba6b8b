package dockerfile

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

const (
	// maxHanded is how many bytes of values one word may take in. What a word
	// expands to is bounded by that and its own length, patterns aside.
	maxHanded = 64 << 10

	// maxPatternWord and maxPatternHanded are the same for ${name%pattern} and its
	// kind, which take time with the product of both.
	maxPatternWord   = 1 << 10
	maxPatternHanded = 4 << 10
)

// unset stands for a value that is not known, to see whether it matters.
const unset = "\x00"

var (
	pattern     = regexp.MustCompile(`\$\{[A-Za-z0-9_]+[%#/]`)
	replacement = regexp.MustCompile(`\$\{[A-Za-z0-9_]+/`)

	// variable finds a variable with what follows its name, to tell ${a:-b} from
	// ${a}.
	variable = regexp.MustCompile(`\$(?:\{([A-Za-z0-9_]+)(:?[-+])?|([A-Za-z0-9_]+))`)
)

// expander puts variables into words as BuildKit does, within limits.
type expander struct {
	escape rune
	work   int // bytes made and steps taken so far
}

func (e *expander) spend(n int) { e.work += n }

func (e *expander) exhausted() bool { return e.work > maxWork }

// word expands one word. The missing are the variables that have no value and
// would change the result if they had one, sorted. It is not ok when the
// expansion is an error or beyond the limits.
func (e *expander) word(word string, v *values) (result string, missing []string, ok bool) {
	if !strings.ContainsRune(word, '$') && !strings.ContainsAny(word, `'"<`) && !strings.ContainsRune(word, e.escape) {
		return word, nil, true
	}
	found, ok := e.process(word, v, nil, false)
	for name := range plain(word) {
		if _, unknown := found.Unmatched[name]; unknown {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return found.Result, nil, ok
	}
	if with, fine := e.process(word, v, missing, false); fine && ok && !strings.Contains(with.Result, unset) {
		return found.Result, nil, true
	}
	slices.Sort(missing)
	return found.Result, missing, ok
}

// settle expands one word and says whether the result is what BuildKit gets. If
// not, it has what only a base image could know as written.
func (e *expander) settle(word string, v *values) (string, bool) {
	result, missing, ok := e.word(word, v)
	if ok && !slices.ContainsFunc(missing, func(name string) bool { return !v.knows(name) }) {
		return result, true
	}
	if kept, ok := e.process(word, v, nil, true); ok {
		return kept.Result, false
	}
	return word, false
}

// text is the first half of settle.
func (e *expander) text(word string, v *values) string {
	text, _ := e.settle(word, v)
	return text
}

// process runs BuildKit's lexer. The pretended are variables to take for set.
func (e *expander) process(word string, v *values, pretended []string, keep bool) (shell.ProcessWordResult, bool) {
	limit, steps := maxHanded, 1
	if pattern.MatchString(word) {
		// A replacement in a replacement multiplies.
		nested := replacement.MatchString(word) && strings.Count(word, "${") > 1
		if len(word) > maxPatternWord || nested {
			return shell.ProcessWordResult{}, false
		}
		limit, steps = maxPatternHanded, len(word)
	}
	env := &environment{values: v, pretended: pretended, left: limit}
	lex := shell.NewLex(e.escape)
	lex.SkipUnsetEnv = keep
	result, err := lex.ProcessWordWithMatches(word, env)
	e.spend(len(word) + len(result.Result) + steps*(limit-max(env.left, 0)))
	return result, err == nil && env.left >= 0 && len(result.Result) <= maxInstruction+maxHanded
}

// words expands a word into as many as come out of it.
func (e *expander) words(word string, v *values) []string {
	found, ok := e.process(word, v, nil, !v.complete)
	if !ok {
		return []string{word}
	}
	return found.Words
}

// plain returns the names of the variables that a word uses without saying what
// to do when they are not set.
func plain(word string) map[string]struct{} {
	names := map[string]struct{}{}
	for _, found := range variable.FindAllStringSubmatch(word, -1) {
		switch {
		case found[3] != "":
			names[found[3]] = struct{}{}
		case found[2] == "":
			names[found[1]] = struct{}{}
		}
	}
	return names
}

// environment shows values to BuildKit's lexer and counts what it takes.
type environment struct {
	values    *values
	pretended []string
	left      int
}

// Get implements shell.EnvGetter.
func (e *environment) Get(name string) (string, bool) {
	if slices.Contains(e.pretended, name) {
		return unset, true
	}
	value, ok := e.values.get(name)
	if e.left -= len(value); e.left < 0 {
		return "", ok
	}
	return value, ok
}

// Keys implements shell.EnvGetter.
func (e *environment) Keys() []string {
	return slices.Sorted(maps.Keys(e.values.settings))
}

var _ shell.EnvGetter = (*environment)(nil)
