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
	"github.com/org/imgscan-action/internal/publish"
	"github.com/org/imgscan-action/internal/report"
	"github.com/org/imgscan-action/internal/vex"
)

func newExceptionImport(env Env) *cobra.Command {
	var (
		to, now string
		reports []string
		dryRun  bool
	)
	cmd := &cobra.Command{
		Use:   "import FILE...",
		Short: "Take over what other tools were told to ignore, and what vendors say",
		Long: `Take over decisions from .trivyignore, .trivyignore.yaml, .grype.yaml, .snyk,
osv-scanner.toml, VEX documents (OpenVEX, CSAF, CycloneDX), and the alerts of
imgscan that were dismissed in GitHub's code scanning, as 'gh api' lists them.
What a file is, its name says and else its content.

Where an alert is shown at a line of the repository, it does not say where in the
image the package is. A JSON report of the image does: --report.

Nothing that is imported acts before somebody approves it: 'imgscan exception
renew' does. What could not be taken over is printed on standard error.`,
		Example: `  imgscan exception import .trivyignore .grype.yaml
  imgscan exception import vendor.openvex.json --to .imgscan/exceptions.d/vendor.yaml
  gh api --paginate "repos/OWNER/REPO/code-scanning/alerts?tool_name=imgscan&state=dismissed" > alerts.json
  imgscan exception import alerts.json --report imgscan.json`,
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
			opts, err := importOptions(at, reports)
			if err != nil {
				return usage(err)
			}
			return importExceptions(names, file, dryRun, opts, env)
		},
	}
	f := cmd.Flags()
	f.StringVar(&to, "to", defaultExceptions, "`file` to add them to: one of a team is "+exceptionsFolder+"/NAME.yaml")
	f.StringArrayVar(&reports, "report", nil, "JSON report of an image that alerts are about, a `file` (repeatable)")
	f.BoolVar(&dryRun, "dry-run", false, "print the entries, and write nothing")
	f.StringVar(&now, "now", "", "import as of this `time`, RFC 3339")
	return cmd
}

// importOptions are what the files do not say.
func importOptions(now time.Time, reports []string) (foreign.ImportOptions, error) {
	opts := foreign.ImportOptions{Now: now, OwnDismissal: publish.IsOwnDismissal}
	for _, name := range reports {
		src, err := readInput(name)
		if err != nil {
			return opts, err
		}
		rep, err := report.Read(name, src)
		if err != nil {
			return opts, err
		}
		opts.Reports = append(opts.Reports, rep)
	}
	return opts, nil
}

func importExceptions(names []string, to string, dryRun bool, opts foreign.ImportOptions, env Env) error {
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
		entries, lost, err := readForeign(name, opts)
		if err != nil {
			return usage(err)
		}
		for _, e := range entries {
			if known[e.ID] {
				lost = append(lost, fmt.Sprintf("%s: %s is there already, and stays as it is", name, e.ID))
				continue
			}
			known[e.ID] = true
			fresh = append(fresh, e)
		}
		for _, l := range lost {
			complain(env.Stderr, l)
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

// readForeign reads a file of another tool, or a VEX document. Of those only VEX is
// a JSON object. Lost are sentences that begin with the name of the file.
func readForeign(name string, opts foreign.ImportOptions) (entries []exceptions.Entry, lost []string, err error) {
	src, err := readInput(name)
	if err != nil {
		return nil, nil, err
	}
	start := bytes.TrimSpace(bytes.TrimPrefix(src, []byte("\uFEFF")))
	isObject, isList := bytes.HasPrefix(start, []byte("{")), bytes.HasPrefix(start, []byte("["))
	if !isObject && (isList || filepath.Ext(name) != ".json") {
		return foreign.Import(name, src, opts)
	}
	claims, err := vex.Read(name, src)
	if err != nil {
		return nil, nil, err
	}
	entries = vex.Import(claims, vex.ImportOptions{Now: opts.Now})
	if left := len(claims) - len(entries); left > 0 {
		lost = append(lost, fmt.Sprintf("%s: %d of %s became no exception: the product is affected, another statement says the same, or nothing that it names can be selected",
			name, left, counted(len(claims), "statement")))
	}
	return entries, lost, nil
}
