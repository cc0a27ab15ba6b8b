package cli

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/org/imgscan-action/internal/cvss"
	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
)

// addFlags are the flags of 'imgscan exception add': the keys of an entry.
type addFlags struct {
	file, configPath, now string

	id              string
	vulnerabilities []string
	images          []string
	pkg             exceptions.Package
	decision, cause string
	reason          string
	evidence        []string
	severity        string
	base            string
	set, rationale  []string
	vendor          string
	kevAck          bool
	requestedBy     string
	approvedBy      []string
	approvedOn      string
	expires         string
	reviewWhen      []string
	ticket          string
}

func newExceptionAdd(env Env) *cobra.Command {
	var flags addFlags
	cmd := &cobra.Command{
		Use:   "add --vulnerability ID --image PATTERN --decision WORD --reason TEXT --expires WHEN",
		Short: "Write down a decision",
		Long: `Write down a decision. It acts when somebody has approved it, which --approved-by
says; the project's rules are checked, and what they object to is printed.

--purl, --package, --source and --path together select packages: all that are
given must hold. Without any of them the entry is about every package. That an
entry is about every image is always written out: --image '*'.

Decisions: ` + decisionWords(),
		Example: `  imgscan exception add --vulnerability CVE-2023-45853 --image '*' --purl pkg:deb/debian/zlib1g \
    --decision false_positive --cause vulnerable_code_not_present --expires 30d \
    --reason 'Debian does not build minizip.' --requested-by @dana --approved-by @sec-lead
  imgscan exception add --vulnerability CVE-2023-44487 --image ghcr.io/acme/api --decision rescored \
    --set MAV:A --rationale 'MAV:Reachable from the mesh only.' --base CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H \
    --reason 'The listener is not reachable from outside.' --expires 90d`,
		Args: exactArgs(),
		RunE: func(*cobra.Command, []string) error { return addException(flags, env) },
	}
	f := cmd.Flags()
	f.StringVar(&flags.file, "file", defaultExceptions, "`file` to add it to: one of a team is "+exceptionsFolder+"/NAME.yaml")
	f.StringVar(&flags.configPath, "config", "", "configuration `file` (default "+defaultConfig+" if it is there)")
	f.StringVar(&flags.now, "now", "", "write as of this `time`, RFC 3339")
	f.StringVar(&flags.id, "id", "", "`identifier` of the entry (default the next EX-YEAR-NNN)")
	f.StringArrayVar(&flags.vulnerabilities, "vulnerability", nil, "`identifier` of a vulnerability; repeatable")
	f.StringArrayVar(&flags.images, "image", nil, "`pattern` of images: REPOSITORY[:TAG|@DIGEST], name:NAME, or '*' for all; repeatable")
	f.StringVar(&flags.pkg.PURL, "purl", "", "package `URL`, with or without version")
	f.StringVar(&flags.pkg.Name, "package", "", "`name` of the installed package")
	f.StringVar(&flags.pkg.Source, "source", "", "`name` of the source package")
	f.StringArrayVar(&flags.pkg.Paths, "path", nil, "`glob` of the package's path in the image; repeatable")
	f.StringVar(&flags.decision, "decision", "", "the decision, one `word` of those above")
	f.StringVar(&flags.cause, "cause", "", "the finer `label` of the decision, such as vulnerable_code_not_present or inline")
	f.StringVar(&flags.reason, "reason", "", "why, in a sentence (`text`)")
	f.StringArrayVar(&flags.evidence, "evidence", nil, "URL or `path` of what shows it; repeatable")
	f.StringVar(&flags.severity, "severity", "", "`severity` that it is worth then (default what --base and --set compute)")
	f.StringVar(&flags.base, "base", "", "CVSS `vector` that was looked at")
	f.StringArrayVar(&flags.set, "set", nil, "environmental or temporal CVSS metric to set, `METRIC:VALUE`; repeatable")
	f.StringArrayVar(&flags.rationale, "rationale", nil, "why a metric is set, `METRIC:TEXT`; repeatable")
	f.StringVar(&flags.vendor, "vendor", "", "`product` whose vendor is waited for, and was asked today")
	f.BoolVar(&flags.kevAck, "kev-ack", false, "say that it is known that the vulnerability is exploited")
	f.StringVar(&flags.requestedBy, "requested-by", "", "`who` asks for it")
	f.StringArrayVar(&flags.approvedBy, "approved-by", nil, "`who` has approved it; repeatable. Without it the entry does not act")
	f.StringVar(&flags.approvedOn, "approved-on", "", "`day` of the approval (default today)")
	f.StringVar(&flags.expires, "expires", "", "last `day` on which it holds, or how many days from now: 2027-01-31, 90d")
	f.StringArrayVar(&flags.reviewWhen, "review-when", nil, "`event` after which to look again: fix_available, kev_listed, score_increased or package_changed; repeatable")
	f.StringVar(&flags.ticket, "ticket", "", "`where` it is tracked")
	return cmd
}

