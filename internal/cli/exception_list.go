package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/github"
)

// listFlags choose entries.
type listFlags struct {
	expiring string
	expired  bool
	unused   []string
	owner    string
	output   string
}

func newExceptionList(version string, env Env) *cobra.Command {
	var (
		flags listFlags
		scan  scanFlags
	)
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the decisions, or those that need somebody's attention",
		Long: `List the decisions. --expiring, --expired and --unused list those to which any of
them applies; --owner those that somebody asked for or approved, or has the file
of.

--unused scans the images named. An entry is unused when it decides nothing in any
of them and is about one of them: name every image that entries are about.`,
		Example: `  imgscan exception list --expiring 30d --owner @acme/web
  imgscan exception list --unused ghcr.io/acme/api:1.4 --unused ghcr.io/acme/web:2.0`,
		Args: exactArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			rows, err := flags.rows(cmd, scan, version, env)
			if err != nil {
				return err
			}
			if flags.output == "json" {
				return writeRowsJSON(env.Stdout, rows)
			}
			return writeRows(env.Stdout, rows)
		},
	}
	f := cmd.Flags()
	f.StringVar(&flags.expiring, "expiring", "", "those that act and end within so many `days`: 30d")
	f.BoolVar(&flags.expired, "expired", false, "those that have ended")
	f.StringArrayVar(&flags.unused, "unused", nil, "those that decide nothing in this image, a `reference` as for scan; repeatable")
	f.StringVar(&flags.owner, "owner", "", "those of a person or team (`name`)")
	f.StringVarP(&flags.output, "output", "o", "table", "`format`: table or json")
	scan.register(f)
	return cmd
}

// row is an entry in a list.
type row struct {
	place
	now    time.Time
	unused string // why it is; empty when it is not, or nobody asked
}

// state is in a few words whether the entry acts.
func (r row) state() string {
	if acts, why := r.entry.Active(r.now); !acts {
		return why
	}
	if r.unused != "" {
		return "unused: " + r.unused
	}
	return "acts"
}

// rows are the entries that the flags choose.
func (flags listFlags) rows(cmd *cobra.Command, scan scanFlags, version string, env Env) ([]row, error) {
	if flags.output != "table" && flags.output != "json" {
		return nil, usagef("--output: unknown format %q: expected table or json", flags.output)
	}
	within := 0
	if flags.expiring != "" {
		var err error
		if within, err = days(flags.expiring); err != nil {
			return nil, usagef("--expiring: %w", err)
		}
	}
	now, err := clock(scan.now)
	if err != nil {
		return nil, usagef("--now: %w", err)
	}
	files, err := loadExceptions()
	if err != nil {
		return nil, err
	}
	unused, err := unusedIn(cmd, flags.unused, scan, version, env)
	if err != nil {
		return nil, err
	}
	all := !flags.expired && within == 0 && len(flags.unused) == 0
	var rows []row
	for _, p := range places(files) {
		r := row{place: p, now: now, unused: unused[p.entry.ID]}
		chosen := all ||
			flags.expired && expired(p.entry, now) ||
			within > 0 && expiring(p.entry, now, within) ||
			r.unused != ""
		if chosen && (flags.owner == "" || owns(flags.owner, p)) {
			rows = append(rows, r)
		}
	}
	return rows, nil
}

// expired says whether the last day of an entry is over.
func expired(e *exceptions.Entry, now time.Time) bool { return today(now).After(e.Expires) }

// expiring says whether an entry acts and ends within so many days.
func expiring(e *exceptions.Entry, now time.Time, within int) bool {
	acts, _ := e.Active(now)
	return acts && !e.Expires.After(today(now).AddDate(0, 0, within))
}

func writeRows(w io.Writer, rows []row) error {
	if len(rows) == 0 {
		_, err := fmt.Fprintln(w, "no exceptions")
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tDECISION\tVULNERABILITIES\tIMAGES\tEXPIRES\tAPPROVED BY\tSTATE\tWHERE")
	for _, r := range rows {
		e := r.entry
		cells := []string{
			e.ID, string(e.Decision), strings.Join(e.Vulnerabilities, ", "), strings.Join(e.Images, ", "),
			e.Expires.Format(time.DateOnly), strings.Join(e.ApprovedBy, ", "), r.state(),
			fmt.Sprintf("%s:%d", r.file.Name, e.At.Start),
		}
		for i, cell := range cells {
			cells[i] = github.Sanitize(cell)
		}
		fmt.Fprintln(table, strings.Join(cells, "\t"))
	}
	return table.Flush()
}

// writeRowsJSON writes the rows as an array, which may be empty.
func writeRowsJSON(w io.Writer, rows []row) error {
	type entry struct {
		ID              string   `json:"id"`
		Decision        string   `json:"decision"`
		Vulnerabilities []string `json:"vulnerabilities"`
		Images          []string `json:"images"`
		Reason          string   `json:"reason"`
		RequestedBy     string   `json:"requestedBy"`
		ApprovedBy      []string `json:"approvedBy"`
		ApprovedOn      string   `json:"approvedOn"` // empty when nobody has approved it
		Expires         string   `json:"expires"`
		Acts            bool     `json:"acts"`
		Why             string   `json:"why"`    // it does not act; empty when it does
		Unused          string   `json:"unused"` // why it is; empty when it is not, or nobody asked
		File            string   `json:"file"`
		Line            int      `json:"line"`
	}
	list := make([]entry, 0, len(rows))
	for _, r := range rows {
		e := r.entry
		acts, why := e.Active(r.now)
		one := entry{
			ID: e.ID, Decision: string(e.Decision), Vulnerabilities: e.Vulnerabilities, Images: e.Images, Reason: e.Reason,
			RequestedBy: e.RequestedBy, ApprovedBy: append([]string{}, e.ApprovedBy...), Expires: e.Expires.Format(time.DateOnly),
			Acts: acts, Why: why, Unused: r.unused, File: r.file.Name, Line: e.At.Start,
		}
		if !e.ApprovedOn.IsZero() {
			one.ApprovedOn = e.ApprovedOn.Format(time.DateOnly)
		}
		list = append(list, one)
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(list)
}
