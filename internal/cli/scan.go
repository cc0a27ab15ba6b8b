package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/org/imgscan-action/internal/publish"
	"github.com/org/imgscan-action/internal/report"
)

const scanAbout = `Scan one image and judge it.

REF is a path - a docker-save tar, an OCI tar, or an OCI layout folder; plain,
gzip or zstd - or an image reference, which is looked for in the local Docker
daemon and then in its registry. What begins with /, ./ or ../, or ends in .tar
and the like, is a path; what has a tag, a digest or a registry's host is a
reference; a plain word is a path where one exists. A prefix settles it:
  docker:IMAGE  registry:IMAGE  docker-archive:PATH  oci-archive:PATH  oci-dir:PATH

Settings come from .imgscan/config.yaml, and flags win over the file.`

// scanFlags are the flags of 'imgscan scan' that are not settings. Settings go
// into the configuration under their key, so that flags, file and action inputs
// are checked in one place.
type scanFlags struct {
	outputs       []string
	configPath    string
	policyDir     string
	show          []string
	sarif         string
	imageName     string
	now           string
	quiet         bool
	cacheDir      string
	noCache       bool
	skipUpdate    bool
	username      string
	passwordStdin bool
	showConfig    bool
	attach        bool
}

// settingFlags are the flags that stand for a key of the configuration file.
var settingFlags = []struct {
	flag, key, usage string
	boolean, list    bool
}{
	{flag: "fail-on", key: "policy.fail-on", usage: "break the policy at this `severity` and worse: critical, high, medium, low, none or never"},
	{flag: "only-fixable", key: "policy.only-fixable", usage: "break the policy only for what has a fix", boolean: true},
	{flag: "mode", key: "policy.mode", usage: "how much a broken policy stops: observe, warn or block (`mode`)"},
	{flag: "accept-gap", key: "policy.accept-gaps", usage: "accept this `kind` of gap; repeatable", list: true},
	{flag: "db", key: "database.source", usage: "vulnerability database: a folder, an OCI layout, or an OCI reference (`where`)"},
	{flag: "platform", key: "scan.platform", usage: "which image of a multi-platform index to scan: `os/arch[/variant]`"},
	{flag: "java-db", key: "scan.java-db", usage: "`folder` of Trivy's Java database, to identify jars that do not say what they are"},
	{flag: "mirror", key: "registry.mirrors", usage: "ask `MIRROR` first for images of HOST, as HOST=MIRROR; repeatable", list: true},
	{flag: "insecure", key: "registry.insecure", usage: "allow http and unverified TLS for this registry `host`; repeatable", list: true},
	{flag: "base", key: "build.bases", usage: "what the image was built on: a `reference`, or as REF; repeatable", list: true},
	{flag: "repository", key: "build.repository", usage: "`folder` of the source that the image was built from"},
	{flag: "dockerfile", key: "build.dockerfile", usage: "Dockerfile of the build, a `path` in the repository"},
	{flag: "target", key: "build.target", usage: "`stage` of the Dockerfile that was built"},
	{flag: "build-arg", key: "build.args", usage: "argument of the build, `NAME=VALUE`; repeatable", list: true},
	{flag: "build-context", key: "build.contexts", usage: "named context of the build, `NAME=WHERE`; repeatable", list: true},
	{flag: "build-metadata", key: "build.metadata", usage: "`file` that buildx wrote with --metadata-file"},
	{flag: "base-registry", key: "build.registries", usage: "registry `host` that may be asked about bases besides those that the Dockerfile names; repeatable", list: true},
	{flag: "check-tags", key: "build.check-tags", usage: "ask registries where the tags of the bases stand now", boolean: true},
	{flag: "baseline-image", key: "compare.image", usage: "image of the base branch, to tell what this change brought: a `reference` or path"},
	{flag: "baseline-report", key: "compare.report", usage: "JSON report that was stored of it, for when there is no such image (`where`): a file, or registry:IMAGE"},
	{flag: "only-introduced", key: "policy.only-introduced", usage: "break the policy only for what this change brought", boolean: true},
	{flag: "introduced-by", key: "policy.introduced-by", usage: "judge only findings of the `side` named: app or base; repeatable", list: true},
}

