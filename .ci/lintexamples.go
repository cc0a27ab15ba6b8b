//go:build ignore

// Lintexamples holds every workflow that users copy against actionlint: the files
// in examples/, and the yaml blocks of the README and of docs/ that are workflows,
// jobs or lists of steps.
//
//	go run .ci/lintexamples.go ACTIONLINT
//
// They are laid into a repository of their own in which our action is a local one,
// because then actionlint checks inputs and outputs against action.yml. What it
// finds is printed with the place in the file that it came from.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: lintexamples ACTIONLINT")
		os.Exit(2)
	}
	problems, checked, err := lint(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "lintexamples:", err)
		os.Exit(2)
	}
	for _, p := range problems {
		fmt.Println(p)
	}
	if len(problems) > 0 {
		os.Exit(1)
	}
	fmt.Printf("%d workflows and parts of workflows\n", checked)
}

// workflow is one to check, line by line.
type workflow struct {
	file  string
	lines []line

	// partial is set when the step of our action is cut short, so that it may lack
	// inputs that are required.
	partial bool
}

// line is one of a workflow, and where it is in the file: the number of the line,
// and how many columns it was moved to the right. What stands around a fragment
// belongs to the line where the fragment begins.
type line struct {
	text      string
	at, moved int
}

func lint(actionlint string) (problems []string, checked int, err error) {
	examples, err := filepath.Glob("examples/*.yml")
	if err != nil {
		return nil, 0, err
	}
	documents, err := filepath.Glob("docs/*.md")
	if err != nil {
		return nil, 0, err
	}
	var all []workflow
	for _, name := range examples {
		content, err := os.ReadFile(name)
		if err != nil {
			return nil, 0, err
		}
		all = append(all, workflow{file: name, lines: numbered(content)})
	}
	for _, name := range append([]string{"README.md", "examples/README.md"}, documents...) {
		content, err := os.ReadFile(name)
		if err != nil {
			return nil, 0, err
		}
		found, bad := blocks(name, numbered(content))
		all = append(all, found...)
		problems = append(problems, bad...)
	}
	if len(examples) == 0 || len(all) == len(examples) {
		return nil, 0, errors.New("there are no examples: start this at the top of the repository")
	}
	for _, w := range all {
		problems = append(problems, unpinned(w)...)
	}
	found, err := check(actionlint, all)
	return append(problems, found...), len(all), err
}

func numbered(content []byte) []line {
	var lines []line
	for i, text := range strings.Split(strings.TrimSuffix(string(content), "\n"), "\n") {
		lines = append(lines, line{text: text, at: i + 1})
	}
	return lines
}

var (
	fence = regexp.MustCompile("^( *)```(.*)$")

	// Keys by which a block is told: of a workflow, of a job, and of a step.
	workflowKey = regexp.MustCompile(`^(on|jobs):`)
	jobKey      = regexp.MustCompile(`^(runs-on|steps|permissions|strategy|needs|timeout-minutes):`)
	stepKey     = regexp.MustCompile(`^(- |  )(uses|run):`)

	ours     = "org/imgscan-action@"
	usesOurs = regexp.MustCompile(`org/imgscan-action@[^\s#]+`)
)

// blocks are the yaml blocks of a Markdown file that are workflows or parts of one.
// A block that uses our action and is neither is a problem.
func blocks(name string, lines []line) (found []workflow, problems []string) {
	var block []line
	inside := false
	for _, l := range lines {
		switch f := fence.FindStringSubmatch(l.text); {
		case f == nil && inside:
			block = append(block, l)
		case f == nil:
		case inside:
			inside = false
			if len(block) == 0 {
				continue
			}
			w, ok := wrap(dedent(block))
			w.file = name
			if ok {
				found = append(found, w)
			} else if strings.Contains(join(block), ours) {
				problems = append(problems, fmt.Sprintf("%s:%d:1: neither a workflow nor a job nor a list of steps", name, block[0].at))
			}
		case f[2] == "yaml":
			inside, block = true, nil
		}
	}
	return found, problems
}

func dedent(block []line) []line {
	least := -1
	for _, l := range block {
		if text := strings.TrimLeft(l.text, " "); text != "" && (least < 0 || len(l.text)-len(text) < least) {
			least = len(l.text) - len(text)
		}
	}
	var out []line
	for _, l := range block {
		out = append(out, line{text: l.text[min(least, len(l.text)):], at: l.at, moved: -least})
	}
	return out
}

func join(lines []line) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l.text + "\n")
	}
	return b.String()
}

