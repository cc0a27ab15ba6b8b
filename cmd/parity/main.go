// Command parity compares imgscan with Trivy on the corpus in testdata/parity;
// `make parity` runs it. It exits 1 on a difference that nobody has explained and
// 2 when it cannot compare.
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

	"github.com/org/imgscan-action/internal/parity"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Getenv("CI") == "true", os.Stdout)
	stop()
	switch {
	case errors.Is(err, parity.ErrDifferent):
		os.Exit(1)
	case err != nil:
		fmt.Fprintln(os.Stderr, "parity:", err)
		os.Exit(2)
	}
}

// modules are those whose files the corpus uses: recipes find each one's folder
// in a variable.
var modules = []struct{ variable, path string }{
	{"TRIVY_SOURCE", "github.com/aquasecurity/trivy"},
	{"RPMDB_SOURCE", "github.com/knqyf263/go-rpmdb"},
}

func run(ctx context.Context, args []string, strict bool, out io.Writer) error {
	opts := parity.Options{Out: out, Strict: strict}
	flags := flag.NewFlagSet("parity", flag.ContinueOnError)
	flags.StringVar(&opts.Corpus, "corpus", "testdata/parity", "`folder` with recipes and explanations")
	flags.StringVar(&opts.Work, "work", "build/parity", "`folder` for images, databases and logs")
	flags.StringVar(&opts.Trivy, "trivy", "", "Trivy's `command`")
	flags.StringVar(&opts.Imgscan, "imgscan", "build/imgscan", "imgscan's `command`")
	flags.Var((*list)(&opts.OSV), "osv", "`folder` of advisories in OSV format; repeatable")
	flags.Var((*list)(&opts.NVD), "nvd", "`folder` of CVE records of NVD; repeatable")
	flags.Var((*list)(&opts.Only), "only", "compare only images whose name matches `glob`; repeatable")
	flags.BoolVar(&opts.Plain, "plain", false, "compare only images made of nothing but files in Go modules")
	if err := flags.Parse(args); err != nil {
		return err
	}
	for _, path := range []*string{&opts.Corpus, &opts.Work, &opts.Trivy, &opts.Imgscan} {
		absolute, err := filepath.Abs(*path)
		if err != nil {
			return err
		}
		*path = absolute
	}
	for _, m := range modules {
		said, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Path}}@{{.Version}} {{.Dir}}", m.path).Output()
		if err != nil {
			return fmt.Errorf("finding module %q: %w", m.path, err)
		}
		version, dir, _ := strings.Cut(strings.TrimSpace(string(said)), " ")
		opts.Fixed += version + "\n"
		opts.Env = append(opts.Env, m.variable+"="+dir)
		if m.variable == "TRIVY_SOURCE" {
			opts.JavaDatabase = filepath.Join(dir, "pkg/fanal/analyzer/language/java/jar/testdata/java-db")
		}
	}
	opts.Env = append(opts.Env, "DOWNLOADS="+filepath.Join(opts.Work, "downloads"))
	return parity.Run(ctx, opts)
}

// list is a flag that may be given several times.
type list []string

func (l *list) String() string { return strings.Join(*l, ",") }

func (l *list) Set(value string) error {
	*l = append(*l, value)
	return nil
}