func decisionWords() string {
	var words []string
	for _, d := range finding.Decisions() {
		words = append(words, string(d))
	}
	return strings.Join(words, ", ")
}

func addException(flags addFlags, env Env) error {
	now, err := clock(flags.now)
	if err != nil {
		return usagef("--now: %w", err)
	}
	file, err := exceptionsFile(flags.file)
	if err != nil {
		return usagef("--file: %w", err)
	}
	files, err := loadExceptions()
	if err != nil {
		return err
	}
	e, err := flags.entry(files, now)
	if err != nil {
		return usage(err)
	}
	if p, err := placeOf(files, e.ID); err == nil {
		return usagef("--id: %q is that of another entry, in %s:%d", e.ID, p.file.Name, p.entry.At.Start)
	}
	cfg, err := loadConfig(flags.configPath, nil)
	if err != nil {
		return usage(err)
	}
	err = edit(file, func(src []byte) ([]byte, error) {
		out, err := exceptions.Add(src, e)
		return out, ofEntry(e.ID, err)
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(env.Stdout, "added %s to %s\n", e.ID, file)
	return objections([]string{e.ID}, lintOptions(cfg, now), env)
}

// entry is the entry that the flags describe. What no entry may be without is
// asked for by its flag; the rest is for package exceptions to check.
func (flags addFlags) entry(files []*exceptions.File, now time.Time) (exceptions.Entry, error) {
	var missing []string
	for _, f := range []struct {
		name  string
		given bool
	}{
		{"--vulnerability", len(flags.vulnerabilities) > 0},
		{"--image", len(flags.images) > 0},
		{"--decision", flags.decision != ""},
		{"--reason", flags.reason != ""},
		{"--expires", flags.expires != ""},
	} {
		if !f.given {
			missing = append(missing, f.name)
		}
	}
	if len(missing) > 0 {
		return exceptions.Entry{}, fmt.Errorf("an exception needs %s: see 'imgscan help exception add'", strings.Join(missing, ", "))
	}
	if !slices.Contains(finding.Decisions(), finding.Decision(flags.decision)) {
		return exceptions.Entry{}, fmt.Errorf("--decision: unknown decision %q: expected one of %s", flags.decision, decisionWords())
	}
	e := exceptions.Entry{
		ID:              flags.id,
		Vulnerabilities: flags.vulnerabilities,
		Images:          flags.images,
		Decision:        finding.Decision(flags.decision),
		Cause:           flags.cause,
		Reason:          flags.reason,
		Evidence:        flags.evidence,
		KEVAck:          flags.kevAck,
		RequestedBy:     flags.requestedBy,
		ApprovedBy:      flags.approvedBy,
		ReviewWhen:      flags.reviewWhen,
		Ticket:          flags.ticket,
	}
	if e.ID == "" {
		e.ID = nextID(files, now)
	}
	if p := flags.pkg; p.PURL != "" || p.Name != "" || p.Source != "" || len(p.Paths) > 0 {
		e.Packages = []exceptions.Package{p}
	}
	if flags.vendor != "" {
		e.Vendor = &exceptions.Vendor{Product: flags.vendor, LastCheckIn: today(now)}
	}
	var err error
	if e.Expires, err = day(flags.expires, now); err != nil {
		return exceptions.Entry{}, fmt.Errorf("--expires: %w", err)
	}
	if e.ApprovedOn, err = approval(flags.approvedBy, flags.approvedOn, now); err != nil {
		return exceptions.Entry{}, err
	}
	return e, flags.rescore(&e)
}

// approval is the day of an approval: today unless it is said; zero when nobody
// has approved.
func approval(by []string, on string, now time.Time) (time.Time, error) {
	switch {
	case len(by) == 0 && on != "":
		return time.Time{}, fmt.Errorf("--approved-on needs --approved-by: who has approved it")
	case len(by) == 0:
		return time.Time{}, nil
	case on == "":
		return today(now), nil
	}
	t, err := time.Parse(time.DateOnly, on)
	if err != nil {
		return time.Time{}, fmt.Errorf("--approved-on: %q is not a day: expected one such as 2026-11-23", on)
	}
	return t, nil
}

// rescore adds the metrics that are set, and the severity that they lead to.
func (flags addFlags) rescore(e *exceptions.Entry) error {
	modified, err := pairs("--set", flags.set)
	if err != nil {
		return err
	}
	rationale, err := pairs("--rationale", flags.rationale)
	if err != nil {
		return err
	}
	if flags.severity != "" {
		severity, err := finding.ParseSeverity(flags.severity)
		if err != nil {
			return fmt.Errorf("--severity: %w", err)
		}
		e.Severity = &severity
	}
	if len(modified) == 0 {
		if flags.base != "" || len(rationale) > 0 {
			return fmt.Errorf("--base and --rationale are about metrics that are set: name them with --set METRIC:VALUE")
		}
		return nil
	}
	e.CVSS = &exceptions.CVSS{Base: flags.base, Modified: modified, Rationale: rationale}
	if flags.base == "" {
		return nil
	}
	base, err := cvss.Parse(flags.base)
	if err != nil {
		return fmt.Errorf("--base: %w", err)
	}
	e.CVSS.Base = base.Base().String()
	after, err := base.Base().Set(modified)
	if err != nil {
		return fmt.Errorf("--set: %w", err)
	}
	if e.Severity == nil {
		severity := after.Severity()
		e.Severity = &severity
	}
	return nil
}

// pairs reads values of a flag of the form METRIC:TEXT; nil when there are none.
func pairs(flag string, values []string) (map[string]string, error) {
	var all map[string]string
	for _, v := range values {
		name, value, ok := strings.Cut(v, ":")
		name = strings.ToUpper(strings.TrimSpace(name))
		if value = strings.TrimSpace(value); !ok || name == "" || value == "" {
			return nil, fmt.Errorf("%s: %q names no metric with its value: expected METRIC:VALUE, such as MAV:A", flag, v)
		}
		if _, twice := all[name]; twice {
			return nil, fmt.Errorf("%s: the metric %q is given twice", flag, name)
		}
		if all == nil {
			all = make(map[string]string)
		}
		all[name] = value
	}
	return all, nil
}

// ofEntry is an error in terms of the entry: that it would be in some line of the
// edited file does not help who has never seen it.
func ofEntry(id string, err error) error {
	if problems := exceptions.Problems(err); len(problems) > 0 && problems[0].At.Start > 0 {
		return fmt.Errorf("the exception %q cannot be written: %s", id, problems[0].Text)
	}
	return err
}

// objections prints what the rules of the project have against entries that were
// just written. They are there all the same: 'imgscan exception lint' is what refuses.
func objections(ids []string, opts exceptions.LintOptions, env Env) error {
	files, err := loadExceptions()
	if err != nil {
		return err
	}
	for _, p := range exceptions.Lint(files, nil, opts) {
		if slices.Contains(ids, p.Entry) {
			complain(env.Stderr, fmt.Sprintf("%s: %s: %s", p.Level, p.Entry, p.Text))
		}
	}
	return nil
}
