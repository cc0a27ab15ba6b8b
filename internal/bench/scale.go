package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// step is a point of a series: an image and a database.
type step struct {
	label    string
	units    int // of what grows
	shape    Shape
	database int64 // bytes; 0 for the smallest
	pull     bool
}

// series is how the cost grows with one number while the others stay.
type series struct {
	title, unit string
	steps       []step
}

const smallDatabase = 1 << 20

// allSeries are what `make bench-scale` measures.
func allSeries() []series {
	layers := series{title: "layers, of 500 files each", unit: "layer"}
	for _, n := range []int{1, 10, 50, 100, 200} {
		layers.steps = append(layers.steps, step{label: fmt.Sprint(n), units: n, shape: Shape{Layers: n, Files: 500 * n, Packages: 100}})
	}
	files := series{title: "files of 1 KB, in 4 layers", unit: "file"}
	for _, n := range []int{100, 1_000, 10_000, 100_000, 1_000_000} {
		files.steps = append(files.steps, step{label: fmt.Sprint(n), units: n, shape: Shape{Layers: 4, Files: n, Packages: 100}})
	}
	packages := series{title: "packages, half of Debian's and half of npm's", unit: "package"}
	for _, n := range []int{100, 1_000, 10_000, 100_000} {
		packages.steps = append(packages.steps, step{label: fmt.Sprint(n), units: n, shape: Shape{Layers: 1, Packages: n}})
	}
	cached := series{title: "database, in the cache already", unit: "MiB"}
	pulled := series{title: "database, pulled from a registry", unit: "MiB"}
	for _, n := range []int{1, 10, 100, 1000} {
		s := step{label: fmt.Sprintf("%d MiB", n), units: n, shape: Shape{Layers: 1, Packages: 1000}, database: int64(n) << 20}
		cached.steps = append(cached.steps, s)
		s.pull = true
		pulled.steps = append(pulled.steps, s)
	}
	return []series{layers, files, packages, cached, pulled}
}

// Scale measures how imgscan's cost grows, and writes the tables into opts.Docs.
func Scale(ctx context.Context, opts Options) error {
	machine, err := thisMachine()
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Measured on %s at commit %s with `%s`, medians of %d runs, on: %s. All are cold scans of an OCI layout with gzip layers.\n",
		opts.Date, opts.Commit, opts.Command, opts.Runs, machine)
	for _, s := range allSeries() {
		if !opts.wanted(s.title) {
			continue
		}
		samples, err := measureSeries(ctx, opts, s)
		if err != nil {
			return fmt.Errorf("measuring the growth with %s: %w", s.title, err)
		}
		table := s.markdown(samples)
		fmt.Fprint(opts.Out, table)
		b.WriteString(table)
	}
	if opts.Docs == "" {
		return nil
	}
	return updatePage(filepath.Join(opts.Docs, "performance.md"), "scale", b.String())
}

func measureSeries(ctx context.Context, opts Options, s series) ([]Sample, error) {
	var all []Sample
	for _, one := range s.steps {
		sample, err := measureStep(ctx, opts, one)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", one.label, err)
		}
		all = append(all, sample)
	}
	return all, nil
}

func measureStep(ctx context.Context, opts Options, s step) (sample Sample, err error) {
	image := filepath.Join(opts.Work, "scale-"+s.shape.String())
	if err := once(image, func(partial string) error { return writeSynthetic(partial, s.shape) }); err != nil {
		return sample, err
	}
	_, layout, err := prepareDatabase(ctx, opts, "scale-db", nil, max(s.database, smallDatabase))
	if err != nil {
		return sample, err
	}
	host, stop, err := registry{databaseRepository: layout}.start(ctx)
	if err != nil {
		return sample, err
	}
	defer func() { err = errors.Join(err, stop()) }()

	p := imgscan(opts.Imgscan)
	use := databaseUse{Host: host, Pull: s.pull}
	template := filepath.Join(opts.Work, "template", "scale")
	if err := errors.Join(os.RemoveAll(template), os.MkdirAll(template, 0o755)); err != nil {
		return sample, err
	}
	if !s.pull {
		if err := updateDatabase(ctx, opts.Imgscan, use, template); err != nil {
			return sample, err
		}
	}
	var samples []Sample
	cache := filepath.Join(opts.Work, "cache", "scale")
	for n := range opts.Runs + 1 {
		if err := freshCache(cache, template); err != nil {
			return sample, err
		}
		argv := p.scan(Source{Imgscan: []string{"oci-dir:" + image}}, cache, reportPath(opts.Work, p), use)
		one, err := opts.Meter.Measure(ctx, argv, p.exits()...)
		if err != nil {
			return sample, err
		}
		if n > 0 { // the first one warms the machine up
			samples = append(samples, one)
		}
	}
	found, err := countPackages(p, reportPath(opts.Work, p))
	if err == nil && found != s.shape.Packages {
		err = fmt.Errorf("it found %d packages where the image has %d", found, s.shape.Packages)
	}
	return medianSample(samples), err
}

// markdown is the table of a series. What the last unit costs is the slope between
// two rows: it stays the same where the growth is linear.
func (s series) markdown(samples []Sample) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n| %s | time | CPU | one more %s costs | memory |\n|--:|--:|--:|--:|--:|\n", s.title, s.unit)
	for i, one := range samples {
		slope := ""
		if i > 0 {
			more := one.CPU - samples[i-1].CPU
			slope = fmt.Sprintf("%.1f µs", float64(more.Nanoseconds())/1000/float64(s.steps[i].units-s.steps[i-1].units))
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", s.steps[i].label, seconds(one.Wall), seconds(one.CPU), slope, mebibytes(one.Memory))
	}
	return b.String()
}
