package owner

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hmarr/codeowners"

	"github.com/org/imgscan-action/internal/finding"
)

// maxCodeowners is GitHub's limit for a CODEOWNERS file, in bytes: it does not
// read a larger one at all.
const maxCodeowners = 3 << 20

// maxNotes is how many unreadable lines are named.
const maxNotes = 5

// CodeownersPlaces lists where the CODEOWNERS file of a repository can be, from
// its root. GitHub reads the first that is there and no other.
func CodeownersPlaces() []string {
	return []string{".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"}
}

// codeownersFile is a CODEOWNERS file. The zero value owns nothing.
type codeownersFile struct {
	path  string
	rules codeowners.Ruleset
	notes []string
}

// parseCodeowners reads line by line: GitHub leaves out a line that it does not
// understand, and reads on.
func parseCodeowners(content []byte, path string) codeownersFile {
	file := codeownersFile{path: path}
	if len(content) > maxCodeowners {
		file.notes = []string{fmt.Sprintf("%s is not read: it has more than %d bytes, GitHub's limit", path, maxCodeowners)}
		return file
	}
	number, left := 0, 0
	for line := range bytes.Lines(bytes.TrimPrefix(content, []byte("\uFEFF"))) {
		number++
		rules, err := parseLine(line)
		if err != nil {
			if left++; left <= maxNotes {
				file.notes = append(file.notes, fmt.Sprintf("%s:%d is left out, as GitHub does: %s", path, number, clean(err.Error())))
			}
			continue
		}
		for _, rule := range rules {
			rule.LineNumber = number
			file.rules = append(file.rules, rule)
		}
	}
	if more := left - maxNotes; more > 0 {
		file.notes = append(file.notes, fmt.Sprintf("%d more lines of %s are left out", more, path))
	}
	return file
}

// parseLine reads one line, which makes one rule or, as a comment, none.
func parseLine(line []byte) (rules codeowners.Ruleset, err error) {
	// The parser is not ours: whatever it trips over is the line's fault.
	defer func() {
		if r := recover(); r != nil {
			rules, err = nil, errors.New("the parser gave up")
		}
	}()
	rules, err = codeowners.ParseFile(bytes.NewReader(line), codeowners.WithOwnerMatchers(matchers()))
	if err != nil {
		// What it says of the line number is about the one line that it was given.
		return nil, errors.New(strings.TrimPrefix(err.Error(), "line 1: "))
	}
	text := bytes.TrimSpace(line)
	if len(rules) == 0 && len(text) > 0 && text[0] != '#' {
		return nil, errors.New("the line is too long")
	}
	return rules, nil
}

// owner is who owns a file of the repository: whoever the last line that matches
// names. It is false when no line does, or that one names nobody.
func (c codeownersFile) owner(path string) (owner finding.Owner, found bool) {
	if path == "" {
		return finding.Owner{}, false
	}
	for _, rule := range slices.Backward(c.rules) {
		if !matchesFile(rule, path) {
			continue
		}
		owner = finding.Owner{Kind: finding.OwnerApp, Because: fmt.Sprintf("%s:%d", c.path, rule.LineNumber), Trusted: true}
		for _, o := range rule.Owners {
			owner.Names = append(owner.Names, o.String())
		}
		return owner, len(owner.Names) > 0
	}
	return finding.Owner{}, false
}

// matchesFile is false where matching, which is not ours, panics: it does on the
// pattern "/", which matches nothing.
func matchesFile(rule codeowners.Rule, path string) (matched bool) {
	defer func() {
		if recover() != nil {
			matched = false
		}
	}()
	matched, err := rule.Match(path)
	return err == nil && matched
}

// matchers are the library's and one for the addresses that it does not know:
// its top-level domains have at most six letters.
func matchers() []codeowners.OwnerMatcher {
	return append(slices.Clone(codeowners.DefaultOwnerMatchers), codeowners.OwnerMatchFunc(func(s string) (codeowners.Owner, error) {
		if user, domain, _ := strings.Cut(s, "@"); user == "" || !strings.Contains(domain, ".") {
			return codeowners.Owner{}, codeowners.ErrNoMatch
		}
		return codeowners.Owner{Value: s, Type: codeowners.EmailOwner}, nil
	}))
}