func newScan(version string, env Env) *cobra.Command {
	var flags scanFlags
	cmd := &cobra.Command{
		Use:   "scan REF",
		Short: "Scan one image and judge it",
		Long: scanAbout + "\n\nOutput formats (-o, repeatable): " + strings.Join(report.Names(), ", ") +
			"\n\n" + exitCodes,
		Example: `  imgscan scan ghcr.io/acme/app:1.4
  imgscan scan app.tar --db build/db --fail-on critical --only-fixable
  imgscan scan docker:app:dev -o table -o sarif=imgscan.sarif`,
		Args: exactArgs("REF"),
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := scanRequest(cmd, args[0], flags, version, env)
			if err != nil {
				return err
			}
			return r.run(cmd.Context())
		},
	}
	f := cmd.Flags()
	f.StringArrayVarP(&flags.outputs, "output", "o", []string{"table"}, "write `FORMAT[=PATH]`; repeatable")
	f.StringArrayVar(&flags.show, "show", nil, "show `what` the table leaves out: suppressed, the findings that do not count because of a decision")
	f.StringVar(&flags.sarif, "sarif-suppressed", string(report.OmitSuppressed), "what becomes of those in sarif: omit or include (`choice`)")
	f.BoolVar(&flags.attach, "attach-report", false, "attach the JSON report to the image in its registry, for later scans to compare with")
	f.BoolVar(&flags.showConfig, "show-config", false, "print every setting and where it came from, and scan nothing")
	flags.register(f)
	return cmd
}

// register adds the flags of every command that scans an image.
func (flags *scanFlags) register(f *pflag.FlagSet) {
	f.StringVar(&flags.configPath, "config", "", "configuration `file` (default "+defaultConfig+" if it is there)")
	f.StringVar(&flags.policyDir, "policy-dir", "", "`folder` to take the configuration and the decisions from: a checkout of the base branch")
	f.StringVar(&flags.imageName, "image-name", "", "what the image is called in policy, exceptions and reports: a repository without tag (`name`)")
	f.StringVar(&flags.now, "now", "", "judge as of this `time`, RFC 3339")
	f.BoolVarP(&flags.quiet, "quiet", "q", false, "no progress on standard error")
	f.StringVar(&flags.cacheDir, "cache-dir", "", "`folder` for the downloaded database and for what was found in layers")
	f.BoolVar(&flags.noCache, "no-cache", false, "read every layer, and remember nothing of it")
	f.BoolVar(&flags.skipUpdate, "skip-db-update", false, "use the downloaded database as it is")
	f.StringVar(&flags.username, "username", "", "`name` to log in with at the image's registry")
	f.BoolVar(&flags.passwordStdin, "password-stdin", false, "read the registry password from standard input")
	for _, s := range settingFlags {
		switch {
		case s.boolean:
			f.Bool(s.flag, false, s.usage)
		case s.list:
			f.StringArray(s.flag, nil, s.usage)
		default:
			f.String(s.flag, "", s.usage)
		}
	}
}

