package parity

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
)

// Options say what to compare and with what.
type Options struct {
	// Out gets a line for each image, the differences, and the summary last.
	Out io.Writer

	// Corpus is the folder with lib.sh, images/ and explained.yaml.
	Corpus string

	// Work is the folder for images, databases and logs, kept from run to run.
	Work string

	// Trivy and Imgscan are the two commands.
	Trivy, Imgscan string

	// OSV and NVD are folders of true advisories.
	OSV, NVD []string

	// JavaDatabase is the folder of a database of Trivy's that identifies jars.
	JavaDatabase string

	// Env is added to the environment of recipes, and Fixed is what else decides
	// what they make.
	Env   []string
	Fixed string

	// Only are globs over the names of images; empty means all.
	Only []string

	// Plain leaves out the images whose recipes need more than the files of
	// modules.
	Plain bool

	// Strict makes an image that cannot be made here an error, as in CI.
	Strict bool
}

// maxShown is how many unexplained differences of an image are printed; the file
// differences.txt in the work folder has all.
const maxShown = 12

// The two programs' cache folders in the work folder.
const (
	trivyFolder   = "cache-trivy"
	imgscanFolder = "cache-imgscan"
)

// Totals are the numbers of the last line.
type Totals struct {
	Images, Packages, Findings, Differences, Explained int
}

func (t Totals) String() string {
	return fmt.Sprintf("parity: %d images, %d packages, %d findings, %d differences (%d explained)", t.Images, t.Packages, t.Findings, t.Differences, t.Explained)
}

// ErrDifferent is returned when a difference is unexplained or an explanation
// stale.
var ErrDifferent = errors.New("imgscan and Trivy differ in a way that nobody has explained")

// Run compares the two programs on the whole corpus.
func Run(ctx context.Context, opts Options) error {
	explanations, err := LoadExplanations(filepath.Join(opts.Corpus, "explained.yaml"))
	if err != nil {
		return err
	}
	recipes, err := LoadRecipes(opts.Corpus, opts.Fixed)
	if err != nil {
		return err
	}
	images, err := makeImages(ctx, opts, recipes)
	if err != nil {
		return err
	}
	// What was read of layers before proves nothing about the programs of today.
	for _, cache := range []string{trivyFolder, imgscanFolder} {
		if err := os.RemoveAll(filepath.Join(opts.Work, cache)); err != nil {
			return err
		}
	}
	trivy, err := makeDatabase(ctx, opts, images)
	if err != nil {
		return err
	}

	all, err := os.Create(filepath.Join(opts.Work, "differences.txt"))
	if err != nil {
		return err
	}
	defer all.Close()
	c := comparison{
		opts: opts, explanations: explanations, all: all, trivy: trivy,
		imgscan: Imgscan{
			Command:      opts.Imgscan,
			Database:     filepath.Join(trivy.Cache, databaseFolder),
			JavaDatabase: filepath.Join(trivy.Cache, javaFolder),
			Cache:        filepath.Join(opts.Work, imgscanFolder),
		},
	}
	scanned := make(map[string]bool)
	for _, image := range images {
		if err := c.compare(ctx, image); err != nil {
			return fmt.Errorf("comparing image %q: %w", image.name, err)
		}
		scanned[image.name] = true
	}

	var names []string
	for _, r := range recipes {
		names = append(names, r.Name)
	}
	stale := explanations.stale(names, scanned)
	for _, e := range stale {
		fmt.Fprintf(opts.Out, "stale explanation, nothing like it is found any more: %s %s of %s in %s\n", e.Kind, e.Field, e.Packages, e.Images)
	}
	fmt.Fprintln(opts.Out, c.totals)
	if c.totals.Differences != c.totals.Explained || len(stale) > 0 {
		return ErrDifferent
	}
	return nil
}

// builtImage is an image of the corpus in its file.
type builtImage struct{ name, path string }

// makeImages makes the wanted images, and says which ones cannot be made here.
func makeImages(ctx context.Context, opts Options, recipes []Recipe) ([]builtImage, error) {
	cache := filepath.Join(opts.Work, "images")
	logs := filepath.Join(opts.Work, "log")
	for _, dir := range []string{cache, logs} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
	}
	var images []builtImage
	for _, r := range recipes {
		if len(opts.Only) > 0 && !slices.ContainsFunc(opts.Only, func(g string) bool { return glob(g, r.Name) }) {
			continue
		}
		if opts.Plain && len(r.Needs) > 0 {
			continue
		}
		if missing := r.Missing(ctx); len(missing) > 0 {
			reason := fmt.Sprintf("image %q needs %s", r.Name, strings.Join(missing, " and "))
			if opts.Strict {
				return nil, errors.New(reason)
			}
			fmt.Fprintf(opts.Out, "skipped: %s\n", reason)
			continue
		}
		path, err := makeImage(ctx, r, cache, filepath.Join(logs, r.Name+".log"), opts.Env)
		if err != nil {
			return nil, err
		}
		images = append(images, builtImage{r.Name, path})
	}
	return images, nil
}

