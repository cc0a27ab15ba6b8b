package cli

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/github"
	"github.com/org/imgscan-action/internal/triage"
)

func newExceptionExplain(version string, env Env) *cobra.Command {
	var flags scanFlags
	cmd := &cobra.Command{
		Use:   "explain REF NAME",
		Short: "Say why a decision does or does not act on an image",
		Long: `Say why a decision does or does not act on an image: every entry that is about
NAME is held against every finding it could mean, up to the first thing that is
not as the entry wants it.

NAME is the identifier of a vulnerability, the name or package URL of a package,
or the identifier of an entry. The exit code says only whether it could be told.`,
		Example: `  imgscan exception explain app.tar CVE-2023-45853
  imgscan exception explain ghcr.io/acme/api:1.4 EX-2026-003`,
		Args: exactArgs("REF", "NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return scanAll(cmd, args[:1], flags, version, env, func(r *request, rep *finding.Report) error {
				cfg, err := r.policy.config(r.configPath, r.settings)
				if err != nil {
					return usage(err)
				}
				rules, err := r.policy.rules(cfg)
				if err != nil {
					return usage(err)
				}
				opts := rules.Triage
				opts.Now, opts.Names = rep.Now, rep.Image.Names
				matches := triage.Explain(rep, rules.Exceptions, opts, args[1])
				if len(matches) == 0 {
					about := fmt.Sprintf("none of %s is about %q", counted(len(places(rules.Exceptions)), "exception"), args[1])
					_, err := fmt.Fprintln(env.Stdout, github.Sanitize(about))
					return err
				}
				return writeMatches(env.Stdout, matches)
			})
		},
	}
	flags.register(cmd.Flags())
	return cmd
}

// writeMatches writes entries and, below each, the findings it was held against.
func writeMatches(out io.Writer, matches []triage.Match) error {
	w := bufio.NewWriter(out)
	var entry *exceptions.Entry
	for _, m := range matches {
		if m.Entry != entry {
			if entry != nil {
				fmt.Fprintln(w)
			}
			entry = m.Entry
			fmt.Fprintln(w, github.Sanitize(fmt.Sprintf("%s  %s  %s:%d", entry.ID, entry.Decision, entry.At.File, entry.At.Start)))
		}
		sign := "✗"
		if m.Acts {
			sign = "✓"
		}
		what := "no finding"
		if f := m.Finding; f != nil {
			what = strings.TrimSpace(strings.Join([]string{f.ID, f.Package.Name, f.Package.FullVersion()}, " "))
		}
		fmt.Fprintln(w, "  "+github.Sanitize(fmt.Sprintf("%s %s: %s", sign, what, m.Why)))
		for _, s := range m.Selectors {
			mark := "✓"
			if !s.OK {
				mark = "✗"
			}
			fmt.Fprintln(w, "      "+github.Sanitize(fmt.Sprintf("%s %s: wants %s, found %s", mark, s.Name, s.Wrote, cmp.Or(s.Found, "nothing"))))
			if !s.OK {
				break
			}
		}
	}
	return w.Flush()
}
