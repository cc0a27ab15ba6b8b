package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"

	"github.com/org/imgscan-action/internal/catalog"
	"github.com/org/imgscan-action/internal/config"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/gate"
	"github.com/org/imgscan-action/internal/github"
	"github.com/org/imgscan-action/internal/image"
	"github.com/org/imgscan-action/internal/lineage"
	"github.com/org/imgscan-action/internal/publish"
	"github.com/org/imgscan-action/internal/triage"
	"github.com/org/imgscan-action/internal/vulndb"
)

// defaultConfig is the configuration file that is read when none is named.
const defaultConfig = ".imgscan/config.yaml"

// request is one scan as it was asked for, by a command line or by the inputs
// of an action.
type request struct {
	env        Env
	version    string
	publishers []publish.Publisher
	progress   *progress

	// skipped is told what was not written where, and why; nil says it to the user.
	skipped func(place, reason string)

	// finish is told the exit code when all is written; nil means nobody asks.
	finish func(rep *finding.Report, code int) error

	ref        string
	imageName  string // that the user gives the image; empty for its own
	onDefault  bool   // it judges what changes are compared with
	inRunner   bool   // the working folder holds what the author of a change put there
	policy     tree   // where the configuration and the decisions are
	configPath string // empty for the default path
	settings   []setting
	now        time.Time
	cacheDir   string // empty for the user's cache folder
	noCache    bool   // read every layer

	// asked selects the packages that are to be explained; see gate.Gate.
	asked func(finding.Package) bool

	// attach asks for the report to be attached to the image in its registry.
	attach bool

	// attached is what vendors say in attestations, once it has been read.
	attached []triage.VendorClaim

	// artifact reads a stored report from an artifact of that name; nil outside of a
	// workflow.
	artifact func(ctx context.Context, name string) (*finding.Report, error)

	// remote keeps what layers said from job to job; nil outside of a workflow.
	remote *github.ActionsCache

	skipUpdate bool
	showConfig bool   // print the settings and do nothing else
	username   string // both empty for the Docker configuration's credentials
	password   string
}

// setting is a key of the configuration that was given outside the file.
type setting struct {
	key    string
	values []string
	origin string
}

// run scans, publishes and answers with an error that carries the exit code.
func (r *request) run(ctx context.Context) error {
	if r.showConfig {
		cfg, err := r.policy.config(r.configPath, r.settings)
		if err != nil {
			return usage(err)
		}
		return writeSettings(r.env.Stdout, cfg)
	}
	rep, err := r.scan(ctx)
	if err != nil {
		return err
	}
	return r.publish(rep)
}

// scan finds out all that is asked for, and judges it.
func (r *request) scan(ctx context.Context) (*finding.Report, error) {
	cfg, err := r.policy.config(r.configPath, r.settings)
	if err != nil {
		return nil, usage(err)
	}
	if err := r.policy.add(ctx, cfg.Baseline.File); err != nil {
		return nil, err
	}
	rules, err := r.policy.rules(cfg)
	if err != nil {
		return nil, usage(err)
	}
	database, err := databaseOptions(cfg, r.cacheDir, r.version, r.now, r.env)
	if err != nil {
		return nil, usage(err)
	}
	database.Offline = r.skipUpdate
	database.MarkedPaths = r.markedPaths()
	database.OnBytes = r.progress.databaseBytes
	source, err := openRepository(cfg)
	if err != nil {
		return nil, usage(err)
	}
	defer source.close()

	g := gate.Gate{
		OpenImage: func(ctx context.Context) (*image.Image, error) {
			return image.Open(ctx, r.ref, r.imageOptions(cfg))
		},
		OpenDatabase: func(ctx context.Context) (*vulndb.DB, error) {
			return vulndb.Open(ctx, database)
		},
		Asked:         r.asked,
		Progress:      r.progress,
		Catalog:       catalog.Options{JavaDB: cfg.Scan.JavaDB, Version: programIdentity(r.version)},
		RatingOrder:   cfg.Severity.Order,
		MaxContextAge: cfg.Context.MaxAge,
		Named: func(img finding.Image) ([]string, bool) {
			return cfg.NamesOf(references(img)...), cfg.Exposed(references(img)...)
		},
		Rules: rules,
		Now:   r.now,
		Tool:  r.version,
	}
	if !r.noCache {
		layers := r.openLayerCache(ctx, database.CacheDir, cfg.Scan.Platform)
		defer layers.close(ctx)
		g.Catalog.Cache = layers.cache()
	}
	if g.Owners, err = source.owners(cfg.Owners, r.policy); err != nil {
		return nil, usage(err)
	}
	if g.Context, err = r.intelligence(ctx, cfg, database.CacheDir); err != nil {
		return nil, err
	}
	images := image.NewFinder(r.finderOptions(cfg))
	defer func() { _ = images.Close() }() // only read from
	if err := r.ask(ctx, &g, cfg, source, images); err != nil {
		return nil, err
	}
	manifests := source.manifests(ctx)
	if manifests != nil {
		g.Manifests = manifests
	}

	r.progress.start(r.ref)
	rep, err := g.Run(ctx)
	r.progress.stop()
	if err != nil {
		return nil, scanError(err)
	}
	rep.Lineage.Notes = append(rep.Lineage.Notes, manifests.notes()...)
	rep.Pending = r.pending(ctx, cfg, rep)
	if r.attach {
		r.publishers = append(r.publishers, r.attachTo(ctx, cfg, rep.Image, r.now))
	}
	return rep, nil
}

