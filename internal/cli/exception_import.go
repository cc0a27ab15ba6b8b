package cli

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/foreign"
	"github.com/org/imgscan-action/internal/github"
	"github.com/org/imgscan-action/internal/vex"
)

func newExceptionImport(env Env) *cobra.Command {
	var (
		to, now string
		dryRun  bool
	)
	cmd := &cobra.Command{
		Use:   "import FILE...",
		Short: "Take over what other tools were told to ignore, and what vendors say",
		Long: `Take over decisions from .trivyignore, .trivyignore.yaml, .grype.yaml, .snyk,
osv-scanner.toml and VEX documents (OpenVEX, CSAF, CycloneDX). What a file is, its
name says and else its content.

Nothing that is imported acts before somebody approves it: 'imgscan exception
renew' does. What could not be taken over is printed on standard error.`,
		Example: `  imgscan exception import .trivyignore .grype.yaml
  imgscan exception import vendor.openvex.json --to .imgscan/exceptions.d/vendor.yaml`,
		Args: someArgs("files"),
		RunE: func(_ *cobra.Command, names []string) error {
			at, err := clock(now)
			if err != nil {
				return usagef("--now: %w", err)
			}
			file, err := exceptionsFile(to)
			if err != nil {
				return usagef("--to: %w", err)
			}
			return importExceptions(names, file, dryRun, at, env)
		},
	}
	f := cmd.Flags()
	f.StringVar(&to, "to", defaultExceptions, "`file` to add them to: one of a team is "+exceptionsFolder+"/NAME.yaml")
	f.BoolVar(&dryRun, "dry-run", false, "print the entries, and write nothing")
	f.StringVar(&now, "now", "", "import as of this `time`, RFC 3339")
	return cmd
}

func importExceptions(names []string, to string, dryRun bool, now time.Time, env Env) error {
	files, err := loadExceptions()
	if err != nil {
		return err
	}
	known := make(map[string]bool)
	for _, p := range places(files) {
		known[p.entry.ID] = true
	}
	var fresh []exceptions.Entry
	for _, name := range names {
		entries, lost, err := readForeign(name, now)
		if err != nil {
			return usage(err)
		}
		for _, e := range entries {
			if known[e.ID] {
				lost = append(lost, fmt.Sprintf("%s is there already, and stays as it is", e.ID))
				continue
			}
			known[e.ID] = true
			fresh = append(fresh, e)
		}
		for _, l := range lost {
			complain(env.Stderr, name+": "+l)
		}
	}
	if len(fresh) == 0 {
		_, err := fmt.Fprintln(env.Stdout, "nothing to import")
		return err
	}
	if dryRun {
		text, err := exceptions.Marshal(fresh)
		if err != nil {
			return usage(err)
		}
		// The text is somebody else's, and a runner looks for commands in what it sees.
		runner := github.NewRunner(env.Environ, env.Stdout, env.Stderr)
		_, err = runner.Stdout().Write(text)
		return errors.Join(err, runner.Flush())
	}
	if err := edit(to, func(src []byte) ([]byte, error) { return exceptions.Add(src, fresh...) }); err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.Stdout, "imported %s to %s: none acts before somebody approves it with 'imgscan exception renew ID'\n",
		counted(len(fresh), "exception"), to)
	return err
}

// readForeign reads a file of another tool, or a VEX document. Of those only VEX
// is JSON.
func readForeign(name string, now time.Time) (entries []exceptions.Entry, lost []string, err error) {
	src, err := readInput(name)
	if err != nil {
		return nil, nil, err
	}
	if filepath.Ext(name) != ".json" && !bytes.HasPrefix(bytes.TrimSpace(src), []byte("{")) {
		return foreign.Import(name, src, foreign.ImportOptions{Now: now})
	}
	claims, err := vex.Read(name, src)
	if err != nil {
		return nil, nil, err
	}
	entries = vex.Import(claims, vex.ImportOptions{Now: now})
	if left := len(claims) - len(entries); left > 0 {
		lost = append(lost, fmt.Sprintf("%d of %s became no exception: the product is affected, another statement says the same, or nothing that it names can be selected",
			left, counted(len(claims), "statement")))
	}
	return entries, lost, nil
}