// wrap makes a workflow of a block; false when it is about something else.
func wrap(block []line) (workflow, bool) {
	first := block[0].at
	switch {
	case has(block, workflowKey):
		return workflow{lines: block}, true
	case strings.HasPrefix(block[0].text, "- ") && has(block, stepKey):
		return workflow{lines: append(around(first, "on: push", "jobs:", "  part:", "    runs-on: ubuntu-24.04", "    steps:"), moved(block, 6)...)}, true
	case !has(block, jobKey):
		return workflow{}, false
	}
	w := workflow{lines: around(first, "on: push", "jobs:", "  part:")}
	if !has(block, regexp.MustCompile(`^(runs-on:|…)`)) {
		w.lines = append(w.lines, around(first, "    runs-on: ubuntu-24.04")...)
	}
	for _, l := range moved(block, 4) {
		if strings.TrimSpace(l.text) != "…" {
			w.lines = append(w.lines, l)
			continue
		}
		// All up to the inputs of our step has been left out.
		w.partial = true
		w.lines = append(w.lines, around(l.at, "    runs-on: ubuntu-24.04", "    steps:", "      - uses: "+ours+"v1")...)
	}
	return w, true
}

func has(block []line, key *regexp.Regexp) bool {
	for _, l := range block {
		if key.MatchString(l.text) {
			return true
		}
	}
	return false
}

func around(at int, texts ...string) []line {
	var lines []line
	for _, text := range texts {
		lines = append(lines, line{text: text, at: at})
	}
	return lines
}

func moved(block []line, by int) []line {
	var out []line
	for _, l := range block {
		if l.text != "" {
			l.text = strings.Repeat(" ", by) + l.text
		}
		out = append(out, line{text: l.text, at: l.at, moved: l.moved + by})
	}
	return out
}

var (
	uses   = regexp.MustCompile(`^\s*(?:- )?uses: *([^ ]+)`)
	pinned = regexp.MustCompile(`@[0-9a-f]{40} # (v[0-9]+)\.[0-9]+\.[0-9]+$`)
)

// unpinned are the actions of others that are not pinned to a commit, with the
// version in a comment.
func unpinned(w workflow) []string {
	var problems []string
	for _, l := range w.lines {
		u := uses.FindStringSubmatch(l.text)
		if u == nil || strings.HasPrefix(u[1], ours) || pinned.MatchString(l.text) {
			continue
		}
		problems = append(problems, fmt.Sprintf("%s:%d:1: %q is not pinned to a commit with the version behind it, as in @0123… # v1.2.3", w.file, l.at, u[1]))
	}
	return problems
}

// check runs actionlint on all workflows at once.
func check(actionlint string, all []workflow) ([]string, error) {
	repository, err := os.MkdirTemp("", "imgscan-examples")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(repository)
	folder := filepath.Join(repository, ".github", "workflows")
	// That there is a .git makes it a repository for actionlint.
	if err := errors.Join(os.MkdirAll(folder, 0o755), os.Mkdir(filepath.Join(repository, ".git"), 0o755)); err != nil {
		return nil, err
	}
	for _, name := range []string{"action.yml", "Dockerfile"} {
		content, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(filepath.Join(repository, name), content, 0o644); err != nil {
			return nil, err
		}
	}
	for i, w := range all {
		var text string
		for _, l := range w.lines {
			// Of well-known actions actionlint knows the inputs by their major version.
			text += pinned.ReplaceAllString(usesOurs.ReplaceAllString(l.text, "./"), "@$1") + "\n"
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%d.yml", i)), []byte(text), 0o644); err != nil {
			return nil, err
		}
	}
	return run(actionlint, repository, all)
}

func run(actionlint, repository string, all []workflow) ([]string, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(actionlint, "-format", "{{json .}}")
	cmd.Dir, cmd.Stdout, cmd.Stderr = repository, &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		return nil, fmt.Errorf("running actionlint: %w: %s", err, stderr.String())
	}
	var found []struct {
		Message string `json:"message"`
		File    string `json:"filepath"`
		Line    int    `json:"line"`
		Column  int    `json:"column"`
		Kind    string `json:"kind"`
	}
	if err := json.Unmarshal(stdout.Bytes(), &found); err != nil {
		return nil, fmt.Errorf("reading what actionlint says: %w", err)
	}
	var problems []string
	for _, f := range found {
		var i int
		if _, err := fmt.Sscanf(filepath.Base(f.File), "%d.yml", &i); err != nil {
			// About the action's own metadata, which actionlint reports where it was used.
			problems = append(problems, fmt.Sprintf("%s:%d:%d: %s [%s]", filepath.Base(f.File), f.Line, f.Column, f.Message, f.Kind))
			continue
		}
		w := all[i]
		if w.partial && strings.HasPrefix(f.Message, "missing input ") {
			continue
		}
		at := w.lines[min(max(f.Line, 1), len(w.lines))-1]
		problems = append(problems, fmt.Sprintf("%s:%d:%d: %s [%s]", w.file, at.at, max(f.Column-at.moved, 1), f.Message, f.Kind))
	}
	return problems, nil
}
