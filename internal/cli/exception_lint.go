package cli

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/org/imgscan-action/internal/config"
	"github.com/org/imgscan-action/internal/cvss"
	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/github"
)

func newExceptionLint(env Env) *cobra.Command {
	var (
		base            []string
		configPath, now string
	)
	cmd := &cobra.Command{
		Use:   "lint",
		Short: "Check the decisions against the rules of the project",
		Long: `Check the decisions against the rules of the project: who may approve, for how
long, with which evidence; recompute every rating that is claimed; and, with
--base, ask for a new approval of every entry that was changed.

With a folder for --base the rules too are those of the base, so that nobody can
change who may approve and be approved in one step.

In a workflow problems are annotations of the lines that they are in.

Exit codes:
  0  the rules of the project are met; there may be warnings
  1  an entry breaks them, or a file cannot be read as exceptions
  2  the command line or the configuration is wrong`,
		Example: `  imgscan exception lint
  git worktree add ../base origin/main && imgscan exception lint --base ../base`,
		Args: exactArgs(),
		RunE: func(*cobra.Command, []string) error {
			at, err := clock(now)
			if err != nil {
				return usagef("--now: %w", err)
			}
			return lintExceptions(base, configPath, at, env)
		},
	}
	f := cmd.Flags()
	f.StringArrayVar(&base, "base", nil, "compare with this checkout of the base branch, a `folder`, or with this file of exceptions; repeatable for files")
	f.StringVar(&configPath, "config", "", "configuration `file` (default "+defaultConfig+" if it is there)")
	f.StringVar(&now, "now", "", "check as of this `time`, RFC 3339")
	return cmd
}

// lintOptions are the rules of a project for its exceptions.
func lintOptions(cfg config.Config, now time.Time) exceptions.LintOptions {
	return exceptions.LintOptions{
		Now:           now,
		FS:            os.DirFS("."),
		Approvers:     cfg.Triage.Approvers,
		KEVApprovers:  cfg.Triage.KEVApprovers,
		MaxDays:       cfg.Triage.MaxDays.Limits(),
		WarnWithin:    cfg.Triage.WarnWithin,
		AllowWildcard: cfg.Triage.AllowWildcard,
	}
}

func lintExceptions(base []string, configPath string, now time.Time, env Env) error {
	before, rules, err := readBase(base)
	if err != nil {
		return usagef("--base: %w", err)
	}
	cfg, err := rules.config(configPath, nil)
	if err != nil {
		return usage(err)
	}
	files, err := exceptions.Load(os.DirFS("."))
	problems := exceptions.Problems(err)
	if err == nil {
		problems = exceptions.Lint(files, before, lintOptions(cfg, now))
	}
	runner := github.NewRunner(env.Environ, env.Stdout, env.Stderr)
	defer func() { _ = runner.Flush() }() // the stream is gone if this fails
	for _, line := range rescorings(files) {
		fmt.Fprintln(runner.Stdout(), line)
	}
	levels := make(map[github.Level]int)
	for _, p := range problems {
		a := annotation(p)
		levels[a.Level]++
		if runner.Annotate(a) != nil { // not in a workflow, or one too many
			fmt.Fprintln(runner.Stdout(), github.Sanitize(located(p)))
		}
	}
	summary := fmt.Sprintf("%s, %s", counted(levels[github.Error], "error"), counted(levels[github.Warning], "warning"))
	if files != nil {
		summary = fmt.Sprintf("%s in %s: ", counted(len(places(files)), "exception"), counted(len(files), "file")) + summary
	}
	fmt.Fprintln(runner.Stdout(), summary)
	if levels[github.Error] > 0 {
		return &verdictError{ExitFail}
	}
	return nil
}

// annotation is a problem beside the line that it is in.
func annotation(p exceptions.Problem) github.Annotation {
	level := github.Warning
	if p.Level == "error" {
		level = github.Error
	}
	return github.Annotation{Level: level, Title: "imgscan exceptions", Message: described(p), File: p.At.File, Line: p.At.Start}
}

// readBase reads the entries before a change, and says where the rules are that
// the change is held to: those of the base when it is a whole checkout.
func readBase(paths []string) ([]*exceptions.File, tree, error) {
	if len(paths) == 0 {
		return nil, tree{}, nil
	}
	files := []*exceptions.File{} // a base without exceptions is a base
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, tree{}, fmt.Errorf("%q: %w: expected a checkout of the base branch, or a file of exceptions", path, withoutPath(err))
		}
		if info.IsDir() {
			if len(paths) > 1 {
				return nil, tree{}, fmt.Errorf("%q is a folder: expected one folder, or files of exceptions", path)
			}
			fsys := os.DirFS(path)
			loaded, err := exceptions.Load(fsys)
			return append(files, loaded...), tree{fs: fsys, from: path}, err
		}
		src, err := readInput(path)
		if err != nil {
			return nil, tree{}, err
		}
		file, err := exceptions.Parse(path, src)
		if err != nil {
			return nil, tree{}, err
		}
		files = append(files, file)
	}
	return files, tree{}, nil
}

// rescorings say what every rescored entry computes to.
func rescorings(files []*exceptions.File) []string {
	var lines []string
	for _, p := range places(files) {
		c := p.entry.CVSS
		if c == nil {
			continue
		}
		before, err := cvss.Parse(c.Base)
		if err != nil {
			if before, err = cvss.Parse(c.Vector); err != nil {
				continue // the linter has said so
			}
		}
		before = before.Base()
		was := finding.Rating{Severity: before.Severity(), Score: before.Score(), Vector: before.String(), Version: before.Version()}
		is, err := cvss.Rescore(was, c.Vector, c.Modified)
		if err != nil {
			continue
		}
		lines = append(lines, fmt.Sprintf("%s:%d: info: %s: %s → %s", p.file.Name, p.entry.At.Start, p.entry.ID, scored(was), scored(is)))
	}
	return lines
}

func scored(r finding.Rating) string { return fmt.Sprintf("%.1f %s", r.Score, r.Severity) }

// located is a problem as compilers print theirs.
func located(p exceptions.Problem) string {
	var b strings.Builder
	b.WriteString(p.At.File)
	if p.At.Start > 0 {
		fmt.Fprintf(&b, ":%d", p.At.Start)
	}
	if p.Column > 0 {
		fmt.Fprintf(&b, ":%d", p.Column)
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	return b.String() + p.Level + ": " + described(p)
}

func described(p exceptions.Problem) string {
	if p.Entry == "" {
		return p.Text
	}
	return p.Entry + ": " + p.Text
}

// counted is a number of things.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
