package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Run measures imgscan against Trivy and writes the result into opts.Docs.
func Run(ctx context.Context, opts Options) (err error) {
	b, stop, err := prepare(ctx, opts)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()

	r := Results{Date: opts.Date, Commit: opts.Commit, Command: opts.Command, Runs: opts.Runs}
	if r.Machine, err = thisMachine(); err != nil {
		return err
	}
	r.Database.File, r.Database.Download = b.files.database, b.files.layer
	if b.reason != "" {
		r.Skipped = append(r.Skipped, "the Docker daemon, because "+b.reason)
	}
	for _, c := range b.cases() {
		if !opts.wanted(c.image + ", " + c.name) {
			continue
		}
		result, err := b.measure(ctx, c)
		if err != nil {
			return fmt.Errorf("measuring %q of %q: %w", c.name, c.image, err)
		}
		r.Cases = append(r.Cases, result)
	}
	if r.Binary.Imgscan, r.Binary.Trivy, err = binarySizes(opts); err != nil {
		return err
	}
	if r.Limits, err = b.limits(ctx, r.Cases); err != nil {
		return err
	}
	return publish(opts, r)
}

// publish writes the results, the section of the page and the picture.
func publish(opts Options, r Results) error {
	raw, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(opts.Work, "results.json"), raw, 0o644); err != nil {
		return err
	}
	if opts.Docs == "" {
		fmt.Fprint(opts.Out, "\n", r.Markdown())
		return nil
	}
	fmt.Fprint(opts.Out, "\n", r.targets())
	if err := updatePage(filepath.Join(opts.Docs, "performance.md"), "bench", r.Markdown()); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(opts.Docs, "performance.svg"), []byte(r.SVG()), 0o644)
}

// benchCase is one row of the table.
type benchCase struct {
	image, name string
	target      Target
	source      Source
	database    databaseUse
	warm        bool
	templates   map[string]string

	// command is for cases that scan nothing; nil otherwise.
	command func(program) []string
}

// The targets of the cases.
var (
	coldTarget     = Target{Wall: 0.35, Memory: 0.5}
	warmTarget     = Target{Wall: 0.15, Memory: 0.5}
	daemonTarget   = Target{Wall: 0.25, Memory: 0.5}
	downloadTarget = Target{Wall: 0.6}
	startTarget    = Target{Wall: 0.3}
)

// cases are all that is measured, in the order of the table.
func (b *bed) cases() []benchCase {
	var all []benchCase
	for _, s := range b.subjects {
		for _, from := range b.sources(s) {
			c := benchCase{image: s.title, source: from.source, database: databaseUse{Host: b.database}, templates: b.templates}
			c.name, c.target = from.source.Name+", cold", from.cold
			all = append(all, c)
			c.name, c.target, c.warm = from.source.Name+", warm", warmTarget, true
			all = append(all, c)
		}
		archive := archiveSource(s.archive)
		all = append(all, benchCase{
			image: s.title, name: archive.Name + ", cold, database to pull", target: downloadTarget,
			source: archive, database: databaseUse{Host: b.database, Pull: true}, templates: b.empty,
		})
	}
	return append(all, benchCase{name: "start-up (version)", target: startTarget, command: versionCommand})
}

// origin is a source and what is promised of a cold scan of it.
type origin struct {
	source Source
	cold   Target
}

func (b *bed) sources(s subject) []origin {
	all := []origin{
		{archiveSource(s.archive), coldTarget},
		{layoutSource(s.layouts[Gzip], Gzip), Target{}},
		{layoutSource(s.layouts[Zstd], Zstd), Target{}},
		{registrySource(b.registry, s.name), coldTarget},
	}
	switch b.driver {
	case "":
		// No daemon.
	case "overlay2":
		all = append(all, origin{daemonSource(s.tag, b.driver), daemonTarget})
	default:
		all = append(all, origin{daemonSource(s.tag, b.driver), Target{}})
	}
	return all
}

func versionCommand(p program) []string {
	switch p := p.(type) {
	case imgscan:
		return []string{string(p), "version"}
	case trivy:
		return []string{string(p), "--version"}
	}
	return nil
}

