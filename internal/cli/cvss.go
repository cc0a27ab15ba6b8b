package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/org/imgscan-action/internal/cvss"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/match"
	"github.com/org/imgscan-action/internal/vulndb"
)

func newCVSS(version string, env Env) *cobra.Command {
	var (
		flags dbFlags
		set   []string
	)
	cmd := &cobra.Command{
		Use:   "cvss CVE|VECTOR [--set METRIC:VALUE]...",
		Short: "Say what a vulnerability is worth where it runs",
		Long: `Say what a vulnerability is worth where it runs: the score and the severity before
and after environmental and temporal metrics are set, with each metric in words.

A CVE is looked up in the vulnerability database, and the rating that counts is
taken; a vector is taken as it is, and needs no database. Versions 3.0, 3.1 and
4.0 can be rescored; 2.0 can only be read.`,
		Example: `  imgscan cvss CVE-2023-44487 --set MAV:A --set MA:L
  imgscan cvss CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H --set MAV:A`,
		Args: exactArgs("CVE|VECTOR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			modified, err := pairs("--set", set)
			if err != nil {
				return usage(err)
			}
			rating, err := ratingOf(cmd.Context(), args[0], flags, version, env)
			if err != nil {
				return err
			}
			before, err := cvss.Parse(rating.Vector)
			if err != nil {
				return usage(err)
			}
			after := before
			if len(modified) > 0 {
				if after, err = before.Set(modified); err != nil {
					return usagef("--set: %w", err)
				}
			}
			return writeRescoring(env.Stdout, rating.Source, before, after)
		},
	}
	flags.add(cmd)
	cmd.Flags().StringArrayVar(&set, "set", nil, "metric to set, `METRIC:VALUE`; repeatable")
	return cmd
}

// ratingOf is a vector as a rating, or the rating of a vulnerability that counts.
func ratingOf(ctx context.Context, text string, flags dbFlags, version string, env Env) (finding.Rating, error) {
	if isVector(text) {
		return finding.Rating{Vector: text}, nil
	}
	var settings []setting
	if flags.source != "" {
		settings = append(settings, setting{"database.source", []string{flags.source}, "flag --db"})
	}
	cfg, err := loadConfig(flags.configPath, settings)
	if err != nil {
		return finding.Rating{}, usage(err)
	}
	options, err := flags.options(version, time.Now().UTC(), env)
	if err != nil {
		return finding.Rating{}, err
	}
	db, err := vulndb.Open(ctx, options)
	if err != nil {
		return finding.Rating{}, err
	}
	defer db.Close()
	matcher := match.Matcher{Order: cfg.Severity.Order}
	rating, beaten, err := matcher.Rate(text)
	if err != nil {
		return finding.Rating{}, usagef("%w: expected a CVE, or a vector such as CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", err)
	}
	// The rating that counts may be a word, which cannot be rescored; the best that
	// can is then the next that has a vector.
	for _, r := range append([]finding.Rating{rating}, beaten...) {
		if r.Vector != "" {
			return r, nil
		}
	}
	return finding.Rating{}, usagef("nobody gives a vector for %q: give one instead of it", text)
}

// isVector tells a vector from an identifier of a vulnerability: only vectors have
// metrics.
func isVector(text string) bool {
	return strings.HasPrefix(text, "CVSS:") || strings.Contains(text, "/") && strings.Contains(text, ":")
}

// writeRescoring writes a vector before and after, what differs, and every metric.
func writeRescoring(w io.Writer, source string, before, after cvss.Vector) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if before != after {
		fmt.Fprintf(table, "before\t%.1f %s\t%s\n", before.Score(), before.Severity(), before)
		fmt.Fprintf(table, "after\t%.1f %s\t%s\n", after.Score(), after.Severity(), after)
	} else {
		fmt.Fprintf(table, "score\t%.1f %s\t%s\n", before.Score(), before.Severity(), before)
	}
	if source != "" {
		fmt.Fprintf(table, "source\t%s\n", source)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if changes := cvss.Explain(before, after); len(changes) > 0 {
		fmt.Fprintf(w, "\nwhat is set\n")
		for _, line := range changes {
			fmt.Fprintf(w, "  %s\n", line)
		}
	}
	fmt.Fprintf(w, "\nthe metrics\n")
	metrics := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, m := range after.Metrics() {
		fmt.Fprintf(metrics, "  %s:%s\t%s\n", m.Name, m.Value, m.Words)
	}
	return metrics.Flush()
}
