package cli

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/org/imgscan-action/internal/vulndb"
)

const dbAbout = `The database is trivy-db. A scan downloads it when it is missing or out of date;
these commands do so ahead of time, say what is there, or build one from
advisories in OSV format, which is how an organisation adds its own.`

func newDB(version string, env Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "db",
		Short: "Update, inspect or build the vulnerability database",
		Long:  dbAbout,
		Args:  oneOfCommands,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newDBUpdate(version, env), newDBStatus(version, env), newDBBuild(env))
	return cmd
}

// dbFlags say which database a command is about.
type dbFlags struct {
	source     string
	configPath string
	cacheDir   string
	insecure   []string
}

func (f *dbFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.source, "db", "", "vulnerability database: a folder, an OCI layout, or an OCI reference (`where`)")
	cmd.Flags().StringVar(&f.configPath, "config", "", "configuration `file` (default "+defaultConfig+" if it is there)")
	cmd.Flags().StringVar(&f.cacheDir, "cache-dir", "", "`folder` for the downloaded database")
	cmd.Flags().StringArrayVar(&f.insecure, "insecure", nil, "allow http and unverified TLS for this registry `host`; repeatable")
}

func (f *dbFlags) options(version string, now time.Time, env Env) (vulndb.Options, error) {
	var settings []setting
	if f.source != "" {
		settings = append(settings, setting{"database.source", []string{f.source}, "flag --db"})
	}
	if len(f.insecure) > 0 {
		settings = append(settings, setting{"registry.insecure", f.insecure, "flag --insecure"})
	}
	cfg, err := loadConfig(f.configPath, settings)
	if err != nil {
		return vulndb.Options{}, usage(err)
	}
	options, err := databaseOptions(cfg, f.cacheDir, version, now, env)
	return options, usage(err)
}

func newDBUpdate(version string, env Env) *cobra.Command {
	var (
		flags dbFlags
		quiet bool
	)
	cmd := &cobra.Command{
		Use:   "update",
		Short: "Download the newest database",
		Args:  exactArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			now := time.Now().UTC()
			options, err := flags.options(version, now, env)
			if err != nil {
				return err
			}
			progress := newProgress(env, quiet)
			options.OnBytes = progress.databaseBytes
			progress.startDatabase()
			info, err := vulndb.Update(cmd.Context(), options)
			progress.stop()
			if err != nil {
				return err
			}
			return writeInfo(env.Stdout, info, now)
		},
	}
	flags.add(cmd)
	cmd.Flags().BoolVarP(&quiet, "quiet", "q", false, "no progress on standard error")
	return cmd
}

func newDBStatus(version string, env Env) *cobra.Command {
	var flags dbFlags
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Say which database a scan would use, without the network",
		Args:  exactArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			now := time.Now().UTC()
			options, err := flags.options(version, now, env)
			if err != nil {
				return err
			}
			info, err := vulndb.Status(cmd.Context(), options)
			if err != nil {
				return err
			}
			return writeInfo(env.Stdout, info, now)
		},
	}
	flags.add(cmd)
	return cmd
}

func newDBBuild(env Env) *cobra.Command {
	var (
		options vulndb.BuildOptions
		now     string
	)
	cmd := &cobra.Command{
		Use:   "build --osv DIR... -o DIR",
		Short: "Build a database from advisories in OSV format",
		Example: `  imgscan db build --osv advisories/osv --nvd advisories/nvd -o build/db
  imgscan scan app.tar --db build/db`,
		Args: exactArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if len(options.OSV) == 0 || options.Out == "" {
				return usagef("%q needs --osv and -o: the folders of advisories, and the folder to make", cmd.CommandPath())
			}
			var err error
			if options.Now, err = clock(now); err != nil {
				return usagef("--now: %w", err)
			}
			stats, err := vulndb.Build(cmd.Context(), options)
			if err != nil {
				return usage(err) // what is wrong is in the folders that the user named
			}
			return writeStats(env.Stdout, options.Out, stats)
		},
	}
	f := cmd.Flags()
	f.StringArrayVar(&options.OSV, "osv", nil, "`folder` of advisories, one OSV JSON file each; repeatable")
	f.StringArrayVar(&options.NVD, "nvd", nil, "`folder` of NVD CVE records, for NVD's ratings; repeatable")
	f.StringVarP(&options.Out, "output", "o", "", "`folder` to make")
	f.StringVar(&now, "now", "", "date of the database, RFC 3339 `time`")
	return cmd
}

func writeInfo(w io.Writer, info vulndb.Info, now time.Time) error {
	lines := []struct{ name, value string }{
		{"source", info.Source},
		{"digest", info.Digest},
		{"built", date(info.Built, now)},
		{"next update", date(info.NextUpdate, time.Time{})},
		{"downloaded", date(info.Downloaded, now)},
	}
	for _, l := range lines {
		if l.value == "" {
			continue
		}
		if _, err := fmt.Fprintf(w, "%-12s %s\n", l.name, l.value); err != nil {
			return err
		}
	}
	for _, note := range info.Notes {
		if _, err := fmt.Fprintf(w, "%-12s %s\n", "note", oneLine(note)); err != nil {
			return err
		}
	}
	return nil
}

// date is t with its age at now in days; without an age when now is zero, and
// empty when t is.
func date(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	text := t.UTC().Format(time.RFC3339)
	if days := int(now.Sub(t).Hours() / 24); !now.IsZero() && days >= 0 {
		text += " (" + plural(days, "day") + " ago)"
	}
	return text
}

func writeStats(w io.Writer, out string, stats vulndb.BuildStats) error {
	text := fmt.Sprintf("built %s from %s", out, plural(stats.Records, "OSV record"))
	if stats.NVD > 0 {
		text += " and " + plural(stats.NVD, "NVD record")
	}
	if stats.Withdrawn > 0 {
		text += fmt.Sprintf("; left out %d withdrawn", stats.Withdrawn)
	}
	if stats.Unexpressed > 0 {
		text += fmt.Sprintf("; %d of no use to the detector of their distribution", stats.Unexpressed)
	}
	_, err := fmt.Fprintln(w, text)
	return err
}