// measure runs a case once to warm the machine up and to compare what was found,
// and then pair by pair.
func (b *bed) measure(ctx context.Context, c benchCase) (Result, error) {
	r := Result{Image: c.image, Case: c.name, Target: c.target}
	if _, err := b.pair(ctx, c, true); err != nil {
		return r, err
	}
	if c.command == nil {
		var err error
		if r.Packages, err = b.samePackages(); err != nil {
			return r, err
		}
	}
	for range b.opts.Runs {
		p, err := b.pair(ctx, c, !c.warm)
		if err != nil {
			return r, err
		}
		r.Pairs = append(r.Pairs, p)
	}
	ratios := medianRatios(r.Pairs)
	ours, theirs := medianSample(imgscanSide(r.Pairs)), medianSample(trivySide(r.Pairs))
	fmt.Fprintf(b.opts.Out, "%-40s %-42s time %8s / %8s = %.2f   cpu %.2f   memory %8s / %8s = %.2f\n", strings.TrimSpace(c.image), c.name,
		seconds(ours.Wall), seconds(theirs.Wall), ratios.Wall, ratios.CPU, mebibytes(ours.Memory), mebibytes(theirs.Memory), ratios.Memory)
	return r, nil
}

// pair runs both programs, with new caches if fresh is set.
func (b *bed) pair(ctx context.Context, c benchCase, fresh bool) (Pair, error) {
	var samples []Sample
	for _, p := range b.opts.programs() {
		argv, err := b.command(c, p, fresh)
		if err != nil {
			return Pair{}, err
		}
		s, err := b.opts.Meter.Measure(ctx, argv, p.exits()...)
		if err != nil {
			return Pair{}, err
		}
		samples = append(samples, s)
	}
	return Pair{Imgscan: samples[0], Trivy: samples[1]}, nil
}

// command readies the cache for a run of p and gives its command.
func (b *bed) command(c benchCase, p program, fresh bool) ([]string, error) {
	if c.command != nil {
		return c.command(p), nil
	}
	cache := filepath.Join(b.opts.Work, "cache", p.name())
	if fresh {
		if err := freshCache(cache, c.templates[p.name()]); err != nil {
			return nil, fmt.Errorf("making a new cache: %w", err)
		}
	}
	report := reportPath(b.opts.Work, p)
	if err := os.Remove(report); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return p.scan(c.source, cache, report, c.database), nil
}

// samePackages is how many packages the last two reports list. A different number
// voids the comparison: one of the programs did less.
func (b *bed) samePackages() (int, error) {
	var counts []int
	for _, p := range b.opts.programs() {
		count, err := countPackages(p, reportPath(b.opts.Work, p))
		if err != nil {
			return 0, err
		}
		counts = append(counts, count)
	}
	if counts[0] != counts[1] || counts[0] == 0 {
		return 0, fmt.Errorf("the comparison is void: imgscan found %d packages and Trivy %d", counts[0], counts[1])
	}
	return counts[0], nil
}

func binarySizes(opts Options) (ours, theirs int64, err error) {
	one, err := os.Stat(opts.Imgscan)
	if err != nil {
		return 0, 0, err
	}
	other, err := os.Stat(opts.Trivy)
	if err != nil {
		return 0, 0, err
	}
	return one.Size(), other.Size(), nil
}

// limits measures the least that scans of the large image's layers can take.
func (b *bed) limits(ctx context.Context, measured []Result) ([]Bound, error) {
	large := b.subjects[0]
	var all []Bound
	for _, c := range []Compression{Gzip, Zstd} {
		bound := Bound{Compression: c}
		for _, r := range measured {
			if r.Image == large.title && strings.HasSuffix(r.Case, string(c)+", cold") {
				bound.Scans = append(bound.Scans, Scan{r.Case, Pair{medianSample(imgscanSide(r.Pairs)), medianSample(trivySide(r.Pairs))}})
			}
		}
		if len(bound.Scans) == 0 {
			continue
		}
		var samples []Sample
		for range b.opts.Runs {
			argv := append(b.opts.Self[:len(b.opts.Self):len(b.opts.Self)], large.layouts[c], string(c))
			s, err := b.opts.Meter.Measure(ctx, argv, 0)
			if err != nil {
				return nil, fmt.Errorf("measuring the limit: %w", err)
			}
			samples = append(samples, s)
		}
		bound.Sample = medianSample(samples)
		var err error
		if bound.Bytes, err = folderSize(large.layouts[c]); err != nil {
			return nil, err
		}
		all = append(all, bound)
	}
	return all, nil
}