func makeImage(ctx context.Context, r Recipe, cache, log string, env []string) (string, error) {
	out, err := os.Create(log)
	if err != nil {
		return "", err
	}
	path, err := r.Make(ctx, cache, env, out)
	if err := errors.Join(err, out.Close()); err != nil {
		return "", fmt.Errorf("%w (see %s)", err, log)
	}
	return path, nil
}

// makeDatabase lists the packages of all images with Trivy and writes the
// database with advisories around each of them.
func makeDatabase(ctx context.Context, opts Options, images []builtImage) (Trivy, error) {
	trivy := Trivy{Command: opts.Trivy, Cache: filepath.Join(opts.Work, trivyFolder)}
	database := Database{Imgscan: opts.Imgscan, OSV: opts.OSV, NVD: opts.NVD, Dir: trivy.Cache}
	if err := copyJavaDatabase(ctx, opts.JavaDatabase, trivy.Cache); err != nil {
		return trivy, err
	}
	if _, err := database.Build(ctx, nil); err != nil {
		return trivy, err
	}
	var packages []Package
	for _, image := range images {
		scan, err := trivy.Scan(ctx, image.path)
		if err != nil {
			return trivy, fmt.Errorf("listing the packages of image %q: %w", image.name, err)
		}
		packages = append(packages, scan.Packages...)
	}
	made, err := database.Build(ctx, packages)
	if err != nil {
		return trivy, err
	}
	fmt.Fprintf(opts.Out, "database: %d advisories made up for %d packages, besides those of %s\n", made, len(packages), strings.Join(opts.OSV, ", "))
	return trivy, nil
}

// comparison is the work on one image after the other.
type comparison struct {
	opts         Options
	explanations Explanations
	trivy        scanner
	imgscan      Imgscan
	all          io.Writer // every difference

	totals Totals
}

func (c *comparison) compare(ctx context.Context, image builtImage) error {
	theirs, err := c.trivy.Scan(ctx, image.path)
	if err != nil {
		return err
	}
	ours, err := c.imgscan.Scan(ctx, image.path)
	if err != nil {
		return err
	}
	cached, err := c.imgscan.Scan(ctx, image.path)
	if err != nil {
		return err
	}
	if !reflect.DeepEqual(ours, cached) {
		return errors.New("imgscan says something else when the layers come from its cache")
	}
	proof := &witness{trivy: c.trivy, temp: c.opts.Work, path: image.path, image: theirs}
	var unexplained []Difference
	differences := Compare(image.name, theirs, ours)
	for _, d := range differences {
		e, err := c.explanations.explain(ctx, d, proof)
		if err != nil {
			return err
		}
		if e == nil {
			unexplained = append(unexplained, d)
			fmt.Fprintf(c.all, "UNEXPLAINED %s\n", d)
		} else {
			fmt.Fprintf(c.all, "explained   %s\n", d)
		}
	}
	fmt.Fprintf(c.opts.Out, "%-28s %-28s %6d packages %7d findings", image.name, theirs.OS, len(theirs.Packages), len(theirs.Findings))
	if len(differences) > 0 {
		fmt.Fprintf(c.opts.Out, "  %d differences, %d explained", len(differences), len(differences)-len(unexplained))
	}
	fmt.Fprintln(c.opts.Out)
	for _, d := range unexplained[:min(len(unexplained), maxShown)] {
		fmt.Fprintf(c.opts.Out, "  %s\n", d)
	}
	if more := len(unexplained) - maxShown; more > 0 {
		fmt.Fprintf(c.opts.Out, "  and %d more: see %s\n", more, filepath.Join(c.opts.Work, "differences.txt"))
	}

	c.totals.Images++
	c.totals.Packages += len(theirs.Packages)
	c.totals.Findings += len(theirs.Findings)
	c.totals.Differences += len(differences)
	c.totals.Explained += len(differences) - len(unexplained)
	return nil
}