// scanRequest checks the flags and gathers them into a request. Every error is
// one of usage.
func scanRequest(cmd *cobra.Command, ref string, flags scanFlags, version string, env Env) (*request, error) {
	r := &request{
		env:        env,
		version:    version,
		ref:        ref,
		imageName:  flags.imageName,
		configPath: flags.configPath,
		cacheDir:   flags.cacheDir,
		noCache:    flags.noCache,
		skipUpdate: flags.skipUpdate,
		showConfig: flags.showConfig,
		attach:     flags.attach,
		username:   flags.username,
		progress:   newProgress(env, flags.quiet),
	}
	for _, s := range settingFlags {
		f := cmd.Flags().Lookup(s.flag)
		if !f.Changed {
			continue
		}
		values := []string{f.Value.String()}
		if s.list {
			var err error
			if values, err = cmd.Flags().GetStringArray(s.flag); err != nil {
				return nil, err
			}
		}
		r.settings = append(r.settings, setting{s.key, values, "flag --" + s.flag})
	}

	var err error
	if r.policy, err = folderTree(flags.policyDir); err != nil {
		return nil, usagef("--policy-dir: %w", err)
	}
	if r.now, err = clock(flags.now); err != nil {
		return nil, usagef("--now: %w", err)
	}
	if flags.passwordStdin != (flags.username != "") {
		return nil, usagef("--username and --password-stdin go together: give both or neither")
	}
	if flags.passwordStdin {
		if r.password, err = readPassword(env.Stdin); err != nil {
			return nil, usagef("reading the password from standard input: %w", err)
		}
	}
	for _, what := range flags.show {
		if what != "suppressed" {
			return nil, usagef("--show: unknown part %q: expected suppressed", what)
		}
	}
	if r.publishers, err = publishers(flags.outputs, env, nil, len(flags.show) > 0, flags.sarif); err != nil {
		return nil, usage(err)
	}
	return r, nil
}

// clock is the time in text, or the present when text is empty.
func clock(text string) (time.Time, error) {
	if text == "" {
		return time.Now().UTC(), nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is not a time: expected RFC 3339, such as 2026-11-23T12:00:00Z", text)
	}
	return t.UTC(), nil
}

// readPassword reads one password and drops the line end that echo and secret
// stores put behind it.
func readPassword(in io.Reader) (string, error) {
	const limit = 64 << 10 // no registry token is longer
	text, err := io.ReadAll(io.LimitReader(in, limit+1))
	switch {
	case err != nil:
		return "", err
	case len(text) > limit:
		return "", fmt.Errorf("more than %d bytes", limit)
	}
	password := strings.TrimRight(string(text), "\r\n")
	if password == "" {
		return "", fmt.Errorf("it is empty")
	}
	return password, nil
}

// publishers reads the values of --output, FORMAT[=PATH] each, and checks that
// every file can be written before any work is done; below roots, if there are any,
// see publish.File. The rest is for formats that can leave out what was decided not
// to count, see report.Options.
func publishers(outputs []string, env Env, roots []string, showSuppressed bool, inSARIF string) ([]publish.Publisher, error) {
	sarif, err := report.ParseSuppressed(inSARIF)
	if err != nil {
		return nil, err
	}
	var (
		all     []publish.Publisher
		printed string
		written = make(map[string]string)
	)
	for _, o := range outputs {
		name, path, toFile := strings.Cut(o, "=")
		format, err := report.For(name)
		if err != nil {
			return nil, err
		}
		if toFile && path == "" {
			return nil, fmt.Errorf("output %q names no file: expected FORMAT=PATH, or FORMAT alone for standard output", o)
		}
		if !toFile || path == "-" {
			if printed != "" {
				return nil, fmt.Errorf("outputs %q and %q both go to standard output: give one of them a file, FORMAT=PATH", printed, o)
			}
			printed = o
			options := terminalOptions(env)
			options.ShowSuppressed, options.SuppressedInSARIF = showSuppressed, sarif
			all = append(all, publish.Stream{Format: format, Writer: env.Stdout, Options: options})
			continue
		}
		if other, taken := written[path]; taken {
			return nil, fmt.Errorf("outputs %q and %q name the same file", other, o)
		}
		written[path] = o
		options := report.Options{ShowSuppressed: showSuppressed, SuppressedInSARIF: sarif}
		file := publish.File{Format: format, Path: path, Roots: roots, Options: options}
		if err := file.Check(); err != nil {
			return nil, err
		}
		all = append(all, file)
	}
	return all, nil
}