// ask lets the gate ask others about images besides the scanned one: its bases,
// what vendors say of them, and the image to compare with.
func (r *request) ask(ctx context.Context, g *gate.Gate, cfg config.Config, source *repository, images *image.Finder) (err error) {
	if g.Lineage, err = r.tracer(cfg, source, images); err != nil {
		return usage(err)
	}
	g.OpenBase = func(ctx context.Context, base finding.Base) (*image.Image, error) {
		return openBase(ctx, images, base, cfg.Scan.Platform)
	}
	g.Statements = r.statements(cfg, images)
	return r.compareWith(ctx, g, cfg, images)
}

// scanError marks what is wrong with the command line although only the scan
// found it out.
func scanError(err error) error {
	var (
		reference *image.ReferenceError
		input     *lineage.InputError
	)
	if errors.As(err, &reference) || errors.As(err, &input) {
		return usage(err)
	}
	return err
}

// publish delivers the report. The verdict decides the exit code; only a pass
// becomes "could not find out" when an output that was asked for is missing,
// because whoever reads that output must not take the silence for a pass.
func (r *request) publish(rep *finding.Report) error {
	code := exitCode(rep.Verdict.Outcome)
	skipped := r.skipped
	if skipped == nil {
		skipped = r.progress.note
	}
	if failures := publish.All(rep, r.publishers, skipped); failures != nil {
		complain(r.env.Stderr, failures.Error())
		if rep.Verdict.Outcome == finding.Pass {
			code = ExitUnknown
		}
	}
	if r.finish != nil {
		if err := r.finish(rep, code); err != nil {
			complain(r.env.Stderr, err.Error())
			if code == ExitPass {
				code = ExitUnknown
			}
		}
	}
	if code == ExitPass {
		return nil
	}
	return &verdictError{code}
}

func exitCode(outcome finding.Outcome) int {
	switch outcome {
	case finding.Pass:
		return ExitPass
	case finding.Fail:
		return ExitFail
	}
	return ExitUnknown
}

// loadConfig is the configuration of the working folder.
func loadConfig(path string, settings []setting) (config.Config, error) {
	return tree{}.config(path, settings)
}

// finderOptions are for images that are named elsewhere than in the command. The
// user's credentials are for the registry of the scanned one.
func (r *request) finderOptions(cfg config.Config) image.Options {
	options := r.imageOptions(cfg)
	options.Scanned = r.ref
	options.Given = slices.Clone(cfg.Build.Bases)
	if cfg.Compare.Image != "" {
		options.Given = append(options.Given, cfg.Compare.Image)
	}
	return options
}

func (r *request) imageOptions(cfg config.Config) image.Options {
	return image.Options{
		Getenv: r.env.Getenv,
		Name:   r.imageName,
		// Of a change that is judged, the author has made the file.
		DistrustNames: r.policy.fs != nil,
		MarkedPaths:   r.markedPaths(),
		OnBytes:       r.progress.imageBytes,
		OnSpool:       r.progress.spooledBytes,
		Platform:      cfg.Scan.Platform,
		Username:      r.username,
		Password:      r.password,
		Mirrors:       cfg.Registry.Mirrors,
		Insecure:      cfg.Registry.Insecure,
		Version:       r.version,
	}
}

// markedPaths says whether words are references although a file of that name may be
// there: in a folder that holds somebody else's change.
func (r *request) markedPaths() bool { return r.inRunner || r.policy.fs != nil }

// databaseOptions are the same for a scan and for the commands about the
// database.
func databaseOptions(cfg config.Config, cacheDir, version string, now time.Time, env Env) (vulndb.Options, error) {
	folder, err := cacheFolder(cacheDir, env)
	if err != nil {
		return vulndb.Options{}, err
	}
	return vulndb.Options{
		Keychain:  authn.DefaultKeychain,
		Source:    cfg.Database.Source,
		Mirrors:   cfg.Database.Mirrors,
		CacheDir:  folder,
		Insecure:  cfg.Registry.Insecure,
		UserAgent: "imgscan/" + version,
		Now:       now,
	}, nil
}

// cacheFolder is where imgscan keeps what it downloads: the folder asked for,
// else the user's cache folder by the XDG base directory rules.
func cacheFolder(asked string, env Env) (string, error) {
	if asked != "" {
		return asked, nil
	}
	if xdg := env.Getenv("XDG_CACHE_HOME"); filepath.IsAbs(xdg) {
		return filepath.Join(xdg, "imgscan"), nil
	}
	if home := env.Getenv("HOME"); home != "" {
		return filepath.Join(home, ".cache", "imgscan"), nil
	}
	return "", errors.New("no place for the database: neither XDG_CACHE_HOME nor HOME is set: name a folder with --cache-dir")
}

// writeSettings prints every setting with the place it came from.
func writeSettings(w io.Writer, cfg config.Config) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, s := range cfg.Explain() {
		fmt.Fprintf(table, "%s\t%s\t%s\n", s.Key, s.Value, s.Origin)
	}
	return table.Flush()
}
