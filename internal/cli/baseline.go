package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/spf13/cobra"

	"github.com/org/imgscan-action/internal/baseline"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/github"
)

func newBaseline(version string, env Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "baseline",
		Short: "Put the gate in front of an image that already has findings",
		Args:  oneOfCommands,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newBaselineCreate(version, env))
	return cmd
}

func newBaselineCreate(version string, env Env) *cobra.Command {
	var (
		flags  scanFlags
		output string
	)
	cmd := &cobra.Command{
		Use:   "create REF...",
		Short: "Write down what is wrong today, so that only what is new counts",
		Long: `Write down what is wrong with images today. The policy does not count these
findings from then on, so that a gate can be put in front of an old image on the
first day; what is new counts.

What the file says of other images stays. What it says of the images named is
written anew.`,
		Example: `  imgscan baseline create ghcr.io/acme/api:1.4 ghcr.io/acme/web:2.0`,
		Args:    someArgs("images"),
		RunE: func(cmd *cobra.Command, refs []string) error {
			return createBaseline(cmd, refs, output, flags, version, env)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "`file` to write (default that of baseline.file, "+baseline.Path+")")
	flags.register(cmd.Flags())
	return cmd
}

func createBaseline(cmd *cobra.Command, refs []string, output string, flags scanFlags, version string, env Env) error {
	var (
		file   *baseline.File
		before = make(map[string]int) // findings by image
		images []string               // those that were scanned
		said   []string               // what to print when all is written
	)
	err := scanAll(cmd, refs, flags, version, env, func(r *request, rep *finding.Report) error {
		if file == nil {
			cfg, err := r.policy.config(r.configPath, r.settings)
			if err != nil {
				return usage(err)
			}
			output = cmp.Or(output, cfg.Baseline.File)
			if file, err = readBaselineFile(output); err != nil {
				return usage(err)
			}
			for _, f := range file.Findings {
				before[f.Image]++
			}
		}
		name := rep.Image.Name
		// One image may be named twice, in two versions: the file is about both.
		if !slices.Contains(images, name) {
			file = file.Without(name)
			images = append(images, name)
		}
		now := baseline.Of(rep, rep.Now)
		file = baseline.Merge(file, now)
		line := fmt.Sprintf("%s: %s", name, counted(len(now.Findings), "finding"))
		if before[name] > 0 {
			line += fmt.Sprintf(", and %d before", before[name])
		}
		said = append(said, line)
		if slices.ContainsFunc(rep.Gaps, func(g finding.Gap) bool { return !g.Kind.Common() }) {
			complain(env.Stderr, rep.Image.Ref+" could not be read completely: what was not seen is not in the baseline")
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := save(output, file.Marshal()); err != nil {
		return err
	}
	for _, line := range said {
		fmt.Fprintln(env.Stdout, github.Sanitize(line))
	}
	_, err = fmt.Fprintf(env.Stdout, "wrote %s: %s\n", output, counted(len(file.Findings), "finding"))
	return err
}

// readBaselineFile is the file to write anew; nothing when it is not there.
func readBaselineFile(name string) (*baseline.File, error) {
	src, err := readInput(name)
	if errors.Is(err, fs.ErrNotExist) {
		return &baseline.File{}, nil
	}
	if err != nil {
		return nil, err
	}
	return baseline.Parse(name, src)
}
