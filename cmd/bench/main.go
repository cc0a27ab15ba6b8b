// Command bench measures imgscan against Trivy, and how imgscan's cost grows;
// `make bench` and `make bench-scale` run it.
//
//	bench [compare] [flags]   compares with Trivy
//	bench scale [flags]       measures how the cost grows
//
// It calls itself for two things that must be processes of their own: "bench
// child COMMAND...", which measures one command, and "bench limit LAYOUT
// COMPRESSION", which is a command to measure.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/bench"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out, log io.Writer) error {
	command := "compare"
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		command, args = args[0], args[1:]
	}
	switch command {
	case "child":
		return bench.Child(ctx, args, out, log)
	case "limit":
		if len(args) != 2 {
			return errors.New("usage: bench limit LAYOUT COMPRESSION")
		}
		return bench.Limit(ctx, args[0], bench.Compression(args[1]))
	case "compare":
		opts, err := options(ctx, "make bench", args, out, log)
		if err != nil {
			return err
		}
		if opts.Trivy == "" {
			return errors.New("-trivy is missing: the command to compare with")
		}
		return bench.Run(ctx, opts)
	case "scale":
		opts, err := options(ctx, "make bench-scale", args, out, log)
		if err != nil {
			return err
		}
		return bench.Scale(ctx, opts)
	}
	return fmt.Errorf("unknown command %q: expected compare or scale", command)
}

// options reads the flags of the commands that people call. target is what to
// call to get the same again.
func options(ctx context.Context, target string, args []string, out, log io.Writer) (bench.Options, error) {
	opts := bench.Options{Out: out, Date: time.Now().UTC().Format(time.DateOnly), Command: target}
	var only string
	var mebibytes int64
	var quick bool
	flags := flag.NewFlagSet(target, flag.ContinueOnError)
	flags.SetOutput(log)
	flags.StringVar(&opts.Imgscan, "imgscan", "build/imgscan", "imgscan's `command`")
	flags.StringVar(&opts.Trivy, "trivy", "", "Trivy's `command`")
	flags.StringVar(&opts.Work, "work", "build/bench", "`folder` for images, databases and caches")
	flags.StringVar(&opts.Small, "small", "build/alpine-310.tar.gz", "docker `archive` of the small image")
	flags.StringVar(&opts.OSV, "osv", "testdata/advisories/osv", "`folder` of advisories in OSV format")
	flags.StringVar(&opts.NVD, "nvd", "testdata/advisories/nvd", "`folder` of CVE records of NVD")
	flags.StringVar(&opts.Docs, "docs", "", "`folder` with performance.md; without it, results are only printed")
	flags.IntVar(&opts.Runs, "runs", 3, "how often each case is measured")
	flags.Int64Var(&mebibytes, "db-size", 1000, "size of the database in `MiB`")
	flags.StringVar(&only, "only", "", "measure only cases whose name has one of these `words`, separated by \"|\"")
	flags.BoolVar(&quick, "quick", false, "a first look: as -runs 1 -db-size 50 -docs ''")
	if err := flags.Parse(args); err != nil {
		return opts, err
	}
	if flags.NArg() > 0 {
		return opts, fmt.Errorf("unexpected arguments %q", flags.Args())
	}
	if quick {
		opts.Runs, mebibytes, opts.Docs = 1, 50, ""
	}
	if opts.Runs < 1 {
		return opts, errors.New("-runs must be 1 or more")
	}
	opts.DatabaseSize = mebibytes << 20
	if only != "" {
		opts.Only = strings.Split(only, "|")
	}
	for _, path := range []*string{&opts.Imgscan, &opts.Trivy, &opts.Work, &opts.Small, &opts.OSV, &opts.NVD, &opts.Docs} {
		if *path == "" {
			continue
		}
		absolute, err := filepath.Abs(*path)
		if err != nil {
			return opts, err
		}
		*path = absolute
	}
	self, err := os.Executable()
	if err != nil {
		return opts, err
	}
	opts.Self = []string{self, "limit"}
	opts.Meter = bench.Meter{Command: []string{self, "child"}, Dir: opts.Work}
	opts.Commit = commit(ctx)
	return opts, os.MkdirAll(opts.Work, 0o755)
}

// commit is the commit that is checked out, with "+" when there is more than it;
// "unknown" outside of a repository.
func commit(ctx context.Context) string {
	hash, err := exec.CommandContext(ctx, "git", "rev-parse", "--short=12", "HEAD").Output()
	if err != nil {
		return "unknown"
	}
	// The page that is written now is not what is measured.
	changes, err := exec.CommandContext(ctx, "git", "status", "--porcelain", "--", ".", ":!docs/performance.*").Output()
	text := strings.TrimSpace(string(hash))
	if err != nil || len(changes) > 0 {
		text += "+"
	}
	return text
}
