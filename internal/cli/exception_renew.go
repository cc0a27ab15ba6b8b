package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/org/imgscan-action/internal/exceptions"
)

func newExceptionRenew(env Env) *cobra.Command {
	var (
		by                           []string
		on, expires, configPath, now string
	)
	cmd := &cobra.Command{
		Use:   "renew ID... --approved-by WHO --expires WHEN",
		Short: "Approve decisions, for the first time or anew",
		Long: `Approve decisions, for the first time or anew: replace who has approved them, when,
and until when they hold. The project's rules are checked, and what they object to
is printed.`,
		Example: `  imgscan exception renew EX-2026-003 --approved-by @sec-lead --expires 90d`,
		Args:    someArgs("identifiers of exceptions"),
		RunE: func(cmd *cobra.Command, ids []string) error {
			if len(by) == 0 || expires == "" {
				return usagef("%q needs --approved-by and --expires: who has approved it, and until when", cmd.CommandPath())
			}
			at, err := clock(now)
			if err != nil {
				return usagef("--now: %w", err)
			}
			renewal := exceptions.Renewal{ApprovedBy: by}
			if renewal.ApprovedOn, err = approval(by, on, at); err != nil {
				return usage(err)
			}
			if renewal.Expires, err = day(expires, at); err != nil {
				return usagef("--expires: %w", err)
			}
			cfg, err := loadConfig(configPath, nil)
			if err != nil {
				return usage(err)
			}
			return renew(ids, renewal, lintOptions(cfg, at), env)
		},
	}
	f := cmd.Flags()
	f.StringArrayVar(&by, "approved-by", nil, "`who` has approved it; repeatable")
	f.StringVar(&on, "approved-on", "", "`day` of the approval (default today)")
	f.StringVar(&expires, "expires", "", "last `day` on which it holds, or how many days from now: 2027-01-31, 90d")
	f.StringVar(&configPath, "config", "", "configuration `file` (default "+defaultConfig+" if it is there)")
	f.StringVar(&now, "now", "", "write as of this `time`, RFC 3339")
	return cmd
}

// renew approves entries one by one. None is approved when one of them is not
// there.
func renew(ids []string, r exceptions.Renewal, rules exceptions.LintOptions, env Env) error {
	files, err := loadExceptions()
	if err != nil {
		return err
	}
	names := make([]string, len(ids))
	for i, id := range ids {
		p, err := placeOf(files, id)
		if err != nil {
			return usage(err)
		}
		names[i] = p.file.Name
	}
	for i, id := range ids {
		err := edit(names[i], func(src []byte) ([]byte, error) {
			out, err := exceptions.Renew(src, id, r)
			return out, ofEntry(id, err)
		})
		if err != nil {
			return err
		}
		fmt.Fprintf(env.Stdout, "renewed %s in %s until %s\n", id, names[i], r.Expires.Format(time.DateOnly))
	}
	return objections(ids, rules, env)
}
