// Package cli turns a command line, or the inputs of a GitHub Action, into
// collaborators, runs them, and turns the outcome into an exit code. It is the
// only place where packages are wired together and the only one that knows
// about exit codes.
package cli

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Exit codes, the same for every command and every output format.
const (
	ExitPass    = 0 // the policy is met
	ExitFail    = 1 // the policy is broken
	ExitUsage   = 2 // the command line or the configuration is wrong
	ExitUnknown = 3 // could not find out
)

// Env is the process that a command runs in. Nothing below reads os.Args,
// os.Stdout or the environment by itself.
type Env struct {
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer

	// Environ are KEY=VALUE entries, as os.Environ gives them. Of two with one key
	// the last counts.
	Environ []string
}

// Getenv is the value of a variable; empty when it is not set.
func (e Env) Getenv(key string) string {
	for _, entry := range slices.Backward(e.Environ) {
		if k, value, ok := strings.Cut(entry, "="); ok && k == key {
			return value
		}
	}
	return ""
}

const about = `imgscan gates a container image: it reports what is known to be wrong with the
image and answers one question, may the build proceed?`

const synopsis = `  imgscan scan REF [-o FORMAT[=PATH]]... [--db DIR|OCI-REF] [--config FILE] [--platform OS/ARCH] [--now RFC3339] ...
  imgscan explain REF PACKAGE|CVE
  imgscan layers REF
  imgscan exception add | lint | list | explain | prune | renew | import | export
  imgscan baseline create REF...
  imgscan cvss CVE|VECTOR [--set METRIC:VALUE]...
  imgscan db update | status | build --osv DIR... -o DIR
  imgscan version | help | schema config|exceptions|report`

const exitCodes = `Exit codes, the same for every output format:
  0  the policy is met
  1  the policy is broken
  2  the command line or the configuration is wrong
  3  could not find out: the image, the database or a part of them was unreadable,
     or a report could not be written to its end`

// Main runs one command and returns its exit code. Every error is one line on
// standard error that says what, where, and what to do; a configuration file
// with several mistakes gets a line for each.
func Main(ctx context.Context, version string, args []string, env Env) int {
	root := newRoot(version, env)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return ExitPass
	}
	var verdict *verdictError
	if errors.As(err, &verdict) {
		return verdict.code // the report has said it all
	}
	complain(env.Stderr, explain(ctx, err))
	return code(err)
}

// code is the exit code of an error that stopped a command.
func code(err error) int {
	var usage *usageError
	if errors.As(err, &usage) {
		return ExitUsage
	}
	return ExitUnknown
}

func newRoot(version string, env Env) *cobra.Command {
	root := &cobra.Command{
		Use:   "imgscan",
		Short: "Gate a container image in CI",
		Long:  about + "\n\n" + synopsis + "\n\n" + exitCodes,
		Example: `  imgscan scan ghcr.io/acme/app:1.4
  imgscan scan build/app.tar -o table -o sarif=imgscan.sarif -o json=imgscan.json
  imgscan help scan`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return usagef("unknown command %q: expected one of %s", args[0], strings.Join(commandNames(cmd), ", "))
		},
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetIn(env.Stdin)
	root.SetOut(env.Stdout)
	root.SetErr(env.Stderr)
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usagef("%w: %q takes %s", err, cmd.CommandPath(), strings.Join(flagNames(cmd), " "))
	})
	root.AddCommand(
		newScan(version, env),
		newExplain(version, env),
		newLayers(version, env),
		newException(version, env),
		newBaseline(version, env),
		newCVSS(version, env),
		newDB(version, env),
		newAction(version, env),
		newSchema(env),
		newVersion(version, env),
	)
	return root
}

func commandNames(cmd *cobra.Command) []string {
	var names []string
	for _, c := range cmd.Commands() {
		if !c.Hidden {
			names = append(names, c.Name())
		}
	}
	slices.Sort(names)
	return names
}

// oneOfCommands is the check of a command that does nothing by itself.
func oneOfCommands(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("unknown command %q for %q: expected one of %s", args[0], cmd.CommandPath(), strings.Join(commandNames(cmd), ", "))
	}
	return nil
}

func flagNames(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, "--"+f.Name)
		}
	})
	return names
}

// exactArgs is cobra.ExactArgs with an error that names what is missing.
func exactArgs(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != len(names) {
			return usagef("%q takes %s, got %s: see 'imgscan help %s'",
				cmd.CommandPath(), describeArgs(names), cmp.Or(strings.Join(args, " "), "none"), strings.TrimPrefix(cmd.CommandPath(), "imgscan "))
		}
		return nil
	}
}

// someArgs is the check of a command that takes any number of things but none.
func someArgs(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usagef("%q takes one or more %s, got none: see 'imgscan help %s'",
				cmd.CommandPath(), what, strings.TrimPrefix(cmd.CommandPath(), "imgscan "))
		}
		return nil
	}
}

func describeArgs(names []string) string {
	if len(names) == 0 {
		return "no arguments"
	}
	return "one argument, " + strings.Join(names, " ")
}
