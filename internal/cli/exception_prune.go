package cli

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/github"
)

func newExceptionPrune(version string, env Env) *cobra.Command {
	var (
		scan            scanFlags
		expired, dryRun bool
		unused          []string
	)
	cmd := &cobra.Command{
		Use:   "prune [ID...]",
		Short: "Remove decisions that are no longer needed",
		Long: `Remove decisions, each with the comments above it: those named, those that have
ended, and those that decide nothing in any of the images named. Name every image
that entries are about, or those of the others look unused.`,
		Example: `  imgscan exception prune --expired --dry-run
  imgscan exception prune --unused ghcr.io/acme/api:1.4
  imgscan exception prune EX-2026-003`,
		RunE: func(cmd *cobra.Command, ids []string) error {
			if len(ids) == 0 && !expired && len(unused) == 0 {
				return usagef("%q needs to know what to remove: identifiers of exceptions, --expired or --unused REF", cmd.CommandPath())
			}
			going, err := goers(cmd, ids, expired, unused, scan, version, env)
			if err != nil {
				return err
			}
			return prune(env.Stdout, going, dryRun)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&expired, "expired", false, "remove those that have ended")
	f.StringArrayVar(&unused, "unused", nil, "remove those that decide nothing in this image, a `reference` as for scan; repeatable")
	f.BoolVar(&dryRun, "dry-run", false, "say what would be removed, and remove nothing")
	scan.register(f)
	return cmd
}

// goer is an entry that is to go, and why.
type goer struct {
	place
	why string
}

// goers are the entries to remove, in the order of the files.
func goers(cmd *cobra.Command, ids []string, ended bool, refs []string, scan scanFlags, version string, env Env) ([]goer, error) {
	now, err := clock(scan.now)
	if err != nil {
		return nil, usagef("--now: %w", err)
	}
	files, err := loadExceptions()
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if _, err := placeOf(files, id); err != nil {
			return nil, usage(err)
		}
	}
	unused, err := unusedIn(cmd, refs, scan, version, env)
	if err != nil {
		return nil, err
	}
	var going []goer
	for _, p := range places(files) {
		switch id := p.entry.ID; {
		case slices.Contains(ids, id):
			going = append(going, goer{p, "it was named"})
		case ended && expired(p.entry, now):
			going = append(going, goer{p, "it ended on " + p.entry.Expires.Format(time.DateOnly)})
		case unused[id] != "":
			going = append(going, goer{p, unused[id]})
		}
	}
	return going, nil
}

// prune removes entries file by file and says which.
func prune(w io.Writer, going []goer, dryRun bool) error {
	if len(going) == 0 {
		_, err := fmt.Fprintln(w, "nothing to remove")
		return err
	}
	verb := "removed"
	if dryRun {
		verb = "would remove"
	}
	for len(going) > 0 {
		name := going[0].file.Name
		n := slices.IndexFunc(going, func(g goer) bool { return g.file.Name != name })
		if n < 0 {
			n = len(going)
		}
		var ids []string
		for _, g := range going[:n] {
			ids = append(ids, g.entry.ID)
		}
		if !dryRun {
			if err := edit(name, func(src []byte) ([]byte, error) { return exceptions.Prune(src, ids) }); err != nil {
				return err
			}
		}
		for _, g := range going[:n] {
			fmt.Fprintln(w, github.Sanitize(fmt.Sprintf("%s %s from %s: %s", verb, g.entry.ID, name, g.why)))
		}
		going = going[n:]
	}
	return nil
}
